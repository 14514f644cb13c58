package org.anira.halting.online;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/**
 * ANIRA-O against its equations, computed in plain Java and float64 with products of probabilities,
 * not in log space: λ_d = σ(a_d), q_d = λ_d Π_{j < d} (1 − λ_j), and q_D the rest.
 */
class OnlineEquationTests {

    private static final int WIDTH = 6;
    private static final int DEPTH = 5;
    private static final double EXACT = 1e-12;

    private final ReferenceSession session = ReferenceBackend.session();
    private final CounterRandom random = new CounterRandom(1, "online", 0);

    @AfterEach
    void close() {
        session.close();
    }

    private static HaltingMechanism online(Map<String, ?> options) {
        OnlineProvider provider = new OnlineProvider();
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

    private HaltingPass runFreely(HaltingPolicy policy, HaltingInput input) {
        return HaltingPass.runFreely(session, policy, DEPTH, input);
    }

    // Equations.

    /** Returns a_1 … a_{D−1}, the state being frozen after {@code last} steps. */
    private double[] scores(HaltingInput input, int token, int last) {
        PlainHead head = new PlainHead(session);
        double[] scores = new double[DEPTH - 1];
        for (int d = 1; d < DEPTH; d++) {
            scores[d - 1] = head.apply(input.states()[Math.min(d, last) - 1], token)[0];
        }
        return scores;
    }

    private static double[] distribution(double[] scores) {
        double[] q = new double[DEPTH];
        double left = 1;
        for (int d = 1; d < DEPTH; d++) {
            double lambda = 1 / (1 + Math.exp(-scores[d - 1]));
            q[d - 1] = lambda * left;
            left *= 1 - lambda;
        }
        q[DEPTH - 1] = left;
        return q;
    }

    /** Returns the first depth at which the distribution function reaches a number. */
    private static int reaches(double[] q, double number) {
        double sum = 0;
        for (int d = 1; d < DEPTH; d++) {
            sum += q[d - 1];
            if (sum >= number) {
                return d;
            }
        }
        return DEPTH;
    }

    private double[] free(HaltingInput input, int token) {
        return distribution(scores(input, token, DEPTH));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7})
    void theDistributionFollowsFromTheHazards(int hidden) {
        HaltingMechanism mechanism = online(Map.of("hidden", hidden));
        HaltingInput input = draw(mechanism, Noise.UNIFORM);
        HaltingPass pass = runFreely(mechanism.training(), input);
        for (int token = 0; token < pass.tokens(); token++) {
            assertArrayEquals(free(input, token), pass.distribution(token), EXACT);
        }
    }

    @Test
    void theLogarithmIsThatOfTheDistribution() {
        HaltingMechanism mechanism = online(Map.of());
        HaltingInput input = draw(mechanism, Noise.UNIFORM);
        HaltingPass pass = runFreely(mechanism.training(), input);
        for (int token = 0; token < pass.tokens(); token++) {
            double[] logQ = Arrays.stream(free(input, token)).map(Math::log).toArray();
            assertArrayEquals(logQ, pass.logExit()[token], 1e-9);
        }
    }

    @Test
    void beyondTheExitTheFrozenStateRepeats() {
        HaltingMechanism mechanism = online(Map.of());
        HaltingInput input = draw(mechanism, Noise.UNIFORM);
        HaltingPass pass = run(mechanism.training(), input);
        for (int token = 0; token < pass.tokens(); token++) {
            double[] q = distribution(scores(input, token, pass.depth(token)));
            assertArrayEquals(q, pass.distribution(token), EXACT);
        }
    }

    @Test
    void trainingExitsWhereTheDistributionFunctionReachesTheNoise() {
        HaltingMechanism mechanism = online(Map.of());
        HaltingInput input = draw(mechanism, Noise.UNIFORM);
        HaltingPass pass = run(mechanism.training(), input);
        for (int token = 0; token < pass.tokens(); token++) {
            assertEquals(reaches(free(input, token), input.noise()[token]), pass.depth(token));
        }
        assertTrue(Arrays.stream(pass.depths()).distinct().count() >= 4, "few depths occur");
    }

    @Test
    void inferenceExitsAtTheMedian() {
        HaltingMechanism mechanism = online(Map.of());
        HaltingInput input = draw(mechanism, Noise.NONE);
        HaltingPass pass = run(mechanism.inference("median"), input);
        for (int token = 0; token < pass.tokens(); token++) {
            assertEquals(reaches(free(input, token), 0.5), pass.depth(token));
        }
    }

