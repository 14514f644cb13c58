package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.runtime.BuiltIn;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

/** What is read off logits is what sums by hand give, on a backend that traces as well. */
class ReadoutTests {

    private static final int SIZE = 3;
    private static final int LENGTH = 4;
    private static final int VOCABULARY = 7;

    /** How many tokens of each sequence are fed; of the last none. */
    private static final int[] LENGTHS = {4, 2, 0};

    private final float[] logits = new float[SIZE * LENGTH * VOCABULARY];
    private final int[] targets = new int[SIZE * LENGTH];

    ReadoutTests() {
        CounterRandom random = new CounterRandom(4, "logits", 0);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian();
        }
        for (int i = 0; i < targets.length; i++) {
            targets[i] = random.nextInt(VOCABULARY);
        }
    }

    private static Session open(boolean tracing) {
        return tracing ? BuiltIn.tracing() : BuiltIn.reference();
    }

    private float[] row(int cell) {
        return Arrays.copyOfRange(logits, cell * VOCABULARY, (cell + 1) * VOCABULARY);
    }

    private static int likeliest(float[] row) {
        int best = 0;
        for (int v = 1; v < row.length; v++) {
            best = row[v] > row[best] ? v : best;
        }
        return best;
    }

    @ParameterizedTest(name = "tracing {0}")
    @ValueSource(booleans = {false, true})
    void targetsAreReadOfEveryToken(boolean tracing) {
        float[] expected = new float[targets.length];
        int[] best = new int[targets.length];
        for (int cell = 0; cell < targets.length; cell++) {
            float[] row = row(cell);
            double sum = 0;
            for (float logit : row) {
                sum += Math.exp(logit);
            }
            expected[cell] = (float) (row[targets[cell]] - Math.log(sum));
            best[cell] = likeliest(row);
        }
        try (Session session = open(tracing);
                Scope _ = session.scope()) {
            EvaluationProgram.Prediction read =
                    new Readout.OfTargets(VOCABULARY, true)
                            .compile(session)
                            .run(
                                    new Readout.OfTargets.Feed(
                                            session.tensor(logits, SIZE, LENGTH, VOCABULARY),
                                            session.tensor(targets, SIZE, LENGTH)));
            assertArrayEquals(expected, session.floats(read.targetLogProbability()), 1e-5f);
            assertArrayEquals(best, session.integers(read.likeliest()));
            float[] all = session.floats(read.logProbabilities().orElseThrow());
            for (int cell = 0; cell < targets.length; cell++) {
                float ofTarget = all[cell * VOCABULARY + targets[cell]];
                assertArrayEquals(new float[] {expected[cell]}, new float[] {ofTarget}, 1e-5f);
            }
        }
    }

    @ParameterizedTest(name = "tracing {0}")
    @ValueSource(booleans = {false, true})
    void aSequenceGoesOnFromTheLastTokenFed(boolean tracing) {
        boolean[] fed = new boolean[SIZE * LENGTH];
        int[] positions = new int[SIZE * LENGTH];
        for (int b = 0; b < SIZE; b++) {
            Arrays.fill(fed, b * LENGTH, b * LENGTH + LENGTHS[b], true);
            for (int t = 0; t < LENGTH; t++) {
                positions[b * LENGTH + t] = t;
            }
        }
        try (Session session = open(tracing);
                Scope _ = session.scope()) {
            DecodingProgram.Next next =
                    new Readout.OfNext(VOCABULARY)
                            .compile(session)
                            .run(
                                    new Readout.OfNext.Feed(
                                            new LogitsProgram.Result(
                                                    session.tensor(
                                                            logits, SIZE, LENGTH, VOCABULARY),
                                                    session.tensor(positions, SIZE, LENGTH),
                                                    session.tensor(
                                                            halves(positions), SIZE, LENGTH)),
                                            Tokens.of(
                                                    session, targets, positions, fed, SIZE,
                                                    LENGTH)));
            float[] answer = session.floats(next.answer());
            float[] steps = Arrays.copyOfRange(answer, SIZE, SIZE + positions.length);
            for (int cell = 0; cell < positions.length; cell++) {
                assertEquals(positions[cell], steps[cell]);
            }
            assertArrayEquals(
                    halves(positions),
                    Arrays.copyOfRange(answer, SIZE + positions.length, answer.length));
            float[] read = session.floats(next.logits());
            for (int b = 0; b < SIZE; b++) {
                float[] expected = row(b * LENGTH + Math.max(0, LENGTHS[b] - 1));
                assertArrayEquals(
                        expected, Arrays.copyOfRange(read, b * VOCABULARY, (b + 1) * VOCABULARY));
                assertEquals(likeliest(expected), answer[b]);
            }
        }
    }

    private static float[] halves(int[] numbers) {
        float[] halves = new float[numbers.length];
        for (int i = 0; i < halves.length; i++) {
            halves[i] = numbers[i] / 2f;
        }
        return halves;
    }
}
