package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.SettingsException;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.testkit.reference.ReferenceBackend;
import org.anira.testkit.reference.ReferenceSession;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The distribution over depths, and how the exits of training and of inference follow from it. */
interface HaltingDistributionContract extends HaltingTrial {

    /** log q is finite: the KL term would otherwise be NaN. */
    @Test
    default void theDistributionIsFinite() {
        for (Tried tried : policies()) {
            for (HaltingPass pass : passes(tried)) {
                for (double[] log : pass.logExit()) {
                    assertTrue(
                            Arrays.stream(log).allMatch(Double::isFinite),
                            () -> tried.name() + ": log q is " + Arrays.toString(log));
                }
            }
        }
    }

    /** q sums to 1. */
    @Test
    default void theDistributionSumsToOne() {
        for (Tried tried : policies()) {
            for (HaltingPass pass : passes(tried)) {
                for (int token = 0; token < pass.tokens(); token++) {
                    double sum = Arrays.stream(pass.distribution(token)).sum();
                    assertEquals(1, sum, 1e-6, () -> tried.name() + ": the sum of q");
                }
            }
        }
    }

    private List<HaltingPass> passes(Tried tried) {
        HaltingInput input = tried.draw(Seed.random("distribution", 0), 3, 8);
        return List.of(run(tried, input), runFreely(tried, input));
    }

    // Masses count up to the exit: what a policy says of a token that has halted is not used.

    private static double[] masses(HaltingPass pass, int token) {
        int steps = Math.min(pass.depth(token), DEPTH - 1);
        return Arrays.stream(pass.masses(), 0, steps).mapToDouble(step -> step[token]).toArray();
    }

    private HaltingPass massPass(Tried tried) {
        return run(tried, tried.draw(Seed.random("masses", 0), 3, 8));
    }

    /** Masses are no less than 0, and what is left of 1 never falls below 0. */
    @Test
    default void massesAreSharesOfOne() {
        for (Tried tried : policies()) {
            HaltingPass pass = massPass(tried);
            for (int token = 0; token < pass.tokens(); token++) {
                double left = 1;
                for (double mass : masses(pass, token)) {
                    assertTrue(mass >= 0, () -> tried.name() + ": a mass is " + mass);
                    left -= mass;
                }
                double rest = left;
                assertTrue(left >= -1e-6, () -> tried.name() + ": what is left is " + rest);
            }
        }
    }

    /** The mass of a step is q of that depth, unless Gumbel noise relaxes the sample. */
    @Test
    default void massesAreTheDistribution() {
        for (Tried tried : policies()) {
            if (tried.policy().noise() != Noise.GUMBEL) {
                HaltingPass pass = massPass(tried);
                for (int token = 0; token < pass.tokens(); token++) {
                    double[] masses = masses(pass, token);
                    assertArrayEquals(
                            Arrays.copyOf(pass.distribution(token), masses.length),
                            masses,
                            Math.max(1e-6, tolerance()),
                            () -> tried.name() + ": the masses of the steps up to the exit");
                }
            }
        }
    }

    /** Masses that Gumbel noise relaxes are a soft form of the sample: largest at the exit. */
    @Test
    default void relaxedMassesAreLargestAtTheExit() {
        for (Tried tried : policies()) {
            if (tried.policy().noise() == Noise.GUMBEL) {
                HaltingPass pass = massPass(tried);
                for (int token = 0; token < pass.tokens(); token++) {
                    int exit = pass.depth(token);
                    double[] masses = Arrays.copyOf(masses(pass, token), exit);
                    if (exit == DEPTH) {
                        masses[exit - 1] = 1 - Arrays.stream(masses).sum();
                    }
                    double largest = Arrays.stream(masses).max().orElseThrow();
                    assertTrue(
                            masses[exit - 1] >= largest - Math.max(1e-9, tolerance() / 100),
                            () ->
                                    "%s: the exit is %d, the masses up to it are %s"
                                            .formatted(
                                                    tried.name(), exit, Arrays.toString(masses)));
                }
            }
        }
    }

    /**
     * In training a learned mechanism exits at d with probability q_d: a chi-square test over
     * 10,000 drawings of the noise for each of two tokens. See {@link ChiSquare}: a mechanism that
     * is right fails it in one of a million cases per token, and one with an exit probability that
     * is wrong by 0.05 passes it in fewer than one of ten thousand.
     */
    @Test
    default void sampledExitsFollowTheDistribution() {
        int tokens = 2;
        int draws = 10_000;
        for (Tried tried : training()) {
            if (!has(HaltingBehaviour.LEARNED, tried.settings())) {
                continue; // mechanismsWithoutLearningExitAtAPoint
            }
            RandomGenerator random = Seed.random("sampled exits", 0);
            HaltingInput many =
                    tried.draw(random, tokens).repeat(draws, random, tried.policy().noise());
            HaltingPass pass = runFreely(tried, many);
            for (int token = 0; token < tokens; token++) {
                int[] exits = new int[DEPTH];
                for (int row = token * draws; row < (token + 1) * draws; row++) {
                    exits[pass.depth(row) - 1]++;
                }
                ChiSquare.assertFollows(
                        tried.name() + ", token " + token, pass.distribution(token * draws), exits);
            }
        }
    }

