package org.anira.runtime.model;

import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;

/**
 * What goes from step to step of the recurrence. Lists are empty where a pass has no use for them.
 *
 * @param active [B, T], BOOL: who goes on
 * @param depth [B, T], INT64: steps taken so far
 * @param h [B, T, W], float32: the states; those of stopped tokens stay
 * @param keysValues per layer keys and values, [B, T, H, W/H] each, as every token left them (rule
 *     R1)
 * @param cache per layer keys and values by depth, [D, B, T, H, W/H] each: at d what a query at
 *     depth d reads
 * @param surrogate [B, T] the surrogate mass that has not stopped, and [B, T, W] the coda's input
 *     so far
 * @param scores [B, T, D − 1], float32: the score of every step; a stopped token repeats its last
 *     one
 * @param policy what the halting policy carries
 */
record State(
        Tensor active,
        Tensor depth,
        Tensor h,
        List<Tensor> keysValues,
        List<Tensor> cache,
        List<Tensor> surrogate,
        List<Tensor> scores,
        List<Tensor> policy) {

    /** Returns all tensors, {@code active} first. */
    List<Tensor> toList() {
        List<Tensor> all = new ArrayList<>(List.of(active, depth, h));
        all.addAll(keysValues);
        all.addAll(cache);
        all.addAll(surrogate);
        all.addAll(scores);
        all.addAll(policy);
        return all;
    }

    /**
     * Returns the state whose {@link #toList} is {@code all}; it has as many tensors of each kind
     * as this one.
     */
    State with(List<Tensor> all) {
        int from = 3;
        List<List<Tensor>> parts = new ArrayList<>();
        for (List<Tensor> part : List.of(keysValues, cache, surrogate, scores, policy)) {
            parts.add(all.subList(from, from + part.size()));
            from += part.size();
        }
        return new State(
                all.get(0),
                all.get(1),
                all.get(2),
                parts.get(0),
                parts.get(1),
                parts.get(2),
                parts.get(3),
                parts.get(4));
    }
}
