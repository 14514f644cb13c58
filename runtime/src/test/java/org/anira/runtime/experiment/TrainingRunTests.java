package org.anira.runtime.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.DataException;
import org.anira.api.tensor.Session;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.Provenance;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.RunLock;
import org.anira.runtime.run.Status;
import org.anira.runtime.train.Progress;
import org.anira.runtime.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What is noted of a training before, during and after it. */
class TrainingRunTests {

    private static final String EXPERIMENT =
            """
            name: noted
            task: {name: mano, options: {modulus: 2, min-length: 1, max-length: 2}}
            model: {width: 16, heads: 2, mlp: 32, max-depth: 2}
            halting: {name: fixed}
            training: {steps: 4, batch: 2}
            evaluation: {samples: 2, batch: 2}
            backend: {name: djl, options: {device: cpu, threads: 1}}
            """;

    private static final Invocation INVOCATION =
            new Invocation(
                    "1.2.3",
                    Optional.of("abc"),
                    List.of("some", "words"),
                    new Invocation.ExitCodes(10, 20, _ -> 30));

    @TempDir Path temporary;

    private final List<String> said = new ArrayList<>();

    private TrainingRun run(String... overrides) {
        return new TrainingRun(
                BuiltIn.PROVIDERS,
                ResolvedExperiment.resolve(
                        Draft.read("noted", EXPERIMENT).with(List.of(overrides)),
                        BuiltIn.PROVIDERS),
                INVOCATION,
                said::add);
    }

    /** Begins a training that ends as asked for after its second step. */
    private RunFolder begun(boolean stops) {
        RunFolder folder = RunFolder.create(temporary.resolve("run"));
        Trainer.End end =
                run().begin(
                                () -> folder,
                                List.of("seed=1"),
                                new TrainingListener() {
                                    private long step;

                                    @Override
                                    public void step(Progress progress) {
                                        step = progress.step();
                                    }

                                    @Override
                                    public boolean stops() {
                                        return stops && step == 2;
                                    }
                                });
        assertEquals(stops ? Trainer.End.INTERRUPTED : Trainer.End.DONE, end);
        return folder;
    }

    @Test
    void theFolderSaysHowTheProcessWasStartedAndEnded() throws IOException {
        RunFolder folder = begun(false);
        Provenance provenance = Provenance.read(folder);
        assertEquals("1.2.3", provenance.anira());
        assertEquals(Optional.of("abc"), provenance.commit());
        assertEquals(List.of("some", "words"), provenance.command());
        assertTrue(provenance.end().isPresent());
        assertEquals("seed=1\n", Files.readString(folder.overrides()));
        assertEquals(Status.State.DONE, folder.status().state());
        assertEquals(4, folder.status().step());
        assertEquals(OptionalInt.of(10), folder.status().exitCode());
    }

    @Test
    void aTrainingThatIsStoppedSaysSoAndGoesOn() throws IOException {
        RunFolder folder = begun(true);
        assertEquals(Status.State.INTERRUPTED, folder.status().state());
        assertEquals(2, folder.status().step());
        assertEquals(OptionalInt.of(20), folder.status().exitCode());
        SavedRun saved = new SavedRun(folder, BuiltIn.PROVIDERS);
        TrainingRun again =
                new TrainingRun(BuiltIn.PROVIDERS, saved.experiment(), INVOCATION, said::add);
        try (RunLock _ = folder.lock()) {
            again.resume(folder, saved.resumable(Optional.empty()), new TrainingListener() {});
        }
        assertEquals(4, folder.status().step());
        assertEquals(OptionalInt.of(10), folder.status().exitCode());
        assertTrue(Files.readString(folder.log()).contains("resumed after step 2: some words"));
    }

    @Test
    void whatAListenerThrowsEndsTheTrainingAndIsNoted() {
        RunFolder folder = RunFolder.create(temporary.resolve("run"));
        TrainingListener failing =
                new TrainingListener() {
                    @Override
                    public void step(Progress progress) {
                        throw new IllegalStateException("enough");
                    }
                };
        assertThrows(
                IllegalStateException.class, () -> run().begin(() -> folder, List.of(), failing));
        assertEquals(Status.State.FAILED, folder.status().state());
        assertEquals(OptionalInt.of(30), folder.status().exitCode());
        assertEquals("enough", folder.status().message());
    }

    @Test
    void theBackendIsOpenBeforeThereIsAFolder() {
        List<String> order = new ArrayList<>();
        RunFolder folder = RunFolder.create(temporary.resolve("run"));
        run().begin(
                        () -> {
                            order.add("folder");
                            return folder;
                        },
                        List.of(),
                        new TrainingListener() {
                            @Override
                            public void opened(Session session) {
                                order.add("opened with %d".formatted(session.parameters().size()));
                            }

                            @Override
                            public void made(RunFolder made) {
                                order.add(Files.exists(made.config()) ? "written" : "made");
                            }
                        });
        assertEquals(List.of("opened with 0", "folder", "made"), order);
    }

    @Test
    void otherSettingsThanTheCheckpointsAreRefused() {
        RunFolder folder = begun(true);
        TrainingRun other = run("training.batch=3");
        DataException thrown =
                assertThrows(
                        DataException.class,
                        () ->
                                other.resume(
                                        folder,
                                        new Checkpoints(folder).newest().orElseThrow(),
                                        new TrainingListener() {}));
        assertEquals("RUN-008", thrown.code());
    }
}
