package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.tensor.Session;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.model.TinyModel.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The dense and the skipping form compute the same, and no token depends on what stands beside or
 * after it. On both backends: in float64 nothing but the arithmetic differs, on the one that trains
 * the kernels do.
 */
class ExecutionTests {

    private static final float TOLERANCE = 1e-5f;
    private static final int LENGTH = 18;
    private static final int[] LENGTHS = {18, 13, 16, 18, 15};

    /** A model on a backend. */
    record Trial(boolean reference, String halting, Injection injection, int layers, boolean tied) {

        Session open() {
            return reference ? BuiltIn.reference() : BuiltIn.training();
        }

        TinyModel model() {
            return TinyModel.of(halting, injection, layers, tied);
        }

        @Override
        public String toString() {
            return "%s, %s, %s, %d recurrent%s"
                    .formatted(
                            reference ? "float64" : "float32",
                            halting,
                            injection,
                            layers,
                            tied ? "" : ", untied");
        }
    }

    static Stream<Trial> trials() {
        return Stream.of(true, false)
                .flatMap(reference ->
                        Stream.of("anira-e", "anira-o")
                                .flatMap(halting ->
                                        Stream.concat(
                                                tied(reference, halting),
                                                Stream.of(
                                                        new Trial(
                                                                reference,
                                                                halting,
                                                                Injection.NONE,
                                                                1,
                                                                false)))));
    }

    private static Stream<Trial> tied(boolean reference, String halting) {
        return Arrays.stream(Injection.values())
                .flatMap(injection ->
                        IntStream.of(1, 2)
                                .mapToObj(layers ->
                                        new Trial(reference, halting, injection, layers, true)));
    }

    @ParameterizedTest
    @MethodSource("trials")
    void skippingEqualsDense(Trial trial) {
        TinyModel tiny = trial.model();
        try (Session session = trial.open()) {
            tiny.define(session, 7);
            List<int[]> sequences = tiny.sequences(3, LENGTHS);
            Outcome dense = tiny.evaluate(session, sequences, LENGTH, false);
            Outcome skipping = tiny.evaluate(session, sequences, LENGTH, true);
            TinyModel.assertDepthsDiffer(dense.depths(), LENGTH, LENGTHS);
            for (int b = 0; b < LENGTHS.length; b++) {
                assertSameRow(dense, b, skipping, b, LENGTH, LENGTH, LENGTHS[b]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("trials")
    void batchOfOneEqualsRowOfBatch(Trial trial) {
        TinyModel tiny = trial.model();
        try (Session session = trial.open()) {
            tiny.define(session, 7);
            List<int[]> sequences = tiny.sequences(3, LENGTHS);
            for (boolean skip : new boolean[] {false, true}) {
                Outcome batch = tiny.evaluate(session, sequences, LENGTH, skip);
                TinyModel.assertDepthsDiffer(batch.depths(), LENGTH, LENGTHS);
                for (int b = 0; b < LENGTHS.length; b++) {
                    Outcome alone =
                            tiny.evaluate(session, List.of(sequences.get(b)), LENGTHS[b], skip);
                    assertSameRow(batch, b, alone, 0, LENGTH, LENGTHS[b], LENGTHS[b]);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("trials")
    void paddingChangesNothing(Trial trial) {
        TinyModel tiny = trial.model();
        try (Session session = trial.open()) {
            tiny.define(session, 7);
            List<int[]> sequences = tiny.sequences(3, LENGTHS);
            for (boolean skip : new boolean[] {false, true}) {
                Outcome tight = tiny.evaluate(session, sequences, LENGTH, skip);
                Outcome wide = tiny.evaluate(session, sequences, LENGTH + 7, skip);
                TinyModel.assertDepthsDiffer(tight.depths(), LENGTH, LENGTHS);
                for (int b = 0; b < LENGTHS.length; b++) {
                    assertSameRow(tight, b, wide, b, LENGTH, LENGTH + 7, LENGTHS[b]);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("trials")
    void permutingTheBatchPermutesTheResult(Trial trial) {
        TinyModel tiny = trial.model();
        int[] order = {3, 0, 4, 2, 1};
        try (Session session = trial.open()) {
            tiny.define(session, 7);
            List<int[]> sequences = tiny.sequences(3, LENGTHS);
            List<int[]> permuted = Arrays.stream(order).mapToObj(sequences::get).toList();
            for (boolean skip : new boolean[] {false, true}) {
                Outcome before = tiny.evaluate(session, sequences, LENGTH, skip);
                Outcome after = tiny.evaluate(session, permuted, LENGTH, skip);
                TinyModel.assertDepthsDiffer(before.depths(), LENGTH, LENGTHS);
                for (int b = 0; b < order.length; b++) {
                    assertSameRow(before, order[b], after, b, LENGTH, LENGTH, LENGTHS[order[b]]);
                }
            }
        }
    }

    @ParameterizedTest(name = "skipping {0}")
    @ValueSource(booleans = {false, true})
    void fixedDepthIsTakenByEveryToken(boolean skipping) {
        TinyModel tiny = TinyModel.of("fixed", Injection.ADD, 1, true);
        try (Session session = BuiltIn.reference()) {
            tiny.define(session, 7);
            Outcome outcome = tiny.evaluate(session, tiny.sequences(3, LENGTHS), LENGTH, skipping);
            for (int b = 0; b < LENGTHS.length; b++) {
                for (int t = 0; t < LENGTHS[b]; t++) {
                    assertEquals(TinyModel.DEPTH, outcome.depths()[b * LENGTH + t]);
                }
            }
        }
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
