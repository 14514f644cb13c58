package org.anira.runtime.eval;

import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sequences that a {@link Decoder} continues token by token, with their cached keys and values.
 * Prompts may differ in length. A past token is read at depth min(d, d*), d* its exit, so the
 * result equals one parallel pass over all tokens.
 *
 * <p>Belongs to the session's thread; while it is open, the scopes opened after it must be closed
 * before it is used.
 */
public final class Decoding implements AutoCloseable {

    private final Session session;
    private final int most;
    private final Executable extend;
    private final Scope scope;
    private final int size;
    private final int[] positions;
    private List<Tensor> cache;
    private boolean[] valid;

    /**
     * The model's answer to the tokens just fed.
     *
     * @param logits [B][V]: of the token after the last one fed
     * @param depths [B][n]: steps that each token fed took
     * @param expectedDepths [B][n]: E[d] at each token fed
     */
    public record Step(float[][] logits, int[][] depths, float[][] expectedDepths) {

        /** Returns the likeliest next token of a sequence, the lowest of equal ones. */
        public int likeliest(int sequence) {
            float[] row = logits[sequence];
            int best = 0;
            for (int token = 1; token < row.length; token++) {
                best = row[token] > row[best] ? token : best;
            }
            return best;
        }

        /**
         * Draws the next token of a sequence from softmax(logits / temperature), with one number of
         * {@code random}.
         *
         * @param temperature above 0: 1 for the model's own distribution, below for likelier tokens
         * @return the likeliest if there is no distribution, since logits are NaN
         */
        public int sampled(int sequence, double temperature, RandomGenerator random) {
            float[] row = logits[sequence];
            int likeliest = likeliest(sequence);
            double[] weights = new double[row.length];
            double total = 0;
            for (int token = 0; token < row.length; token++) {
                weights[token] = Math.exp((row[token] - row[likeliest]) / temperature);
                total += weights[token];
            }
            double at = random.nextDouble() * total;
            for (int token = 0; token < row.length; token++) {
                at -= weights[token];
                if (at < 0) {
                    return token;
                }
            }
            return likeliest;
        }

        /** Returns the steps that the last token fed to a sequence took. */
        public int depth(int sequence) {
            return depths[sequence][depths[sequence].length - 1];
        }

        /** Returns E[d] at the last token fed to a sequence. */
        public float expectedDepth(int sequence) {
            return expectedDepths[sequence][expectedDepths[sequence].length - 1];
        }
    }

    /** A decoding that has read its prompts, and the model's answer to them. */
    public record Begun(Decoding decoding, Step first) {}

    private Decoding(Session session, int most, Executable extend, int size) {
        this.session = session;
        this.most = most;
        this.size = size;
        this.extend = extend;
        scope = session.scope();
        positions = new int[size];
        cache = List.of();
        valid = new boolean[0];
    }

    /** Reads prompts; the programs are the decoder's. */
    static Begun begin(
            Session session, int most, Executable start, Executable extend, List<int[]> prompts) {
        Decoding decoding = new Decoding(session, most, extend, prompts.size());
        try {
            return new Begun(decoding, decoding.feed(start, prompts));
        } catch (RuntimeException | Error e) {
            decoding.close();
            throw e;
        }
    }

    /**
     * Feeds one token to every sequence.
     *
     * @param tokens [B]; {@link Vocabulary#PAD} for a sequence that has ended, whose answer then
     *     means nothing
     */
    public Step next(int[] tokens) {
        return feed(extend, Arrays.stream(tokens).mapToObj(token -> new int[] {token}).toList());
    }

    private Step feed(Executable program, List<int[]> rows) {
        int length = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        int[] tokens = new int[size * length];
        int[] places = new int[size * length];
        boolean[] fed = new boolean[size * length];
        for (int b = 0; b < size; b++) {
            int[] row = rows.get(b);
            if (positions[b] + read(row) > most) {
                throw new IllegalArgumentException(
                        "sequence %d grows to %d tokens, the model has %d positions"
                                .formatted(b, positions[b] + read(row), most));
            }
            for (int t = 0; t < length; t++) {
                boolean real = t < row.length && row[t] != Vocabulary.PAD;
                tokens[b * length + t] = real ? row[t] : Vocabulary.PAD;
                places[b * length + t] = Math.min(positions[b] + t, most - 1);
                fed[b * length + t] = real;
            }
        }
        try (Scope inner = session.scope()) {
            List<Tensor> inputs =
                    new ArrayList<>(
                            List.of(
                                    session.tensor(tokens, size, length),
                                    session.tensor(places, size, length),
                                    session.tensor(fed, size, length)));
            if (!cache.isEmpty()) {
                inputs.add(session.tensor(valid, size, valid.length / size));
                inputs.addAll(cache);
            }
            List<Tensor> outputs = program.run(inputs);
            List<Tensor> old = cache;
            cache = outputs.subList(3, outputs.size()).stream().map(inner::keep).toList();
            old.forEach(scope::free);
            valid = appendColumns(valid, fed, length);
            return step(rows, length, outputs);
        }
    }

    private Step step(List<int[]> rows, int length, List<Tensor> outputs) {
        float[] logits = session.floats(outputs.get(0));
        int[] depth = session.integers(outputs.get(1));
        float[] expected = session.floats(outputs.get(2));
        int vocabulary = logits.length / (size * length);
        float[][] last = new float[size][];
        int[][] depths = new int[size][];
        float[][] expectedDepths = new float[size][];
        for (int b = 0; b < size; b++) {
            int from = b * length;
            int end = from + rows.get(b).length;
            last[b] = Arrays.copyOfRange(logits, (end - 1) * vocabulary, end * vocabulary);
            depths[b] = Arrays.copyOfRange(depth, from, end);
            expectedDepths[b] = Arrays.copyOfRange(expected, from, end);
            positions[b] += read(rows.get(b));
        }
        return new Step(last, depths, expectedDepths);
    }

    /** Returns how many tokens of a row are read: none of a sequence that has ended. */
    private static int read(int[] row) {
        return row[0] == Vocabulary.PAD ? 0 : row.length;
    }

    private boolean[] appendColumns(boolean[] left, boolean[] right, int length) {
        int before = left.length / size;
        boolean[] all = new boolean[size * (before + length)];
        for (int b = 0; b < size; b++) {
            System.arraycopy(left, b * before, all, b * (before + length), before);
            System.arraycopy(right, b * length, all, b * (before + length) + before, length);
        }
        return all;
    }

    /** Frees the cache. */
    @Override
    public void close() {
        scope.close();
    }
}
