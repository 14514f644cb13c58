package org.anira.runtime.model;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;

import java.util.List;

/**
 * The inputs of every program.
 *
 * @param ids [B, T], INT64: the tokens
 * @param positions [B, T], INT64: their positions, less than the model's length
 * @param fed [B, T], BOOL: false for padding, which lies to the right
 */
public record Tokens(Tensor ids, Tensor positions, Tensor fed) implements TensorGroup {

    /** Makes the tensors, in the session's innermost scope, from row-major values of [B, T]. */
    public static Tokens of(
            Session session, int[] ids, int[] positions, boolean[] fed, long size, long length) {
        return new Tokens(
                session.tensor(ids, size, length),
                session.tensor(positions, size, length),
                session.tensor(fed, size, length));
    }

    static List<Input> inputs() {
        return List.of(
                Input.of("tokens", DType.INT64, -1, -1),
                Input.of("positions", DType.INT64, -1, -1),
                Input.of("fed", DType.BOOL, -1, -1));
    }

    static Tokens read(GroupReader in) {
        return new Tokens(in.next(), in.next(), in.next());
    }

    @Override
    public List<Tensor> tensors() {
        return List.of(ids, positions, fed);
    }

    /**
     * Marks the last token fed of each sequence, [B, T], BOOL: one per sequence, the first token
     * where nothing is fed.
     */
    Tensor last(Ops ops) {
        Tensor one = fed.cast(DType.INT64);
        Tensor count = one.sum(-1).unsqueeze(-1); // [B, 1]
        Tensor nothing = ops.indices(fed, 1).add(count).equalTo(ops.integer(0));
        return fed.and(one.cumulativeSum(-1).equalTo(count)).or(nothing);
    }
}
