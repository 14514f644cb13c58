package org.anira.api.task;

import org.anira.api.PublicApi;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Scores a model's distributions and free continuations, for tasks that are not only about right or
 * wrong answers.
 */
@PublicApi(since = "0.1")
public interface Scorer {

    /**
     * Returns the names and units of its numbers, in the order of tables, such as {@code kl
     * (nats)}.
     */
    List<String> names();

    /**
     * Returns whether {@link #score} is called. If false, an evaluation does not read back the
     * model's whole distributions, which saves memory for large vocabularies. {@link #names} is
     * then empty, and only continuations are judged.
     */
    default boolean readsDistributions() {
        return true;
    }

    /**
     * Scores a model's predictions on a sample; called if {@link #readsDistributions}.
     *
     * @param logProbabilities [T − 1][V]: row i holds ln p of every token at index i + 1, given the
     *     tokens before it
     * @return a value per name, {@code NaN} where it does not apply
     */
    Map<String, Double> score(Sample sample, float[][] logProbabilities);

    /**
     * A prompt. Its continuation is drawn token by token until {@link Vocabulary#EOS} or the limit.
     *
     * @param name the kind of prompt, under which its results are reported, such as {@code from
     *     nothing}
     * @param tokens the prompt's tokens, {@link Vocabulary#BOS} first
     * @param limit most tokens to draw, at least 1
     */
    record Prompt(String name, int[] tokens, int limit) {
        public Prompt {
            if (tokens.length == 0 || limit < 1) {
                throw new IllegalArgumentException(
                        "prompt '%s' of %d tokens with limit %d"
                                .formatted(name, tokens.length, limit));
            }
        }
    }

    /**
     * Returns prompts, {@code count} of each kind; empty if continuations are not judged.
     *
     * @param point a point of the task's grid, under which the results count
     */
    default List<Prompt> prompts(Point point, int count, RandomGenerator random) {
        return List.of();
    }

    /**
     * Returns whether a drawn continuation of a prompt is right.
     *
     * @param continuation the drawn tokens, EOS included if it was drawn
     */
    default boolean accepts(Prompt prompt, int[] continuation) {
        throw new IllegalStateException("a scorer that returns prompts must override accepts");
    }
}
