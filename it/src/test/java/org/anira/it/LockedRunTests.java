package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.nio.file.Files;
import java.nio.file.Path;

/** A run folder that a process trains in. */
class LockedRunTests {

    @TempDir private static Path folder;

    private static App app;
    private static Running training;

    @BeforeAll
    static void startTraining() {
        app = App.in(folder);
        training =
                app.start(
                        Tiny.train(
                                "training.steps=1000000",
                                "training.checkpoint-every=4",
                                "training.keep-checkpoints=0",
                                "--out",
                                "run"));
        training.awaitThat(
                "a checkpoint",
                () -> Files.exists(folder.resolve("run/checkpoints/0000000004/state.json")));
    }

    @AfterAll
    static void stopTraining() {
        training.close();
    }

    @Test
    void aSecondTrainingIsRefused() {
        refused("train", "--resume", "run");
    }

    @Test
    void anEvaluationThatWouldWriteIsRefused() {
        refused("eval", "run");
    }

    @Test
    void anEvaluationThatDoesNotWriteIsNot() {
        app.succeed("eval", "run", "--checkpoint", "4", "--no-save");
        assertTrue(Files.notExists(folder.resolve("run/evaluations.jsonl")));
    }

    @Test
    void theListSaysThatItIsRunning() {
        JsonNode runs =
                Documents.of(app.succeed("list", "runs", "--runs", ".", "--json").output())
                        .get("runs");
        assertEquals("running", runs.get(0).get("state").asString());
    }

    private static void refused(String... arguments) {
        JsonNode status = Documents.of(folder.resolve("run/status.json"));
        app.fail(
                4,
                "RUN-006  Run folder 'run' is in use by process %d on %s, at step %d. Wait for it, stop it, or start a new run."
                        .formatted(
                                status.get("pid").asLong(),
                                status.get("host").asString(),
                                status.get("step").asLong()),
                arguments);
    }
}
