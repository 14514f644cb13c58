package org.anira.runtime.eval;

import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.runtime.model.Cache;
import org.anira.runtime.model.DecodingProgram;
import org.anira.runtime.model.Past;
import org.anira.runtime.model.Tokens;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Sequences that are continued token by token in lock step, with their cached keys and values.
 * Prompts may differ in length. At depth d a past token with exit d* is read at depth min(d, d*),
 * so the result equals that of one parallel pass over all tokens.
 *
 * <p>Belongs to the session's thread. Scopes opened after it must be closed before it is used.
 */
public final class Decoding implements AutoCloseable {

    private final Session session;
    private final int most;
    private final Predictor predictor;
    private final boolean distributions;
    private final Scope scope;
    private final int size;
    private final int[] positions;
    private Optional<Cache> cache = Optional.empty();
    private boolean[] valid = new boolean[0];

    /**
     * The model's answer to the tokens just fed.
     *
     * @param likeliest [B]: the likeliest next token, the lowest of equal ones
     * @param logits [B][V]: of the next token; empty unless distributions were asked for
     * @param depths [B][n]: steps that each token fed took
     * @param expectedDepths [B][n]: E[d] at each token fed
     */
    public record Answer(
            int[] likeliest, float[][] logits, int[][] depths, float[][] expectedDepths) {

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
    public record Start(Decoding decoding, Answer first) {}

    private Decoding(
            Session session, int most, Predictor predictor, boolean distributions, int size) {
        this.session = session;
        this.most = most;
        this.predictor = predictor;
        this.distributions = distributions;
        this.size = size;
        scope = session.scope();
        positions = new int[size];
    }

    /**
     * Reads prompts.
     *
     * @param most most tokens of a sequence
     * @param predictor stays the caller's
     * @param distributions whether answers have logits
     * @param prompts at least one, each with at least one token
     * @return the decoding, to be closed, and the first answer
     */
    public static Start begin(
            Session session,
            int most,
            Predictor predictor,
            boolean distributions,
            List<int[]> prompts) {
        Decoding decoding = new Decoding(session, most, predictor, distributions, prompts.size());
        try {
            return new Start(decoding, decoding.feed(prompts));
        } catch (RuntimeException | Error e) {
            decoding.close();
            throw e;
        }
    }

    /**
     * Feeds one token to every sequence.
     *
     * @param tokens [B]; {@link Vocabulary#PAD} for a sequence that has ended, whose answer is to
     *     be ignored
     */
    public Answer next(int[] tokens) {
        return feed(Arrays.stream(tokens).mapToObj(token -> new int[] {token}).toList());
    }

    private Answer feed(List<int[]> rows) {
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
            Optional<Past> past =
                    cache.map(earlier ->
                            new Past(session.tensor(valid, size, valid.length / size), earlier));
            DecodingProgram.Result result =
                    predictor.predict(
                            new DecodingProgram.Feed(
                                    Tokens.of(session, tokens, places, fed, size, length), past));
            cache = Optional.of(result.cache().map(inner::keep));
            past.ifPresent(old -> old.cache().tensors().forEach(scope::free));
            valid = appendColumns(valid, fed, length);
            return answer(rows, length, result);
        }
    }

    private Answer answer(List<int[]> rows, int length, DecodingProgram.Result result) {
        float[] answer = session.floats(result.next().answer());
        int tokens = size * length;
        float[] logits = distributions ? session.floats(result.next().logits()) : new float[0];
        int vocabulary = logits.length / size;
        float[][] ofSequences = new float[distributions ? size : 0][];
        int[][] depths = new int[size][];
        float[][] expectedDepths = new float[size][];
        for (int b = 0; b < size; b++) {
            int from = size + b * length;
            int end = from + rows.get(b).length;
            if (distributions) {
                ofSequences[b] = Arrays.copyOfRange(logits, b * vocabulary, (b + 1) * vocabulary);
            }
            depths[b] = whole(answer, from, end);
            expectedDepths[b] = Arrays.copyOfRange(answer, from + tokens, end + tokens);
            positions[b] += read(rows.get(b));
        }
        return new Answer(whole(answer, 0, size), ofSequences, depths, expectedDepths);
    }

    private static int[] whole(float[] numbers, int from, int end) {
        int[] whole = new int[end - from];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (int) numbers[from + i];
        }
        return whole;
    }

    /** Returns how many tokens of a row are read: 0 for a sequence that has ended. */
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