    @Test
    void theSurrogateIsTheDistribution() {
        HaltingMechanism mechanism = online(Map.of());
        HaltingInput input = draw(mechanism, Noise.UNIFORM);
        HaltingPass pass = runFreely(mechanism.training(), input);
        for (int token = 0; token < pass.tokens(); token++) {
            for (int d = 1; d < DEPTH; d++) {
                assertEquals(free(input, token)[d - 1], pass.masses()[d - 1][token], EXACT);
            }
        }
    }

    /**
     * 20,000 drawings of the noise for each of three tokens: a right mechanism fails in one of a
     * million cases per token, one whose probability of some depth is off by 0.04 passes in fewer
     * than one of a million.
     */
    @Test
    void exitsAreAsFrequentAsTheDistributionSays() {
        int draws = 20_000;
        int tokens = 3;
        HaltingMechanism mechanism = online(Map.of());
        HaltingPass.define(session, mechanism.parameters(), random);
        HaltingInput few =
                HaltingInput.draw(random, new long[] {tokens}, WIDTH, DEPTH, Noise.UNIFORM);
        HaltingPass pass = run(mechanism.training(), few.repeat(draws, random, Noise.UNIFORM));
        for (int token = 0; token < tokens; token++) {
            int[] counts = new int[DEPTH];
            for (int row = token * draws; row < (token + 1) * draws; row++) {
                counts[pass.depth(row) - 1]++;
            }
            ChiSquare.assertFollows("token " + token, free(few, token), counts);
        }
    }

    // With an output map of zeros the bias alone is a_d, for every token and step.

    private HaltingInput withScore(HaltingMechanism mechanism, Noise noise, double score) {
        HaltingInput input = draw(mechanism, noise);
        Slots.write(session, "halting.output", Slot.VALUE, new float[WIDTH]);
        Slots.write(session, "halting.bias", Slot.VALUE, (float) score);
        return input;
    }

    /** λ = ½ at every step: CDF is ½ exactly at depth 1. */
    @ParameterizedTest
    @CsvSource({"0.5, 1", "0.50001, 2", "0.8, 3", "0.9, 4", "0.95, 5", "0.00001, 1"})
    void theFirstDepthThatReachesTheNoiseWins(double noise, int depth) {
        HaltingMechanism mechanism = online(Map.of());
        HaltingInput input = withScore(mechanism, Noise.UNIFORM, 0);
        double[] same = new double[input.tokens()];
        Arrays.fill(same, noise);
        assertEquals(depth, run(mechanism.training(), input.withNoise(same)).depth(0));
    }

    @Test
    void aMedianIsReachedByOneHalfExactly() {
        HaltingMechanism mechanism = online(Map.of());
        HaltingInput input = withScore(mechanism, Noise.NONE, 0);
        assertEquals(1, run(mechanism.inference("median"), input).depth(0));
    }

    /** λ = 0.2: CDF is 0.2, 0.36, 0.488, 0.5904. */
    @Test
    void theMedianWaitsForOneHalf() {
        HaltingMechanism mechanism = online(Map.of());
        HaltingInput input = withScore(mechanism, Noise.NONE, Math.log(0.25));
        assertEquals(4, run(mechanism.inference("median"), input).depth(0));
    }

    /** Far out log q is linear in the score: log λ = a or log (1 − λ) = −a, up to e^−40. */
    @ParameterizedTest
    @ValueSource(doubles = {-60, 60})
    void logarithmsStayExactWhereProbabilitiesVanish(double score) {
        HaltingMechanism mechanism = online(Map.of());
        HaltingInput input = withScore(mechanism, Noise.UNIFORM, score);
        double[] logQ = runFreely(mechanism.training(), input).logExit()[0];
        for (int d = 1; d <= DEPTH; d++) {
            double stays = Math.min(0, -score) * (d - 1);
            double halts = d < DEPTH ? Math.min(0, score) : 0;
            assertEquals(stays + halts, logQ[d - 1], 1e-9);
        }
    }

    @Test
    void everyStepBeginsWithTheBias() {
        HaltingMechanism mechanism = online(Map.of("bias", -2));
        Parameter bias =
                mechanism.parameters().stream()
                        .filter(parameter -> parameter.name().equals("halting.bias"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(new Parameter.Init.Constant(-2), bias.init());
    }
}
