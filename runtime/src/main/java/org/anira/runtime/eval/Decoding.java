package org.anira.runtime.eval;

import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Continues sequences token by token with cached keys and values. Prompts may differ in length. A
 * past token is read at depth min(d, d*), d* its exit, so the result equals one parallel pass over
 * all tokens.
 *
 * <p>Belongs to the session's thread; while it is open, the scopes opened after it must be closed
 * before it is used.
 */
public final class Decoding implements AutoCloseable {

    private final Session session;
    private final RecurrentTransformer model;
    private final Executable extend;
    private final Scope scope;
    private final int size;
    private final int[] positions;
    private List<Tensor> cache;
    private boolean[] valid;

    /**
     * The model's answer to the last token of each sequence.
     *
     * @param logits [B][V]
     * @param depths [B]: steps that this token took
     * @param expectedDepths [B]: E[d] at this token
     */
    public record Step(float[][] logits, int[] depths, float[] expectedDepths) {

        /** Returns the likeliest next token of a sequence, the lowest of equal ones. */
        public int likeliest(int sequence) {
            float[] row = logits[sequence];
            int best = 0;
            for (int token = 1; token < row.length; token++) {
                best = row[token] > row[best] ? token : best;
            }
            return best;
        }
    }

    private Decoding(
            Session session, RecurrentTransformer model, String rule, boolean skipping, int size) {
        this.session = session;
        this.model = model;
        this.size = size;
        extend =
                session.compile(model.extension(rule, skipping, true), model.extensionInputs(true));
        scope = session.scope();
        positions = new int[size];
        cache = List.of();
        valid = new boolean[0];
    }

    /** A decoding that has read its prompts, and the model's answer to them. */
    public record Begun(Decoding decoding, Step first) {}

    /**
     * Reads prompts.
     *
     * @param prompts at least one, each with at least one token
     * @param rule one of the mechanism's rules
     * @param skipping whether only active tokens are computed
     * @return close its decoding
     */
    public static Begun begin(
            Session session,
            RecurrentTransformer model,
            String rule,
            boolean skipping,
            List<int[]> prompts) {
        Decoding decoding = new Decoding(session, model, rule, skipping, prompts.size());
        try (Executable start =
                session.compile(
                        model.extension(rule, skipping, false), model.extensionInputs(false))) {
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
            if (positions[b] + row.length > model.length()) {
                throw new IllegalArgumentException(
                        "sequence %d grows to %d tokens, the model has %d positions"
                                .formatted(b, positions[b] + row.length, model.length()));
            }
            for (int t = 0; t < length; t++) {
                boolean real = t < row.length && row[t] != Vocabulary.PAD;
                tokens[b * length + t] = real ? row[t] : Vocabulary.PAD;
                places[b * length + t] = Math.min(positions[b] + t, model.length() - 1);
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
        int[] depths = new int[size];
        float[] expectedDepths = new float[size];
        for (int b = 0; b < size; b++) {
            int at = b * length + rows.get(b).length - 1;
            last[b] = Arrays.copyOfRange(logits, at * vocabulary, (at + 1) * vocabulary);
            depths[b] = depth[at];
            expectedDepths[b] = expected[at];
            positions[b] += rows.get(b).length;
        }
        return new Step(last, depths, expectedDepths);
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
        extend.close();
    }
}
