package org.anira.runtime.model;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;

import java.util.ArrayList;
import java.util.List;

/**
 * The memory of tokens that are decoded at different depths: tensors whose rows are places, handed
 * out by the caller. A token has a place in {@code layers} as long as its sequence lasts, one in
 * {@code steps} for each step that it has taken, and one in {@code states} until it has been
 * through the coda. Rule R1 is a matter of which places a {@link Listing} reads: at depth d that of
 * an earlier token's step min(d, d*).
 *
 * <p>A program that is given pages uses up the parts that it returns, to go on with: rows are
 * {@link Ops#overwrite overwritten}.
 *
 * @param layers keys and values of prelude and coda, layer by layer [N, H, W/H]
 * @param steps keys and values of the recurrence, layer by layer [M, H, W/H]
 * @param states what is known of a token on its way
 */
public record Pages(List<KeysValues> layers, List<KeysValues> steps, States states)
        implements TensorGroup {

    /**
     * What is known of tokens, one row each.
     *
     * @param h0 [K, W], float32: the prelude's output
     * @param h [K, W], float32: the state
     * @param scores [K, D − 1], float32, of one column if D = 1: the score of every step
     * @param begun what the halting policy began with, [K, any] each
     * @param carry its carry
     */
    public record States(Tensor h0, Tensor h, Tensor scores, List<Tensor> begun, List<Tensor> carry)
            implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(h0, h, scores).addAll(begun).addAll(carry).toList();
        }

        /** Reads states as the last of a group. */
        static States read(GroupReader in) {
            Tensor h0 = in.next();
            Tensor h = in.next();
            Tensor scores = in.next();
            List<Tensor> policy = in.rest();
            int half = policy.size() / 2;
            return new States(
                    h0, h, scores, policy.subList(0, half), policy.subList(half, policy.size()));
        }

        /** Returns these rows of the states. */
        States lookup(Tensor index) {
            return new States(
                    h0.lookup(index),
                    h.lookup(index),
                    scores.lookup(index),
                    begun.stream().map(each -> each.lookup(index)).toList(),
                    carry.stream().map(each -> each.lookup(index)).toList());
        }
    }

    /** Tensors whose places are handed out together. */
    public enum Part {
        /** {@link Pages#layers}. */
        LAYERS,
        /** {@link Pages#steps}. */
        STEPS,
        /** {@link Pages#states}. */
        STATES
    }

    /** Returns the tensors of a part, in order. */
    public List<Tensor> part(Part part) {
        return switch (part) {
            case LAYERS -> tensors(layers);
            case STEPS -> tensors(steps);
            case STATES -> states.tensors();
        };
    }

    /** Returns the pages with other tensors for a part, in the same order. */
    public Pages with(Part part, List<Tensor> tensors) {
        GroupReader in = new GroupReader(tensors);
        return switch (part) {
            case LAYERS -> new Pages(in.pairs(layers.size()), steps, states);
            case STEPS -> new Pages(layers, in.pairs(steps.size()), states);
            case STATES -> new Pages(layers, steps, States.read(in));
        };
    }

    @Override
    public List<Tensor> tensors() {
        return new GroupWriter().addPairs(layers).addPairs(steps).add(states).toList();
    }

    /** Returns the tensors of pairs, in order. */
    public static List<Tensor> tensors(List<KeysValues> pairs) {
        return new GroupWriter().addPairs(pairs).toList();
    }

    /** Reads pages as the last of a group. */
    static Pages read(GroupReader in, ModelSettings settings) {
        return new Pages(
                in.pairs(settings.prelude() + settings.coda()),
                in.pairs(settings.recurrent()),
                States.read(in));
    }

    /** Returns the declarations of inputs that take these pages, grown or not. */
    public List<Input> inputs() {
        return inputs(tensors());
    }

    /** Returns the declarations of inputs with these types and axes, of which the first varies. */
    static List<Input> inputs(List<Tensor> like) {
        List<Input> inputs = new ArrayList<>();
        for (Tensor tensor : like) {
            long[] axes = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            axes[0] = -1;
            inputs.add(Input.of("page" + inputs.size(), tensor.type(), axes));
        }
        return inputs;
    }

    /** Replaces the rows of tensors at the same places; all lists in one order. */
    static List<Tensor> overwrite(Ops ops, List<Tensor> all, Tensor index, List<Tensor> rows) {
        List<Tensor> next = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            next.add(ops.overwrite(all.get(i), index, rows.get(i)));
        }
        return next;
    }

    /** Writes keys and values into pages as layers compute them, and reads what rows attend to. */
    static final class Writer implements Layers.Memory {

        private final Ops ops;
        private final Listing listing;
        private final List<KeysValues> pages;
        private final int from;

        /** Writes into pages. @param from the first layer's among {@code pages} */
        Writer(Ops ops, Listing listing, List<KeysValues> pages, int from) {
            this.ops = ops;
            this.listing = listing;
            this.pages = new ArrayList<>(pages);
            this.from = from;
        }

        @Override
        public KeysValues attended(int layer, KeysValues fresh) {
            KeysValues before = pages.get(from + layer);
            KeysValues now =
                    new KeysValues(
                            ops.overwrite(before.keys(), listing.written(), fresh.keys()),
                            ops.overwrite(before.values(), listing.written(), fresh.values()));
            pages.set(from + layer, now);
            return now.map(all -> all.lookup(listing.read()));
        }

        /** Returns the pages to go on with. */
        List<KeysValues> pages() {
            return List.copyOf(pages);
        }
    }
}
