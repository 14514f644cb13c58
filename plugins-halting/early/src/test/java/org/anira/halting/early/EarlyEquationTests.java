package org.anira.halting.early;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.Noise;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;
import org.anira.testkit.ChiSquare;
import org.anira.testkit.HaltingInput;
import org.anira.testkit.HaltingPass;
import org.anira.testkit.PlainHead;
import org.anira.testkit.Slots;
import org.anira.testkit.reference.ReferenceBackend;
import org.anira.testkit.reference.ReferenceSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * ANIRA-E against its equations, computed in plain Java and float64: a the head's outputs, q =
 * softmax(a), training at argmax(a + g) with surrogate softmax((a + g) / τ).
 */
class EarlyEquationTests {

    private static final int WIDTH = 6;
    private static final int DEPTH = 5;
    private static final double EXACT = 1e-12;

    private final ReferenceSession session = ReferenceBackend.session();
    private final CounterRandom random = new CounterRandom(1, "early", 0);

    @AfterEach
    void close() {
        session.close();
    }

    private static HaltingMechanism early(Map<String, ?> options) {
        EarlyProvider provider = new EarlyProvider();
        return provider.create(
                WIDTH, DEPTH, Settings.of("halting.options", provider.options(), options));
    }

    /** Defines a mechanism's parameters with random numbers, and draws 40 tokens for a policy. */
    private HaltingInput draw(HaltingMechanism mechanism, Noise noise) {
        HaltingPass.define(session, mechanism.parameters(), random);
        return HaltingInput.draw(random, new long[] {5, 8}, WIDTH, DEPTH, noise);
    }

    private HaltingPass run(HaltingPolicy policy, HaltingInput input) {
        return HaltingPass.run(session, policy, DEPTH, input);
    }

    // Equations.

    private double[] logits(HaltingInput input, int token) {
        return new PlainHead(session).apply(input.h0(), token);
    }

    private static double[] softmax(double[] a) {
        double sum = Arrays.stream(a).map(Math::exp).sum();
        return Arrays.stream(a).map(x -> Math.exp(x) / sum).toArray();
    }

    private double[] noisy(HaltingInput input, int token, double temperature) {
        double[] a = logits(input, token);
        for (int d = 0; d < DEPTH; d++) {
            a[d] = (a[d] + input.noise()[token * DEPTH + d]) / temperature;
        }
        return a;
    }

