package org.anira.runtime.model;

import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * The rows that a program of {@link Pages} computes: R tokens of S sequences, in the order of the
 * sequences, and where the pages have what belongs to them. All INT64.
 *
 * @param positions [R]: the place of each token in its sequence, less than the model's length
 * @param states [R]: the places of their states
 * @param written [R]: the places that their keys and values are written to, all different
 * @param read [S, C]: the places of keys and values of tokens 0, 1, … of each sequence, those
 *     written now included, filled up with any of that sequence; a row attends to those at or
 *     before its position
 * @param query [S, Q]: the rows of each sequence, filled up with any
 * @param place [R]: where a row stands in {@code query}, as {@code s · Q + q}
 */
public record Listing(
        Tensor positions, Tensor states, Tensor written, Tensor read, Tensor query, Tensor place)
        implements TensorGroup {

    /**
     * Makes the tensors, in the session's innermost scope.
     *
     * @param counts [S]: how many rows each sequence has, at least 1
     * @param read [S][]: the places of each sequence, at least 1
     */
    public static Listing of(
            Session session,
            int[] counts,
            int[] positions,
            int[] states,
            int[] written,
            int[][] read) {
        int most = 0;
        int longest = 0;
        for (int s = 0; s < counts.length; s++) {
            most = Math.max(most, counts[s]);
            longest = Math.max(longest, read[s].length);
        }
        int[] query = new int[counts.length * most];
        int[] place = new int[positions.length];
        int[] places = new int[counts.length * longest];
        int row = 0;
        for (int s = 0; s < counts.length; s++) {
            for (int q = 0; q < most; q++) {
                query[s * most + q] = row + Math.min(q, counts[s] - 1);
            }
            for (int q = 0; q < counts[s]; q++) {
                place[row++] = s * most + q;
            }
            for (int c = 0; c < longest; c++) {
                places[s * longest + c] = read[s][c < read[s].length ? c : 0];
            }
        }
        return new Listing(
                session.tensor(positions, positions.length),
                session.tensor(states, states.length),
                session.tensor(written, written.length),
                session.tensor(places, counts.length, longest),
                session.tensor(query, counts.length, most),
                session.tensor(place, place.length));
    }

    static List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        for (String name : List.of("positions", "states", "written")) {
            inputs.add(Input.of(name, DType.INT64, -1));
        }
        inputs.add(Input.of("read", DType.INT64, -1, -1));
        inputs.add(Input.of("query", DType.INT64, -1, -1));
        inputs.add(Input.of("place", DType.INT64, -1));
        return inputs;
    }

    static Listing read(GroupReader in) {
        return new Listing(in.next(), in.next(), in.next(), in.next(), in.next(), in.next());
    }

    @Override
    public List<Tensor> tensors() {
        return List.of(positions, states, written, read, query, place);
    }

    /** Returns how all rows attend. */
    Queries queries(Ops ops) {
        return new Grouped(query, place, mask(ops, positions.lookup(query)));
    }

    /** Returns how one row of each sequence attends, in their order. @param rows [S] */
    Queries queries(Ops ops, Tensor rows) {
        Tensor column = rows.unsqueeze(-1);
        Tensor index = ops.indices(rows, 0);
        return new Grouped(index.unsqueeze(-1), index, mask(ops, positions.lookup(column)));
    }

    /** Allows keys at or before the queries. @param at [S, Q], INT64 */
    private AttentionMask mask(Ops ops, Tensor at) {
        Tensor allowed = at.unsqueeze(-1).greaterOrEqual(ops.indices(read, 1));
        return new AttentionMask(Masks.bias(ops, allowed).unsqueeze(1), false);
    }

    /** Rows that stand in {@code query} in some order. */
    private record Grouped(Tensor query, Tensor place, AttentionMask mask) implements Queries {
        @Override
        public Tensor bySequence(Tensor rows) {
            return rows.lookup(query);
        }

        @Override
        public Tensor fromSequences(Tensor grouped) {
            return grouped.flatten().lookup(place);
        }
    }
}
