package org.anira.runtime.eval;

import org.anira.api.PluginException;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.runtime.data.Batch;
import org.anira.runtime.model.EvaluationProgram;
import org.anira.runtime.model.ExitProgram;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.model.Tokens;

import java.util.Arrays;
import java.util.Optional;

/**
 * The results of a pass over whole samples, read back.
 *
 * @param targetLogProbability [B · T]: ln p of the next token, at targets
 * @param likeliest [B · T]: the likeliest next token, at targets and where answers begin
 * @param depths [B · T]: steps taken
 * @param expected [B · T]: E[d]
 * @param logProbabilities [B · T · V]: ln p of every token; empty unless distributions are wanted
 * @param seconds wall-clock time of a sample
 */
record Pass(
        Batch batch,
        float[] targetLogProbability,
        int[] likeliest,
        int[] depths,
        float[] expected,
        float[] logProbabilities,
        double seconds) {

    /** How far a sum of probabilities may be from 1: bfloat16 has about three digits. */
    private static final float TOLERANCE = 0.02f;

    /**
     * Computes a pass.
     *
     * @throws PluginException PLG-015 if the mechanism's distribution of exits is invalid
     */
    static Pass compute(
            Session session, Programs programs, RecurrentTransformer model, Batch batch) {
        try (Scope _ = session.scope()) {
            long start = System.nanoTime();
            EvaluationProgram.Result result =
                    programs.evaluate(
                            new EvaluationProgram.Feed(
                                    tokens(session, batch),
                                    session.tensor(batch.targets(), batch.size(), batch.length()),
                                    session.tensor(wanted(batch), batch.size(), batch.length())));
            EvaluationProgram.Prediction prediction = result.prediction();
            float[] targets = session.floats(prediction.targetLogProbability());
            int[] likeliest = session.integers(prediction.likeliest());
            int[] depths = session.integers(result.depth());
            float[] expected = session.floats(result.expectedDepth());
            float[] all = prediction.logProbabilities().map(session::floats).orElse(new float[0]);
            double seconds = (System.nanoTime() - start) * 1e-9 / batch.size();
            Pass pass = new Pass(batch, targets, likeliest, depths, expected, all, seconds);
            pass.checkExpected(model);
            return pass;
        }
    }

    /**
     * Returns E[d] of every token, [B · T], in a free-running pass; empty if the programs have
     * none.
     */
    static Optional<float[]> freelyExpected(
            Session session, Programs programs, RecurrentTransformer model, Batch batch) {
        int[] everything = new int[batch.tokens().length];
        Arrays.fill(everything, model.settings().maxDepth());
        return programs.free()
                .map(program -> {
                    try (Scope _ = session.scope()) {
                        return session.floats(
                                program.run(
                                                new ExitProgram.Feed(
                                                        tokens(session, batch),
                                                        Optional.of(
                                                                session.tensor(
                                                                        everything,
                                                                        batch.size(),
                                                                        batch.length()))))
                                        .expectedDepth());
                    }
                });
    }

    /** Returns the tensors that a program is fed for a batch. */
    static Tokens tokens(Session session, Batch batch) {
        return Tokens.of(
                session,
                batch.tokens(),
                batch.positions(),
                batch.fed(),
                batch.size(),
                batch.length());
    }

    /** Returns where predictions are read: at targets, and at the first token of each answer. */
    private static boolean[] wanted(Batch batch) {
        boolean[] wanted = new boolean[batch.tokens().length];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = batch.targetMask()[i] != 0;
        }
        for (int b = 0; b < batch.size(); b++) {
            for (Span span : batch.samples().get(b).spans()) {
                wanted[b * batch.length() + span.start() - 1] = true;
            }
        }
        return wanted;
    }

    /**
     * Checks that the mean of the exit distribution lies in 1 … D, as the API requires. If the
     * model's own numbers are not finite, the mechanism's cannot be either, and nothing is checked.
     */
    private void checkExpected(RecurrentTransformer model) {
        int maxDepth = model.settings().maxDepth();
        for (int cell = 0; cell < expected.length; cell++) {
            boolean inside =
                    expected[cell] > 1 - TOLERANCE * maxDepth
                            && expected[cell] < (1 + TOLERANCE) * maxDepth;
            if (batch.fed()[cell] && !inside && finite()) {
                throw new PluginException(
                        "PLG-015",
                        "The %s breaks a promise: by its 'logExit' the expected depth of a token is %s, expected 1 to %d: log q is finite and its exponentials sum to 1. Report it to the plugin's author, or use another version."
                                .formatted(model.mechanism(), expected[cell], maxDepth));
            }
        }
    }

    /** Returns whether the model's predictions of targets are finite. */
    private boolean finite() {
        for (int cell = 0; cell < expected.length; cell++) {
            if (batch.targetMask()[cell] != 0 && !Float.isFinite(targetLogProbability[cell])) {
                return false;
            }
        }
        return true;
    }

    /** Returns the cell of a sample's token. */
    int cell(int b, int t) {
        return b * batch.length() + t;
    }

    /** Returns ln p of the next token at each position of a sample, [n − 1][V]. */
    float[][] distributions(int b) {
        Sample sample = batch.samples().get(b);
        int vocabulary = logProbabilities.length / batch.tokens().length;
        float[][] rows = new float[sample.tokens().length - 1][];
        for (int t = 0; t < rows.length; t++) {
            int from = cell(b, t) * vocabulary;
            rows[t] = Arrays.copyOfRange(logProbabilities, from, from + vocabulary);
        }
        return rows;
    }
}
