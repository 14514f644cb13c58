package org.anira.runtime.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.run.PointResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.OptionalDouble;

/** Results by hand. */
class TallyTests {

    private static final int DEPTH = 4;

    private static HaltingMechanism mechanism(String name) {
        HaltingProvider provider = BuiltIn.halting(name);
        return provider.create(8, DEPTH, Settings.defaults(provider.options()));
    }

    private static PointResult result(Tally tally) {
        EchoTask task = new EchoTask(13, true, false, false);
        return tally.result(task, EchoTask.point(2, 2), 7, "rule", "dense", 5);
    }

    /** Four samples of two tokens and one answer each, at depths 1, 2, 2 and 4. */
    private static Tally tally(String halting) {
        Tally tally = new Tally(mechanism(halting), DEPTH, List.of());
        int[] depths = {1, 2, 2, 4};
        List<List<Integer>> right = List.of(List.of(3), List.of(4), List.of(3), List.of(5));
        for (int i = 0; i < depths.length; i++) {
            tally.sample(0.25);
            tally.token(3, 2.5);
            tally.token(depths[i], 1.5);
            tally.target(-0.5 * i);
            tally.answer(i == 1, right.get(i));
            tally.depths(new int[] {depths[i]}, 1.5);
        }
        return tally;
    }

    /** Wilson for 1 of 4: (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), z = 1.959964. */
    @Test
    void accuracyStandsBesideItsIntervalChanceAndTheBestConstantAnswer() {
        PointResult result = result(tally("anira-o"));
        assertEquals(0.25, result.accuracy());
        assertEquals(0.04559, result.low(), 5e-5);
        assertEquals(0.69936, result.high(), 5e-5);
        assertEquals(OptionalDouble.of(0.1), result.chance());
        assertEquals(0.5, result.constant());
        assertEquals("t3", result.constantAnswer());
    }

    @Test
    void depthsAreCountedAtAnswersAndOverAll() {
        PointResult result = result(tally("anira-o"));
        assertEquals(2.25, result.meanDepth().value());
        assertEquals(1.5, result.expectedDepth().value());
        assertEquals(2.0, result.expectedDepthAll());
        assertEquals(List.of(1L, 2L, 0L, 1L), result.exits());
        assertEquals(List.of(1L, 2L, 4L, 1L), result.exitsAll());
        assertEquals(OptionalDouble.empty(), result.freeExpectedDepth());
    }

    /** E decides once for each of 8 tokens; O min(d, 3) times: 4 · 3 + 1 + 2 + 2 + 3. */
    @ParameterizedTest
    @CsvSource({"anira-e, 8", "anira-o, 20", "fixed, 0"})
    void executionAndDecisionsAreCounted(String halting, long decisions) {
        PointResult result = result(tally(halting));
        assertEquals(8, result.tokens());
        assertEquals(21, result.executionSteps());
        assertEquals(decisions, result.decisions());
    }

    @Test
    void crossEntropyAndTimeAddUp() {
        PointResult result = result(tally("anira-o"));
        assertEquals((0.5 + 1 + 1.5) / 4, result.crossEntropy(), 1e-12);
        assertEquals(1, result.seconds(), 1e-12);
    }

    /** Two answers in each of four samples: twice as many answers, the same interval. */
    @Test
    void answersOfOneSampleDoNotNarrowTheInterval() {
        Tally tally = new Tally(mechanism("anira-e"), DEPTH, List.of());
        for (int i = 0; i < 4; i++) {
            tally.sample(0);
            tally.answer(i == 0, List.of(3));
            tally.answer(i == 0, List.of(4));
        }
        PointResult result = result(tally);
        assertEquals(4, result.n());
        assertEquals(8, result.judged());
        assertEquals(2, result.correct());
        assertEquals(0.25, result.accuracy());
        assertEquals(0.69936, result.high(), 5e-5);
    }
}
