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
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The distribution over depths, and how the exits of training and of inference follow from it. */
interface HaltingDistributionContract extends HaltingTrial {

    /** log q is finite, and q sums to 1. */
    @Test
    default void theDistributionSumsToOne() {
        for (Tried tried : policies()) {
            HaltingPass.Given given = tried.draw(Seed.random("distribution", 0), 3, 4);
            for (HaltingPass pass : List.of(run(tried, given), run(tried, given.running()))) {
                for (double[] log : pass.logExit()) {
                    assertTrue(
                            Arrays.stream(log).allMatch(Double::isFinite),
                            () -> tried.name() + ": log q is " + Arrays.toString(log));
                    double sum = Arrays.stream(log).map(Math::exp).sum();
                    assertEquals(1, sum, 1e-6, () -> tried.name() + ": the sum of q");
                }
            }
        }
    }

    /** Surrogate masses are no less than 0, and what is left of 1 never falls below 0. */
    @Test
    default void massesAreSharesOfOne() {
        for (Tried tried : policies()) {
            HaltingPass pass = run(tried, tried.draw(Seed.random("mass", 0), 3, 8));
            for (int token = 0; token < pass.logExit().length; token++) {
                double left = 1;
                for (int d = 1; d <= Math.min(pass.depth(token), DEPTH - 1); d++) {
                    double mass = pass.masses()[d - 1][token];
                    assertTrue(mass >= 0, () -> tried.name() + ": a mass is " + mass);
                    left -= mass;
                }
                double rest = left;
                assertTrue(left >= -1e-6, () -> tried.name() + ": what is left is " + rest);
            }
        }
    }

    /**
     * In training a learned mechanism exits at d with probability q_d: a chi-square test over many
     * drawings of the noise for each of a few tokens. A right mechanism fails it in one of a
     * million cases per token; an exit probability that is wrong by 0.05 passes it in fewer than
     * one of a thousand.
     */
    @Test
    default void sampledExitsFollowTheDistribution() {
        int tokens = 4;
        int draws = 4000;
        for (Tried tried : training()) {
            if (!has(HaltingBehaviour.LEARNED, tried.settings())) {
                continue; // mechanismsWithoutLearningExitAtAPoint
            }
            assertFalse(wants(tried, Noise.NONE), () -> tried.name() + " samples without noise");
            RandomGenerator random = Seed.random("sampled exits", 0);
            HaltingPass.Given few = tried.draw(random, tokens);
            int[] repeated = IntStream.range(0, tokens * draws).map(row -> row / draws).toArray();
            HaltingPass.Given many = few.gather(new long[] {repeated.length}, repeated).running();
            double[] noise =
                    HaltingPass.Given.noise(random, tried.policy().noise(), repeated.length, DEPTH);
            HaltingPass pass =
                    run(
                            tried,
                            new HaltingPass.Given(
                                    many.lead(), WIDTH, many.h0(), many.states(), noise, false));
            for (int token = 0; token < tokens; token++) {
                double[] q = Arrays.stream(pass.logExit()[token * draws]).map(Math::exp).toArray();
                int[] exits = new int[DEPTH];
                for (int row = token * draws; row < (token + 1) * draws; row++) {
                    exits[pass.depth(row) - 1]++;
                }
                ChiSquare.assertFollows(tried.name() + ", token " + token, q, exits);
            }
        }
    }

    /** A learned mechanism has parameters, on which its distribution and its masses depend. */
    @Test
    default void learnedMechanismsDependOnTheirParameters() {
        for (Tried tried : training()) {
            if (has(HaltingBehaviour.LEARNED, tried.settings())) {
                assertFalse(tried.mechanism().parameters().isEmpty(), tried::name);
                HaltingPass.Given given = tried.draw(Seed.random("learned", 0), 12).running();
                HaltingPass one = run(tried, given, 0);
                HaltingPass other = run(tried, given, 1);
                assertFalse(
                        Arrays.deepEquals(one.logExit(), other.logExit()),
                        () -> tried.name() + ": q does not depend on the parameters");
                assertFalse(
                        Arrays.deepEquals(one.masses(), other.masses()),
                        () -> tried.name() + ": the masses do not depend on the parameters");
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
                for (int token = 0; token < pass.logExit().length; token++) {
                    double[] q = Arrays.stream(pass.logExit()[token]).map(Math::exp).toArray();
                    int point = Readings.mode(q);
                    assertEquals(1, q[point - 1], 1e-6, () -> tried.name() + ": q of the point");
                    assertEquals(point, pass.depth(token), () -> tried.name() + ": depth");
                }
            }
        }
    }

    /**
     * A rule with a known name exits where an independent reading of q says. Tokens of more than
     * one depth are tried.
     */
    @Test
    default void rulesReadTheDistribution() {
        for (Tried tried : training()) {
            for (String rule : tried.mechanism().rules()) {
                Tried inference =
                        new Tried(
                                "rule %s with %s".formatted(rule, tried.settings()),
                                tried.settings(),
                                tried.mechanism(),
                                tried.mechanism().inference(rule));
                assertEquals(Noise.NONE, inference.policy().noise(), inference::name);
                HaltingPass pass = run(inference, inference.draw(Seed.random("rules", 0), 8, 8));
                if (!Readings.known(rule)) {
                    continue; // its own author knows how it reads q
                }
                for (int token = 0; token < pass.logExit().length; token++) {
                    double[] q = Arrays.stream(pass.logExit()[token]).map(Math::exp).toArray();
                    int expected = Readings.read(rule, q);
                    if (!Readings.isTie(rule, q)) {
                        assertEquals(
                                expected,
                                pass.depth(token),
                                () -> "%s: q = %s".formatted(inference.name(), Arrays.toString(q)));
                    }
                }
                if (has(HaltingBehaviour.LEARNED, tried.settings())) {
                    long different = Arrays.stream(pass.depths()).distinct().count();
                    assertTrue(
                            different > 1, () -> inference.name() + ": all tokens have one depth");
                }
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
            HaltingPass.Given given = tried.draw(random, 4, 4);
            HaltingPass.Given other = given.withStates(tried.draw(random, 4, 4).states());
            HaltingPass one = run(tried, given);
            HaltingPass two = run(tried, other);
            if (has(HaltingBehaviour.DECIDES_ONCE, tried.settings())) {
                assertArrayEquals(one.depths(), two.depths(), () -> tried.name() + ": depths");
                for (int token = 0; token < one.logExit().length; token++) {
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
        for (var values : settings()) {
            HaltingMechanism mechanism;
            try {
                mechanism = provider().create(WIDTH, 1, values);
            } catch (SettingsException e) {
                assertEquals("CFG-003", e.code(), e.getMessage());
                continue; // settings that ask for more depth
            }
            tried++;
            try (Bench bench = new Bench(open())) {
                RandomGenerator random = Seed.random("one step", 0);
                HaltingPass.define(bench, mechanism.parameters(), random);
                Noise noise = mechanism.training().noise();
                HaltingPass.Given given =
                        HaltingPass.Given.draw(random, new long[] {2, 3}, WIDTH, 1, noise);
                HaltingPass pass = HaltingPass.run(bench, mechanism.training(), 1, given);
                assertEquals(6, pass.logExit().length);
                for (double[] log : pass.logExit()) {
                    assertArrayEquals(new double[] {0}, log, 1e-6, "log q");
                }
            }
        }
        assertNotEquals(0, tried, "none of the settings allows D = 1");
    }
}
