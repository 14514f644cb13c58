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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** The step in the message is that of the newest status, which the training writes anew. */
    private static void refused(String... arguments) {
        JsonNode status = status();
        Child child = app.run(arguments);
        Matcher message =
                Pattern.compile(
                                "RUN-006  Run folder 'run' is in use by process %d on %s, at step (\\d+)\\. Wait for it, stop it, or start a new run\\."
                                        .formatted(
                                                status.get("pid").asLong(),
                                                Pattern.quote(status.get("host").asString())))
                        .matcher(child.errors().strip());
        assertTrue(message.matches(), child::errors);
        long step = Long.parseLong(message.group(1));
        assertTrue(status.get("step").asLong() <= step, child::errors);
        assertTrue(step <= status().get("step").asLong(), child::errors);
        assertEquals(4, child.exit());
        assertEquals("", child.output());
    }

    private static JsonNode status() {
        return Documents.of(folder.resolve("run/status.json"));
    }
}
