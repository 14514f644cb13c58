package org.anira.runtime.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.anira.api.TrainingException;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.runtime.config.Execution;
import org.anira.runtime.data.TrainingBatch;
import org.anira.runtime.data.TrainingData;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.SafeTensors;
import org.anira.testkit.Slots;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A training's numbers are functions of its settings and seed, however it is cut up. */
class TrainerTests {

    @TempDir Path temporary;

    private Training training(String folder, String... overrides) {
        return new Training(temporary.resolve(folder), overrides);
    }

    private static void assertSameRun(Training expected, Training actual) throws IOException {
        assertEquals(expected.metrics(), actual.metrics());
        assertEquals(expected.evaluations(), actual.evaluations());
        Checkpoint one = new Checkpoints(expected.folder).newest().orElseThrow();
        Checkpoint other = new Checkpoints(actual.folder).newest().orElseThrow();
        for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
            assertArrayEquals(
                    Files.readAllBytes(one.folder().resolve(file)),
                    Files.readAllBytes(other.folder().resolve(file)),
                    file);
        }
    }

    /** Stopped at checkpoints, between them, and in the middle of a line of metrics. */
    @ParameterizedTest
    @ValueSource(longs = {3, 5, 7, 11})
    void aTrainingThatResumesEqualsOneThatWasNeverInterrupted(long stop) throws IOException {
        Training whole = training("whole").run();
        Training parts = training("parts").until(stop);
        parts.again().run();
        assertSameRun(whole, parts);
    }

    /** What a killed process leaves: lines, evaluations and steps after the last checkpoint. */
    @Test
    void whatLiesAfterTheCheckpointIsDoneAgain() throws IOException {
        Training whole = training("whole").run();
        Training killed = training("killed").until(8);
        // The checkpoint that the request to stop wrote is gone: the process had no time for it.
        Path last = new Checkpoints(killed.folder).at(8).folder();
        try (var files = Files.list(last)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(last);
        Files.writeString(
                killed.folder.metrics(),
                "{\"step\":9,\"spl",
                UTF_8,
                java.nio.file.StandardOpenOption.APPEND);
        killed.again().run();
        assertSameRun(whole, killed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"anira-e", "anira-o", "fixed"})
    void theSameSeedGivesTheSameNumbers(String halting) throws IOException {
        assertSameRun(
                training("one", "halting.name=" + halting).run(),
                training("other", "halting.name=" + halting).run());
    }

    @Test
    void theThreadsThatDrawSamplesChangeNoNumber() throws IOException {
        Training one = training("one").run();
        Training more = training("more", "training.data-threads=3").run();
        assertEquals(one.metrics(), more.metrics());
        assertEquals(one.evaluations(), more.evaluations());
    }

    @Test
    void anotherSeedGivesOtherNumbers() {
        assertNotEquals(
                training("one").run().metrics(), training("other", "seed=2").run().metrics());
    }

    /** Samples in other company: the same loss, the same gradients. */
    @ParameterizedTest
    @CsvSource({
        "anira-e, skipping, training.micro-batch=4",
        "anira-o, skipping, training.micro-batch=4",
        "anira-o, skipping, training.micro-batch=3 training.layout=bucketed",
        "anira-e, skipping, training.layout=packed",
        "anira-o, skipping, training.layout=packed",
        "anira-e, dense, training.layout=packed",
        "anira-o, dense, training.layout=packed",
        "anira-o, skipping, training.micro-batch=2 training.layout=packed"
    })
    void theLayoutOfAStepChangesNoGradient(String halting, String execution, String layout) {
        String[] settings = {
            "halting.name=" + halting,
            "training.execution=" + execution,
            "task.options.max-length=8",
            "training.knob-from=0",
            "training.batch=24",
            "training.steps=1",
            "training.clip=0",
            "training.log-every=1"
        };
        Training whole = training("whole", settings).run();
        String[] other =
                Stream.concat(Arrays.stream(settings), Arrays.stream(layout.split(" ")))
                        .toArray(String[]::new);
        Training parts = training("parts", other).run();
        if (layout.contains("packed")) {
            List<TrainingBatch> batches = parts.data().batches(1);
            int rows = batches.stream().mapToInt(each -> each.batch().size()).sum();
            assertTrue(rows < 24, "no row holds two samples");
        }
        for (String name :
                List.of("loss", "cross_entropy", "accuracy", "kl", "mean_depth", "gradient_norm")) {
            double expected = whole.metric("train", name).getFirst();
            assertEquals(expected, parts.metric("train", name).getFirst(), 1e-5 * expected, name);
        }
        // The first moment after one step is the gradient times 1 − β₁.
        Map<String, float[]> expected = moments(whole);
        moments(parts).forEach((name, found) -> assertClose(expected.get(name), found, name));
    }

    private static Map<String, float[]> moments(Training training) {
        Map<String, float[]> moments = new HashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            new Checkpoints(training.folder)
                    .newest()
                    .orElseThrow()
                    .tensors(arena)
                    .first()
                    .forEach((name, entry) -> moments.put(name, entry.floats()));
        }
        return moments;
    }

    private static void assertClose(float[] expected, float[] actual, String name) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(expected[i] - actual[i], 2);
            size += Math.pow(expected[i], 2);
        }
        assertTrue(
                Math.sqrt(difference) <= 1e-5 * Math.sqrt(size),
                "%s: difference %s, size %s"
                        .formatted(name, Math.sqrt(difference), Math.sqrt(size)));
    }

    @ParameterizedTest
    @CsvSource({
        "halting.name=anira-o, SKIPPING",
        "halting.name=anira-e, SKIPPING",
        "halting.name=fixed, DENSE",
        "halting.name=anira-o model.max-depth=1, DENSE",
        "halting.name=anira-o training.execution=dense, DENSE",
        "halting.name=fixed training.execution=skipping, SKIPPING"
    })
    void skipsUnlessToldOtherwiseWhereTokensMayStop(String settings, Execution expected) {
        assertEquals(expected, training("some", settings.split(" ")).execution());
    }

    @Test
    void skippingAndDenseTrainingsTakeTheSameSteps() {
        Map<String, float[]> dense =
                training("dense", "training.execution=dense", "training.steps=4")
                        .run()
                        .parameters();
        Map<String, float[]> skipping =
                training("skipping", "training.execution=skipping", "training.steps=4")
                        .run()
                        .parameters();
        dense.forEach((name, values) -> assertArrayEquals(values, skipping.get(name), 2e-4f, name));
    }

    @Test
    void theMechanismChangesNoFirstWeightButItsOwn() {
        String[] frozen = {"training.steps=1", "training.learning-rate=0"};
        Map<String, float[]> early =
                training("early", with(frozen, "halting.name=anira-e")).run().parameters();
        Map<String, float[]> online =
                training("online", with(frozen, "halting.name=anira-o")).run().parameters();
        early.forEach((name, values) -> {
            if (!name.startsWith("halting.")) {
                assertArrayEquals(values, online.get(name), name);
            }
        });
    }

    @Test
    void theMechanismChangesNoData() {
        TrainingData early = training("early", "halting.name=anira-e").data();
        TrainingData online = training("online", "halting.name=anira-o").data();
        for (int step : new int[] {1, 7}) {
            assertArrayEquals(
                    early.batches(step).getFirst().batch().tokens(),
                    online.batches(step).getFirst().batch().tokens());
        }
    }

    private static String[] with(String[] settings, String more) {
        String[] all = Arrays.copyOf(settings, settings.length + 1);
        all[settings.length] = more;
        return all;
    }

    /** From 2 to 4 over 20 of 40 steps: 3 after the first 10, 4 after all of them. */
    @ParameterizedTest
    @CsvSource({"1, 2", "10, 2", "11, 3", "20, 3", "21, 4", "40, 4"})
    void theKnobScheduleRaisesTheLargestSize(long step, int expected) {
        TrainingData data =
                training(
                                "knob",
                                "training.steps=40",
                                "training.batch=300",
                                "training.knob-from=2",
                                "training.knob-until=0.5")
                        .data();
        int largest =
                data.batches(step).getFirst().batch().samples().stream()
                        .mapToInt(sample -> sample.point().number("L"))
                        .max()
                        .orElseThrow();
        assertEquals(expected, largest);
    }

    @Test
    void gammaRisesOverTheRamp() {
        List<Double> gamma =
                training("ramp", "training.log-every=1", "halting.ramp=0.5", "halting.gamma=0.06")
                        .run()
                        .metric("train", "gamma");
        for (int step = 1; step <= 12; step++) {
            assertEquals(0.06 * Math.min(1, (step - 1) / 6.0), gamma.get(step - 1), 1e-12);
        }
    }

    @Test
    void theLossIsCrossEntropyPlusGammaTimesTheDivergence() {
        Training training = training("loss", "training.log-every=1", "halting.ramp=0").run();
        List<Double> loss = training.metric("train", "loss");
        List<Double> crossEntropy = training.metric("train", "cross_entropy");
        List<Double> divergence = training.metric("train", "kl");
        for (int i = 0; i < loss.size(); i++) {
            assertEquals(crossEntropy.get(i) + 0.01 * divergence.get(i), loss.get(i), 1e-5);
        }
    }

    @Test
    void thePriorIsGeometricAndSumsToOne() {
        float[] log = Trainer.logPrior(2, 3);
        assertEquals(Math.log(4 / 7.0), log[0], 1e-6);
        assertEquals(Math.log(2 / 7.0), log[1], 1e-6);
        assertEquals(Math.log(1 / 7.0), log[2], 1e-6);
    }

    @Test
    void aTrainingLearns() {
        Training training =
                training(
                                "learns",
                                "training.steps=150",
                                "training.batch=32",
                                "training.log-every=30",
                                "training.evaluate-every=0",
                                "task.options.modulus=2",
                                "task.options.max-length=1",
                                "training.learning-rate=1e-2")
                        .run();
        List<Double> crossEntropy = training.metric("train", "cross_entropy");
        assertTrue(crossEntropy.getLast() < 0.5 * crossEntropy.getFirst(), crossEntropy::toString);
    }

    @Test
    void aGradientThatIsNotFiniteIsToldByTheDiagnosis() throws IOException {
        Training training = training("diverges", "training.steps=4");
        // The next step adds to it.
        TrainingException thrown =
                diverging(
                        training,
                        session -> spoil(session, Slot.GRADIENT, Float.POSITIVE_INFINITY));
        assertTrue(
                thrown.getMessage().startsWith("The norm of the gradient is Infinity at step 2"),
                thrown::getMessage);
        String statistics =
                Files.readString(training.folder.path().resolve("diag/step-2.json"))
                        .replaceAll("\\s", "");
        // Nothing was updated with it.
        for (String part :
                List.of(
                        "\"norm\",\"slot\":\"value\",\"elements\":%d,\"nan\":0,\"infinite\":0",
                        "\"norm\",\"slot\":\"gradient\",\"elements\":%d,\"nan\":0,\"infinite\":1")) {
            String expected = part.formatted(training.model().settings().width());
            assertTrue(statistics.contains(expected), statistics);
        }
    }

    @Test
    void aLossThatIsNotFiniteStopsTheTrainingAndKeepsTheLastCheckpoint() throws IOException {
        Training training = training("diverges", "training.steps=12");
        TrainingException thrown =
                diverging(
                        training,
                        session -> {
                            if (new Checkpoints(training.folder).steps().contains(6L)) {
                                spoil(session, Slot.VALUE, Float.NaN);
                            }
                        });
        assertTrue(thrown.getMessage().contains("step 8"), thrown::getMessage);
        assertTrue(
                thrown.getMessage().contains("Last good checkpoint: step 6"), thrown::getMessage);
        Checkpoint kept = new Checkpoints(training.folder).newest().orElseThrow();
        assertEquals(6, kept.state().step());
        try (Arena arena = Arena.ofConfined()) {
            for (SafeTensors.Entry entry : kept.model(arena).values()) {
                for (float value : entry.floats()) {
                    assertFalse(Float.isNaN(value));
                }
            }
        }
        Path diagnosis = training.folder.path().resolve("diag").resolve("step-8.json");
        assertTrue(thrown.getMessage().contains(diagnosis.toString()), thrown::getMessage);
        String statistics = Files.readString(diagnosis);
        assertTrue(statistics.contains("recurrent.0.mlp.down"), statistics);
    }

    @Test
    void aParameterThatIsNotFiniteIsNeverWritten() throws IOException {
        Training training = training("diverges", "training.steps=4");
        int[] steps = {0};
        TrainingException thrown =
                diverging(
                        training,
                        session -> {
                            if (++steps[0] == 3) { // a step with a checkpoint
                                spoil(session, Slot.VALUE, Float.NaN);
                            }
                        });
        assertTrue(
                thrown.getMessage().startsWith("Parameter 'norm' has NaN at step 3"),
                thrown::getMessage);
        try (Stream<Path> left = Files.list(training.folder.checkpoints())) {
            assertEquals(List.of(), left.toList());
        }
    }

    /** Runs a training that must end with RUN-002. */
    private static TrainingException diverging(Training training, Consumer<Session> afterStep) {
        TrainingException thrown =
                assertThrows(
                        TrainingException.class, () -> training.run(Long.MAX_VALUE, afterStep));
        assertEquals("RUN-002", thrown.code());
        return thrown;
    }

    private static void spoil(Session session, Slot slot, float number) {
        float[] numbers = Slots.read(session, "norm", slot);
        numbers[0] = number;
        Slots.write(session, "norm", slot, numbers);
    }
}
