package org.anira.runtime.eval;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.Session;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntBiFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Continues sequences with programs that were compiled once. Belongs to the session's thread. */
public final class Decoder implements AutoCloseable {

    private final Session session;
    private final int length;
    private final Predictor predictor;

    /**
     * Makes a decoder; close it.
     *
     * @param session holds the model's parameters
     * @param rule one of the mechanism's inference rules
     * @param skipping whether only active tokens are computed
     */
    public Decoder(Session session, RecurrentTransformer model, String rule, boolean skipping) {
        this(session, model.length(), Predictor.compile(session, model, rule, skipping));
    }

    /**
     * Makes a decoder of a predictor; close it, and it closes the predictor.
     *
     * @param length most tokens of a sequence
     */
    public Decoder(Session session, int length, Predictor predictor) {
        this.session = session;
        this.length = length;
        this.predictor = predictor;
    }

    /** Returns the most tokens of a sequence, those of its prompt included. */
    public int length() {
        return length;
    }

    /**
     * Reads prompts.
     *
     * @param prompts at least one, each with at least one token
     * @param distributions whether its answers have logits
     * @return the decoding, to be closed, and the first answer
     */
    public Decoding.Start begin(List<int[]> prompts, boolean distributions) {
        return Decoding.begin(session, length, predictor, distributions, prompts);
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

    /** Continues prompts greedily, side by side. */
    public List<Continuation> greedy(List<Prompt> prompts) {
        return continued(prompts, false, (answer, b) -> answer.likeliest()[b]);
    }

    /**
     * Draws a continuation of each prompt, side by side, from softmax(logits / temperature). Each
     * has its own random numbers, so it does not depend on the rest of the batch.
     *
     * @param temperature above 0; 1 for the model's own distribution
     * @param randoms one for each prompt, of which each token takes one number
     */
    public List<Continuation> sampled(
            List<Prompt> prompts, double temperature, List<? extends RandomGenerator> randoms) {
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
                true,
                (answer, b) -> Sampling.draw(answer.logits()[b], temperature, randoms.get(b)));
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
            List<Prompt> prompts,
            boolean distributions,
            ToIntBiFunction<Decoding.Answer, Integer> choice) {
        int size = prompts.size();
        int longest = prompts.stream().mapToInt(Prompt::limit).max().orElseThrow();
        int[][] tokens = new int[size][Math.min(longest, length)];
        int[][] depths = new int[size][Math.min(longest, length)];
        float[][] expected = new float[size][Math.min(longest, length)];
        int[] lengths = new int[size];
        boolean[] ended = new boolean[size];
        Decoding.Start start = begin(prompts.stream().map(Prompt::tokens).toList(), distributions);
        Decoding.Answer first = start.first();
        try (Decoding decoding = start.decoding()) {
            Decoding.Answer answer = first;
            while (true) {
                int[] next = new int[size];
                boolean all = true;
                for (int b = 0; b < size; b++) {
                    if (ended[b]) {
                        next[b] = Vocabulary.PAD;
                        continue;
                    }
                    Prompt prompt = prompts.get(b);
                    int n = lengths[b]++;
                    next[b] = choice.applyAsInt(answer, b);
                    tokens[b][n] = next[b];
                    depths[b][n] = answer.depth(b);
                    expected[b][n] = answer.expectedDepth(b);
                    ended[b] =
                            next[b] == Vocabulary.PAD
                                    || prompt.stops().contains(next[b])
                                    || lengths[b] == prompt.limit()
                                    || prompt.tokens().length + lengths[b] >= length;
                    all &= ended[b];
                }
                if (all) {
                    break;
                }
                answer = decoding.next(next);
            }
        }
        List<Continuation> continuations = new ArrayList<>();
        for (int b = 0; b < size; b++) {
            continuations.add(
                    new Continuation(
                            Arrays.copyOf(tokens[b], lengths[b]),
                            Arrays.copyOf(depths[b], lengths[b]),
                            Arrays.copyOf(expected[b], lengths[b]),
                            first.depths()[b],
                            first.expectedDepths()[b]));
        }
        return continuations;
    }

    @Override
    public void close() {
        predictor.close();
    }
}
