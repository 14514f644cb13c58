package org.anira.runtime.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.anira.api.TrainingException;
import org.anira.api.tensor.Slot;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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
    void anotherSeedGivesOtherNumbers() {
        assertNotEquals(
                training("one").run().metrics(), training("other", "seed=2").run().metrics());
    }

    @ParameterizedTest
    @ValueSource(strings = {"anira-e", "anira-o"})
    void accumulatedGradientsAreThoseOfTheWholeBatch(String halting) {
        String[] whole = {"halting.name=" + halting, "training.steps=4"};
        String[] parts = {"halting.name=" + halting, "training.steps=4", "training.micro-batch=4"};
        Map<String, float[]> expected = training("whole", whole).run().parameters();
        Map<String, float[]> actual = training("parts", parts).run().parameters();
        expected.forEach((name, values) ->
                // AdamW's first steps are of the size of the rate, 3e-3, whatever the gradient's.
                assertArrayEquals(values, actual.get(name), 2e-4f, name));
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
    void theMechanismChangesNeitherDataNorTheOtherFirstWeights() {
        String[] frozen = {"training.steps=3", "training.learning-rate=0", "training.log-every=1"};
        Training early = training("early", with(frozen, "halting.name=anira-e")).run();
        Training online = training("online", with(frozen, "halting.name=anira-o")).run();
        early.parameters()
                .forEach((name, values) -> {
                    if (!name.startsWith("halting.")) {
                        assertArrayEquals(values, online.parameters().get(name), name);
                    }
                });
        assertEquals(early.metric("train", "tokens"), online.metric("train", "tokens"));
    }

    private static String[] with(String[] settings, String more) {
        String[] all = Arrays.copyOf(settings, settings.length + 1);
        all[settings.length] = more;
        return all;
    }

    @Test
    void theKnobScheduleRaisesTheLargestSize() {
        List<Double> tokens =
                training(
                                "knob",
                                "training.steps=40",
                                "training.log-every=10",
                                "training.knob-from=1",
                                "training.knob-until=0.5",
                                "training.evaluate-every=0")
                        .run()
                        .metric("train", "tokens");
        double shortest = 10 * 6 * 6; // L = 1: 7 tokens, of which 6 are fed
        assertTrue(tokens.get(0) < tokens.get(3), tokens::toString);
        assertTrue(tokens.get(0) < 1.5 * shortest, tokens::toString);
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
    void aLossThatIsNotFiniteStopsTheTrainingAndKeepsTheLastCheckpoint() throws IOException {
        Training training = training("diverges", "training.steps=12");
        TrainingException thrown =
                assertThrows(
                        TrainingException.class,
                        () ->
                                training.run(
                                        Long.MAX_VALUE,
                                        session -> {
                                            if (new Checkpoints(training.folder)
                                                    .steps()
                                                    .contains(6L)) {
                                                float[] broken = session.read("norm", Slot.VALUE);
                                                broken[0] = Float.NaN;
                                                session.write("norm", Slot.VALUE, broken);
                                            }
                                        }));
        assertEquals("RUN-002", thrown.code());
        assertTrue(thrown.getMessage().contains("step 8"), thrown::getMessage);
        assertTrue(
                thrown.getMessage().contains("Last good checkpoint: step 6"), thrown::getMessage);
        Checkpoint kept = new Checkpoints(training.folder).newest().orElseThrow();
        assertEquals(6, kept.state().step());
        for (SafeTensors.Entry entry : kept.model().values()) {
            for (float value : entry.values()) {
                assertFalse(Float.isNaN(value));
            }
        }
        assertTrue(thrown.getMessage().contains("step-8"), thrown::getMessage);
    }
}
