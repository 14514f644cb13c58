package org.anira.runtime.eval;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.Session;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Continues sequences with programs that were compiled once. Belongs to the session's thread. */
public final class Decoder implements AutoCloseable {

    private final int length;
    private final Way way;

    private Decoder(int length, Way way) {
        this.length = length;
        this.way = way;
    }

    /**
     * Makes a decoder; close it. Skipping, on a session that {@link Session#overwritesInPlace
     * overwrites in place}, sequences are decoded at different depths side by side; else in lock
     * step.
     *
     * @param session holds the model's parameters
     * @param rule one of the mechanism's inference rules
     * @param skipping whether only active tokens are computed
     */
    public static Decoder of(
            Session session, RecurrentTransformer model, String rule, boolean skipping) {
        return skipping && session.overwritesInPlace()
                ? depthBatching(session, model, rule)
                : lockStep(
                        session, model.length(), Predictor.compile(session, model, rule, skipping));
    }

    /** Makes a decoder that decodes sequences at different depths side by side; close it. */
    public static Decoder depthBatching(Session session, RecurrentTransformer model, String rule) {
        return new Decoder(model.length(), new DepthBatching(session, model, rule));
    }

    /**
     * Makes a decoder that decodes in lock step; close it, and it closes the predictor.
     *
     * @param length most tokens of a sequence
     */
    public static Decoder lockStep(Session session, int length, Predictor predictor) {
        return new Decoder(length, new LockStep(session, length, predictor));
    }

    /** Returns the most tokens of a sequence, those of its prompt included. */
    public int length() {
        return length;
    }

    /**
     * A prompt and when its continuation ends: with a stop token, with {@link Vocabulary#PAD},
     * after the limit, or where the model has no more positions.
     *
     * @param tokens at least one
     * @param limit most tokens to decode, at least 1
     * @param stops tokens that end it
     */
    public record Prompt(int[] tokens, int limit, List<Integer> stops) {

        /**
         * Returns the prompt of an answer: everything before it, with the right earlier answers.
         */
        public static Prompt of(Sample sample, Span span) {
            return new Prompt(
                    Arrays.copyOf(sample.tokens(), span.start()), span.limit(), span.stops());
        }
    }

    /**
     * The continuation of a prompt.
     *
     * @param tokens the decoded tokens, a stop token included
     * @param depths steps taken where each of them was predicted
     * @param expectedDepths E[d] where each of them was predicted
     * @param promptDepths steps that each token of the prompt took
     * @param promptExpectedDepths E[d] at each token of the prompt
     */
    public record Continuation(
            int[] tokens,
            int[] depths,
            float[] expectedDepths,
            int[] promptDepths,
            float[] promptExpectedDepths) {}

    /** Continues prompts greedily. @param rows how many are decoded side by side, at least 1 */
    public List<Continuation> greedy(List<Prompt> prompts, int rows) {
        return continued(prompts, rows, false, (_, likeliest, _) -> likeliest);
    }

    /** Continues prompts greedily, all side by side. */
    public List<Continuation> greedy(List<Prompt> prompts) {
        return greedy(prompts, prompts.size());
    }

    /**
     * Draws a continuation of each prompt from softmax(logits / temperature). Each has its own
     * random numbers, so it does not depend on what is decoded beside it.
     *
     * @param rows how many are decoded side by side, at least 1
     * @param temperature above 0; 1 for the model's own distribution
     * @param randoms one for each prompt, of which each token takes one number
     */
    public List<Continuation> sampled(
            List<Prompt> prompts,
            int rows,
            double temperature,
            List<? extends RandomGenerator> randoms) {
        if (!(temperature > 0) || temperature == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "temperature is %s, expected a finite number above 0".formatted(temperature));
        }
        if (randoms.size() != prompts.size()) {
            throw new IllegalArgumentException(
                    "%d random generators for %d prompts"
                            .formatted(randoms.size(), prompts.size()));
        }
        return continued(
                prompts,
                rows,
                true,
                (i, _, logits) -> Sampling.draw(logits, temperature, randoms.get(i)));
    }

    /**
     * Returns a random generator for each continuation, keyed by the seed, the purpose and its
     * index.
     *
     * @param from the first index
     */
    public static List<CounterRandom> randoms(long seed, String purpose, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> new CounterRandom(seed, purpose, i))
                .toList();
    }

    private List<Continuation> continued(
            List<Prompt> prompts, int rows, boolean distributions, Way.Choice choice) {
        List<Continued> sequences =
                prompts.stream().map(prompt -> new Continued(prompt, length)).toList();
        way.decode(sequences, rows, distributions, choice);
        return sequences.stream().map(Continued::continuation).toList();
    }

    @Override
    public void close() {
        way.close();
    }
}