    /** Returns the depth of the largest number; numbers of these tests are never equal. */
    private static int largest(double[] values) {
        double most = Arrays.stream(values).max().orElseThrow();
        return 1
                + IntStream.range(0, values.length)
                        .filter(i -> values[i] == most)
                        .findFirst()
                        .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void theDistributionIsTheSoftmaxOfTheHead(int hidden) {
        HaltingMechanism mechanism = early(Map.of("hidden", hidden));
        HaltingInput input = draw(mechanism, Noise.GUMBEL);
        HaltingPass pass = run(mechanism.training(), input);
        for (int token = 0; token < pass.tokens(); token++) {
            double[] logQ = Arrays.stream(softmax(logits(input, token))).map(Math::log).toArray();
            assertArrayEquals(logQ, pass.logExit()[token], EXACT);
        }
    }

    @Test
    void scoresAreTheLogits() {
        HaltingMechanism mechanism = early(Map.of());
        HaltingInput input = draw(mechanism, Noise.GUMBEL);
        HaltingPass pass = HaltingPass.runFreely(session, mechanism.training(), DEPTH, input);
        for (int token = 0; token < pass.tokens(); token++) {
            for (int d = 1; d < DEPTH; d++) {
                assertEquals(logits(input, token)[d - 1], pass.scores()[d - 1][token], EXACT);
            }
        }
    }

    @Test
    void trainingExitsAtTheLargestNoisyLogit() {
        HaltingMechanism mechanism = early(Map.of());
        HaltingInput input = draw(mechanism, Noise.GUMBEL);
        HaltingPass pass = run(mechanism.training(), input);
        for (int token = 0; token < pass.tokens(); token++) {
            assertEquals(largest(noisy(input, token, 1)), pass.depth(token));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.5, 1, 3, 100})
    void theSurrogateIsTheRelaxedSample(double temperature) {
        HaltingMechanism mechanism = early(Map.of("temperature", temperature));
        HaltingInput input = draw(mechanism, Noise.GUMBEL);
        HaltingPass pass = run(mechanism.training(), input);
        for (int token = 0; token < pass.tokens(); token++) {
            double[] surrogate = softmax(noisy(input, token, temperature));
            for (int d = 1; d < DEPTH; d++) {
                assertEquals(surrogate[d - 1], pass.masses()[d - 1][token], EXACT);
            }
        }
    }

    @Test
    void theTemperatureMovesNoExit() {
        HaltingMechanism mechanism = early(Map.of());
        HaltingInput input = draw(mechanism, Noise.GUMBEL);
        int[] depths = run(mechanism.training(), input).depths();
        HaltingMechanism cold = early(Map.of("temperature", 0.01));
        assertArrayEquals(depths, run(cold.training(), input).depths());
    }

    @Test
    void inferenceByModeExitsAtTheLargestLogit() {
        HaltingMechanism mechanism = early(Map.of());
        HaltingInput input = draw(mechanism, Noise.NONE);
        HaltingPass pass = run(mechanism.inference("mode"), input);
        for (int token = 0; token < pass.tokens(); token++) {
            assertEquals(largest(logits(input, token)), pass.depth(token));
        }
    }

    /**
     * Gumbel-max sampling, 20,000 drawings of the noise for each of three tokens: a right mechanism
     * fails in one of a million cases per token, one whose probability of some depth is off by 0.04
     * passes in fewer than one of a million.
     */
    @Test
    void sampledDepthsHaveTheProbabilitiesOfTheSoftmax() {
        int draws = 20_000;
        int tokens = 3;
        HaltingMechanism mechanism = early(Map.of());
        HaltingPass.define(session, mechanism.parameters(), random);
        HaltingInput few =
                HaltingInput.draw(random, new long[] {tokens}, WIDTH, DEPTH, Noise.GUMBEL);
        HaltingPass pass = run(mechanism.training(), few.repeat(draws, random, Noise.GUMBEL));
        for (int token = 0; token < tokens; token++) {
            int[] counts = new int[DEPTH];
            for (int row = token * draws; row < (token + 1) * draws; row++) {
                counts[pass.depth(row) - 1]++;
            }
            ChiSquare.assertFollows("token " + token, softmax(logits(few, token)), counts);
        }
    }

    // With an output map of zeros the bias alone is a, for every token.

    private HaltingInput withLogits(HaltingMechanism mechanism, Noise noise, double... logits) {
        HaltingInput input = draw(mechanism, noise);
        Slots.write(session, "halting.output", Slot.VALUE, new float[DEPTH * WIDTH]);
        float[] bias = new float[DEPTH];
        for (int d = 0; d < DEPTH; d++) {
            bias[d] = (float) logits[d];
        }
        Slots.write(session, "halting.bias", Slot.VALUE, bias);
        return input;
    }

    @ParameterizedTest
    @CsvSource({
        "mode,   0.10, 0.20, 0.30, 0.25, 0.15, 3",
        "median, 0.10, 0.20, 0.30, 0.25, 0.15, 3",
        "mode,   0.40, 0.05, 0.04, 0.13, 0.38, 1",
        "median, 0.40, 0.05, 0.04, 0.13, 0.38, 4",
        "mode,   0.01, 0.01, 0.01, 0.01, 0.96, 5",
        "median, 0.01, 0.01, 0.01, 0.01, 0.96, 5",
        "mode,   0.51, 0.01, 0.01, 0.01, 0.46, 1",
        "median, 0.51, 0.01, 0.01, 0.01, 0.46, 1"
    })
    void rulesReadTheDistribution(
            String rule, double q1, double q2, double q3, double q4, double q5, int depth) {
        HaltingMechanism mechanism = early(Map.of());
        double[] logits = Arrays.stream(new double[] {q1, q2, q3, q4, q5}).map(Math::log).toArray();
        HaltingInput input = withLogits(mechanism, Noise.NONE, logits);
        HaltingPass pass = run(mechanism.inference(rule), input);
        assertEquals(depth, pass.depth(0));
    }

    @Test
    void ofEqualLogitsTheLowestDepthIsTheMode() {
        HaltingMechanism mechanism = early(Map.of());
        HaltingInput input = withLogits(mechanism, Noise.NONE, 0, 2, 1, 2, 2);
        assertEquals(2, run(mechanism.inference("mode"), input).depth(0));
    }

    /** Two depths share everything: CDF is ½ exactly at the first of them. */
    @Test
    void aMedianIsReachedByOneHalfExactly() {
        HaltingMechanism mechanism = early(Map.of());
        HaltingInput input = withLogits(mechanism, Noise.NONE, -1000, 0, -1000, -1000, 0);
        assertEquals(2, run(mechanism.inference("median"), input).depth(0));
    }

    @Test
    void ofEqualNoisyLogitsTheLowestDepthWins() {
        HaltingMechanism mechanism = early(Map.of());
        HaltingInput input = withLogits(mechanism, Noise.GUMBEL, 0, 1, 0.5, 2, 0);
        double[] noise = new double[input.noise().length];
        noise[2] = 1.5;
        noise[1] = 1;
        assertEquals(2, run(mechanism.training(), input.withNoise(noise)).depth(0));
    }

    @Test
    void trainingBeginsWithTheUniformDistribution() {
        HaltingMechanism mechanism = early(Map.of());
        HaltingInput input = draw(mechanism, Noise.GUMBEL);
        for (Parameter parameter : mechanism.parameters()) {
            if (parameter.init() instanceof Parameter.Init.Constant(double value)) {
                float[] first = new float[(int) parameter.size()];
                Arrays.fill(first, (float) value);
                Slots.write(session, parameter.name(), Slot.VALUE, first);
            }
        }
        double[] uniform = new double[DEPTH];
        Arrays.fill(uniform, 1.0 / DEPTH);
        HaltingPass pass = run(mechanism.training(), input);
        for (int token = 0; token < pass.tokens(); token++) {
            assertArrayEquals(uniform, pass.distribution(token), EXACT);
        }
    }
}
