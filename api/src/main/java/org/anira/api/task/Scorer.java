package org.anira.api.task;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Judges a model by distributions and free continuations, for tasks that are more than right or
 * wrong answers.
 */
public interface Scorer {

    /**
     * Returns the names and units of its numbers, in the order of tables, such as {@code kl
     * (nats)}.
     */
    List<String> names();

    /**
     * Scores a model's predictions on a sample.
     *
     * @param logProbabilities [T − 1][V]: row i holds ln p of every token at index i + 1, given the
     *     tokens before it
     * @return a value per name, {@code NaN} where it does not apply
     */
    Map<String, Double> score(Sample sample, float[][] logProbabilities);

    /**
     * Returns the beginnings from which continuations are to be drawn, each BOS first; empty if
     * none are wanted.
     */
    default List<int[]> prompts(int count, RandomGenerator random) {
        return List.of();
    }

    /** Returns whether a prompt with its sampled continuation is right. */
    default boolean accepts(int[] tokens) {
        throw new IllegalStateException("a scorer that asks for continuations judges them");
    }
}