    /**
     * In training, small changes of a learned mechanism's parameters change q and the masses, while
     * detached tensors stay: otherwise no gradient would reach the parameters.
     */
    @Test
    default void learnedMechanismsHaveGradients() {
        for (Tried tried : training()) {
            if (!has(HaltingBehaviour.LEARNED, tried.settings())) {
                continue; // mechanismsWithoutLearningExitAtAPoint
            }
            HaltingInput input = tried.draw(Seed.random("gradients", 0), 12);
            try (ReferenceSession session = ReferenceBackend.session()) {
                List<Parameter> parameters = tried.mechanism().parameters();
                RandomGenerator random = Seed.random("gradients", 1);
                HaltingPass.define(session, parameters, random);
                session.holdDetached();
                HaltingPass before = HaltingPass.runFreely(session, tried.policy(), DEPTH, input);
                for (Parameter parameter : parameters) {
                    float[] values = Slots.read(session, parameter.name(), Slot.VALUE);
                    for (int i = 0; i < values.length; i++) {
                        values[i] += (float) (1e-4 * random.nextGaussian());
                    }
                    Slots.write(session, parameter.name(), Slot.VALUE, values);
                }
                HaltingPass after = HaltingPass.runFreely(session, tried.policy(), DEPTH, input);
                assertFalse(
                        Arrays.deepEquals(before.logExit(), after.logExit()),
                        () -> tried.name() + ": q has no gradient with respect to the parameters");
                assertFalse(
                        Arrays.deepEquals(before.masses(), after.masses()),
                        () -> tried.name() + ": the masses have no gradient");
            }
        }
    }

    /**
     * A mechanism that does not learn has one depth per token, which its distribution says and its
     * policy keeps.
     */
    @Test
    default void mechanismsWithoutLearningExitAtAPoint() {
        for (Tried tried : policies()) {
            if (!has(HaltingBehaviour.LEARNED, tried.settings())) {
                HaltingPass pass = run(tried, tried.draw(Seed.random("point", 0), 3, 4));
                for (int token = 0; token < pass.tokens(); token++) {
                    double[] q = pass.distribution(token);
                    int point = Readings.mode(q);
                    assertEquals(1, q[point - 1], 1e-6, () -> tried.name() + ": q of the point");
                    assertEquals(point, pass.depth(token), () -> tried.name() + ": depth");
                }
            }
        }
    }

    /** Rules of inference need no noise. */
    @Test
    default void inferenceNeedsNoNoise() {
        for (Tried tried : inference()) {
            assertEquals(Noise.NONE, tried.policy().noise(), tried::name);
        }
    }

    /**
     * The rules named mode and median exit where an independent reading of q says. What other rules
     * read is known to their author alone.
     */
    @Test
    default void rulesReadTheDistribution() {
        for (Tried tried : inference()) {
            String rule = tried.rule().orElseThrow();
            if (!Readings.known(rule)) {
                continue;
            }
            HaltingPass pass = run(tried, tried.draw(Seed.random("rules", 0), 8, 8));
            for (int token = 0; token < pass.tokens(); token++) {
                double[] q = pass.distribution(token);
                if (!Readings.isTie(rule, q)) {
                    assertEquals(
                            Readings.read(rule, q),
                            pass.depth(token),
                            () -> "%s: q = %s".formatted(tried.name(), Arrays.toString(q)));
                }
            }
        }
    }

    /** What a learned mechanism gives to different tokens differs: some go deeper than others. */
    @Test
    default void learnedMechanismsTellTokensApart() {
        for (Tried tried : inference()) {
            if (has(HaltingBehaviour.LEARNED, tried.settings())) {
                HaltingPass pass = run(tried, tried.draw(Seed.random("rules", 0), 8, 8));
                long different = Arrays.stream(pass.depths()).distinct().count();
                assertTrue(different > 1, () -> tried.name() + ": all tokens have one depth");
            }
        }
    }

    /**
     * A mechanism that decides once does not look at the states of the recurrence; another one
     * does.
     */
    @Test
    default void decidingOnceNeedsNoState() {
        for (Tried tried : policies()) {
            RandomGenerator random = Seed.random("decides once", 0);
            HaltingInput input = tried.draw(random, 4, 4);
            HaltingPass one = run(tried, input);
            HaltingPass two = run(tried, input.withStates(tried.draw(random, 4, 4).states()));
            if (has(HaltingBehaviour.DECIDES_ONCE, tried.settings())) {
                assertArrayEquals(one.depths(), two.depths(), () -> tried.name() + ": depths");
                for (int token = 0; token < one.tokens(); token++) {
                    assertArrayEquals(
                            one.logExit()[token], two.logExit()[token], tolerance(), tried::name);
                }
            } else {
                assertFalse(
                        Arrays.deepEquals(one.logExit(), two.logExit()),
                        () -> tried.name() + ": q depends on h0 alone; declare DECIDES_ONCE");
            }
        }
    }

    /** With D = 1 there is nothing to decide: q is 1. */
    @Test
    default void oneStepIsEnough() {
        int tried = 0;
        for (var values : tried()) {
            HaltingMechanism mechanism;
            try {
                mechanism = provider().create(WIDTH, 1, values);
            } catch (SettingsException e) {
                assertEquals("CFG-003", e.code(), e.getMessage());
                continue; // settings that ask for more depth
            }
            tried++;
            try (Session session = open()) {
                RandomGenerator random = Seed.random("one step", 0);
                HaltingPass.define(session, mechanism.parameters(), random);
                Noise noise = mechanism.training().noise();
                HaltingInput input = HaltingInput.draw(random, new long[] {2, 3}, WIDTH, 1, noise);
                HaltingPass pass = HaltingPass.run(session, mechanism.training(), 1, input);
                assertEquals(6, pass.tokens());
                for (double[] log : pass.logExit()) {
                    assertArrayEquals(new double[] {0}, log, 1e-6, "log q");
                }
            }
        }
        assertNotEquals(0, tried, "none of the settings allows D = 1");
    }
}
