package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.tensor.Session;
import org.anira.halting.early.EarlyProvider;
import org.anira.halting.fixed.FixedProvider;
import org.anira.halting.online.OnlineProvider;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.model.TinyModel.Outcome;
import org.anira.testkit.reference.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The dense and the skipping form compute the same, and no token depends on what stands beside or
 * after it.
 */
class ExecutionTests {

    private static final float TOLERANCE = 1e-5f;
    private static final int LENGTH = 14;
    private static final int[] LENGTHS = {14, 9, 12, 14, 11};

    static Stream<Arguments> models() {
        return Stream.of(new EarlyProvider(), new OnlineProvider())
                .flatMap(halting ->
                        Arrays.stream(Injection.values())
                                .flatMap(injection ->
                                        IntStream.of(1, 2)
                                                .mapToObj(layers ->
                                                        Arguments.of(
                                                                halting.name(),
                                                                halting,
                                                                injection,
                                                                layers))));
    }

    private static Session session() {
        ReferenceBackend backend = new ReferenceBackend();
        return backend.open(Settings.defaults(backend.options()));
    }

    @ParameterizedTest(name = "{0} {2} {3}")
    @MethodSource("models")
    void skippingEqualsDense(
            String name, HaltingProvider halting, Injection injection, int layers) {
        TinyModel tiny = TinyModel.of(halting, injection, layers, true);
        try (Session session = session()) {
            tiny.define(session, 7);
            List<int[]> sequences = tiny.sequences(3, LENGTHS);
            Outcome dense = tiny.evaluate(session, sequences, LENGTH, false);
            Outcome skipping = tiny.evaluate(session, sequences, LENGTH, true);
            assertDepthsDiffer(dense);
            for (int b = 0; b < LENGTHS.length; b++) {
                assertSameRow(dense, b, skipping, b, LENGTH, LENGTH, LENGTHS[b]);
            }
        }
    }

    @ParameterizedTest(name = "{0} {2} {3}")
    @MethodSource("models")
    void batchOfOneEqualsRowOfBatch(
            String name, HaltingProvider halting, Injection injection, int layers) {
        TinyModel tiny = TinyModel.of(halting, injection, layers, true);
        try (Session session = session()) {
            tiny.define(session, 8);
            List<int[]> sequences = tiny.sequences(4, LENGTHS);
            for (boolean skip : new boolean[] {false, true}) {
                Outcome batch = tiny.evaluate(session, sequences, LENGTH, skip);
                for (int b = 0; b < LENGTHS.length; b++) {
                    Outcome alone =
                            tiny.evaluate(session, List.of(sequences.get(b)), LENGTHS[b], skip);
                    assertSameRow(batch, b, alone, 0, LENGTH, LENGTHS[b], LENGTHS[b]);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} {2} {3}")
    @MethodSource("models")
    void paddingChangesNothing(
            String name, HaltingProvider halting, Injection injection, int layers) {
        TinyModel tiny = TinyModel.of(halting, injection, layers, true);
        try (Session session = session()) {
            tiny.define(session, 9);
            List<int[]> sequences = tiny.sequences(5, LENGTHS);
            for (boolean skip : new boolean[] {false, true}) {
                Outcome tight = tiny.evaluate(session, sequences, LENGTH, skip);
                Outcome wide = tiny.evaluate(session, sequences, LENGTH + 7, skip);
                for (int b = 0; b < LENGTHS.length; b++) {
                    assertSameRow(tight, b, wide, b, LENGTH, LENGTH + 7, LENGTHS[b]);
                }
            }
        }
    }

    @Test
    void untiedStepsSkipLikeDense() {
        TinyModel tiny = TinyModel.of(new OnlineProvider(), Injection.NONE, 1, false);
        try (Session session = session()) {
            tiny.define(session, 12);
            List<int[]> sequences = tiny.sequences(3, LENGTHS);
            Outcome dense = tiny.evaluate(session, sequences, LENGTH, false);
            Outcome skipping = tiny.evaluate(session, sequences, LENGTH, true);
            assertDepthsDiffer(dense);
            for (int b = 0; b < LENGTHS.length; b++) {
                assertSameRow(dense, b, skipping, b, LENGTH, LENGTH, LENGTHS[b]);
            }
        }
    }

    @Test
    void fixedDepthIsTakenByEveryToken() {
        TinyModel tiny = TinyModel.of(new FixedProvider(), Injection.ADD, 1, true);
        try (Session session = session()) {
            tiny.define(session, 7);
            Outcome outcome = tiny.evaluate(session, tiny.sequences(3, LENGTHS), LENGTH, false);
            for (int b = 0; b < LENGTHS.length; b++) {
                for (int t = 0; t < LENGTHS[b]; t++) {
                    assertEquals(TinyModel.DEPTH, outcome.depths()[b * LENGTH + t]);
                }
            }
        }
    }

    /** All depths occur, and each sequence has at least three: else equality would say little. */
    private static void assertDepthsDiffer(Outcome outcome) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int b = 0; b < LENGTHS.length; b++) {
            TreeSet<Integer> own = new TreeSet<>();
            for (int t = 0; t < LENGTHS[b]; t++) {
                own.add(outcome.depths()[b * LENGTH + t]);
            }
            assertTrue(own.size() >= 3, "sequence " + b + " has depths " + own);
            all.addAll(own);
        }
        assertEquals(TinyModel.DEPTH, all.size(), "depths that occur: " + all);
    }

    private static void assertSameRow(
            Outcome left,
            int leftRow,
            Outcome right,
            int rightRow,
            int leftLength,
            int rightLength,
            int length) {
        int vocabulary = left.logits().length / left.depths().length;
        int from = leftRow * leftLength;
        int other = rightRow * rightLength;
        assertArrayEquals(
                Arrays.copyOfRange(left.depths(), from, from + length),
                Arrays.copyOfRange(right.depths(), other, other + length));
        assertArrayEquals(
                Arrays.copyOfRange(left.logits(), from * vocabulary, (from + length) * vocabulary),
                Arrays.copyOfRange(
                        right.logits(), other * vocabulary, (other + length) * vocabulary),
                TOLERANCE);
        assertArrayEquals(
                Arrays.copyOfRange(left.expected(), from, from + length),
                Arrays.copyOfRange(right.expected(), other, other + length),
                TOLERANCE);
    }
}
