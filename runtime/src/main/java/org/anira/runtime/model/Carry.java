package org.anira.runtime.model;

import org.anira.api.tensor.Tensor;

import java.util.List;
import java.util.Optional;

/**
 * The tensors carried from step to step of the recurrence. Lists are empty where a pass does not
 * need them.
 *
 * @param active [B, T], BOOL: the tokens that go on
 * @param depth [B, T], INT64: steps taken so far
 * @param h [B, T, W], float32: the states; those of stopped tokens stay
 * @param keysValues layer by layer [B, T, H, W/H], as every token left them (rule R1)
 * @param cache layer by layer and by depth, [D, B, T, H, W/H]: at d the entries that a query at
 *     depth d reads
 * @param surrogate the coda's input with gradients for the policy
 * @param scores [B, T, D − 1], float32: the score of every step; a stopped token repeats its last
 *     one
 * @param policy the halting policy's carry
 */
record Carry(
        Tensor active,
        Tensor depth,
        Tensor h,
        List<KeysValues> keysValues,
        List<KeysValues> cache,
        Optional<Surrogate> surrogate,
        Tensor scores,
        List<Tensor> policy)
        implements TensorGroup {

    /**
     * The straight-through coda input: a sum over the steps.
     *
     * @param left [B, T], float32: the surrogate mass that has not stopped
     * @param sum [B, T, W], float32: the sum so far
     */
    record Surrogate(Tensor left, Tensor sum) {}

    /** Returns all tensors, {@code active} first, as a loop carries them. */
    @Override
    public List<Tensor> tensors() {
        GroupWriter row =
                new GroupWriter().add(active, depth, h).addPairs(keysValues).addPairs(cache);
        surrogate.ifPresent(both -> row.add(both.left(), both.sum()));
        return row.add(scores).addAll(policy).toList();
    }

    /** Returns a carry of these tensors, with as many of each kind as this one. */
    Carry of(List<Tensor> all) {
        GroupReader in = new GroupReader(all);
        return new Carry(
                in.next(),
                in.next(),
                in.next(),
                in.pairs(keysValues.size()),
                in.pairs(cache.size()),
                surrogate.map(_ -> new Surrogate(in.next(), in.next())),
                in.next(),
                in.next(policy.size()));
    }
}
