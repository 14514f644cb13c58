package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * A training that is killed again and again, and resumed each time, against one that was never
 * interrupted: the numbers are the same.
 */
class ResumeTests {

    private static final int STEPS = 48;

    @TempDir private static Path folder;

    private static App app;
    private static Path unbroken;
    private static Path broken;

    /** What the last kill but one left of a checkpoint that was being written. */
    private static List<String> leftovers;

    private static Child interrupted;
    private static JsonNode statusOfTheInterrupted;
    private static List<String> checkpointsOfTheInterrupted;

    @BeforeAll
    static void trainBoth() {
        app = App.in(folder);
        unbroken = folder.resolve("unbroken");
        broken = folder.resolve("broken");
        app.succeed(training("unbroken"));

        // At the logged step after a checkpoint.
        kill(app.start(training("broken")), "a step after a checkpoint", () -> logged(10));
        // While a checkpoint is written: as soon as its first file is begun, and its second.
        leftovers = new ArrayList<>();
        kill(
                resume(),
                "a checkpoint that is being written",
                () -> Files.exists(broken.resolve("checkpoints/.0000000018.tmp")));
        leftovers.addAll(Folder.names(broken.resolve("checkpoints")));
        kill(
                resume(),
                "a checkpoint's second file",
                () ->
                        Files.exists(
                                broken.resolve("checkpoints/.0000000024.tmp/model.safetensors")));
        leftovers.addAll(Folder.names(broken.resolve("checkpoints")));
        // Right after an evaluation, whose checkpoint may not be written yet.
        kill(resume(), "an evaluation", () -> evaluated(36));
        // And once in good order.
        try (Running running = resume()) {
            running.awaitThat("a step after a checkpoint", () -> logged(38));
            running.interrupt();
            interrupted = running.await();
        }
        statusOfTheInterrupted = Documents.of(broken.resolve("status.json"));
        checkpointsOfTheInterrupted = Folder.names(broken.resolve("checkpoints"));
        app.succeed("train", "--resume", "broken");
    }

    @Test
    void aKillCameWhileACheckpointWasWritten() {
        assertTrue(leftovers.stream().anyMatch(name -> name.endsWith(".tmp")), leftovers::toString);
    }

    @Test
    void metricsAreTheSameByteForByteButForTheTimes() {
        assertEquals(withoutTimes(unbroken), withoutTimes(broken));
    }

    @Test
    void thereAreMetricsOfEveryStepThatIsLogged() {
        assertEquals(
                List.of(
                        2, 4, 6, 8, 10, 12, 12, 14, 16, 18, 20, 22, 24, 24, 26, 28, 30, 32, 34, 36,
                        36, 38, 40, 42, 44, 46, 48, 48),
                Documents.lines(broken.resolve("metrics.jsonl")).stream()
                        .map(line -> line.get("step").asInt())
                        .toList());
    }

    @Test
    void evaluationsAreTheSameButForTheTimes() {
        assertEquals(evaluations(unbroken), evaluations(broken));
    }

    static List<String> checkpoints() {
        return List.of("06", "12", "18", "24", "30", "36", "42", "48");
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void checkpointsAreTheSame(String step) {
        Path one = unbroken.resolve("checkpoints/00000000" + step);
        Path other = broken.resolve("checkpoints/00000000" + step);
        assertAll(
                () -> assertEquals(hash(one, "model"), hash(other, "model")),
                () -> assertEquals(hash(one, "optimizer"), hash(other, "optimizer")),
                () -> assertEquals(state(one), state(other)));
    }

    @Test
    void nothingUnfinishedIsLeft() {
        assertTrue(
                Folder.contents(broken).keySet().stream().noneMatch(name -> name.endsWith(".tmp")));
    }

    @Test
    void ctrlCEndsWithItsExitCodeAndSaysHowToGoOn() {
        long step = statusOfTheInterrupted.get("step").asLong();
        assertEquals(130, interrupted.exit());
        assertTrue(
                interrupted
                        .errors()
                        .endsWith(
                                "Stopped after step %d. Go on with: anira train --resume broken\n"
                                        .formatted(step)),
                interrupted::errors);
    }

    @Test
    void ctrlCIsNotedInTheStatus() {
        assertEquals("interrupted", statusOfTheInterrupted.get("state").asString());
        assertEquals(130, statusOfTheInterrupted.get("exit_code").asInt());
        assertEquals("stopped on request", statusOfTheInterrupted.get("message").asString());
    }

    @Test
    void ctrlCLeavesACheckpointOfItsStep() {
        assertEquals(
                "%010d".formatted(statusOfTheInterrupted.get("step").asLong()),
                checkpointsOfTheInterrupted.getLast());
    }

    @Test
    void theEndIsNoted() {
        JsonNode status = Documents.of(broken.resolve("status.json"));
        assertEquals("done", status.get("state").asString());
        assertEquals(STEPS, status.get("step").asInt());
        assertEquals(0, status.get("exit_code").asInt());
    }

    /** In a step that takes longer than signals are one wish. */
    @Test
    void aSecondCtrlCEndsAtOnce() throws InterruptedException {
        try (Running running =
                app.start(
                        Tiny.train(
                                "training.batch=1048576",
                                "training.micro-batch=1024",
                                "--out",
                                "x"))) {
            running.awaitThat("the beginning", () -> Files.exists(folder.resolve("x/status.json")));
            running.interrupt();
            running.awaitThat(
                    "the answer to Ctrl-C", () -> running.errors().contains("Stopping after"));
            Thread.sleep(2500);
            running.interrupt();
            assertEquals(130, running.await().exit());
        }
        assertEquals(
                "running", Documents.of(folder.resolve("x/status.json")).get("state").asString());
    }

    /** As {@code timeout} and terminals send them: to the process and to its group. */
    @ParameterizedTest
    @ValueSource(strings = {"TERM TERM", "INT INT", "INT TERM", "TERM INT HUP"})
    void signalsTogetherAreOneWish(String signals) {
        String out = signals.toLowerCase(Locale.ROOT).replace(' ', '-');
        try (Running running = endless(out)) {
            for (String signal : signals.split(" ")) {
                running.signal(signal);
            }
            assertEquals(130, running.await().exit());
        }
        JsonNode status = Documents.of(folder.resolve(out + "/status.json"));
        assertEquals("interrupted", status.get("state").asString());
        assertEquals(
                List.of("%010d".formatted(status.get("step").asLong())),
                Folder.names(folder.resolve(out + "/checkpoints")));
    }

    /** Starts a training with long steps and waits for the first. */
    private static Running endless(String out) {
        Running running =
                app.start(
                        Tiny.train(
                                "training.steps=100000",
                                "training.batch=4096",
                                "training.log-every=1",
                                "--out",
                                out));
        running.awaitThat(
                "the first steps", () -> Files.exists(folder.resolve(out + "/metrics.jsonl")));
        return running;
    }

    private static String[] training(String out) {
        return Tiny.command(
                "train",
                "quickstart-anira-o",
                "task.options.max-length=4",
                "training.knob-from=1",
                "training.micro-batch=3",
                "training.steps=" + STEPS,
                "training.checkpoint-every=6",
                "training.evaluate-every=12",
                "training.keep-checkpoints=0",
                "--out",
                out);
    }

    private static Running resume() {
        return app.start("train", "--resume", "broken");
    }

    private static void kill(Running running, String moment, BooleanSupplier reached) {
        try (running) {
            running.awaitThat(moment, reached);
            assertEquals(137, running.kill().exit());
        }
        assertEquals(
                "running", Documents.of(broken.resolve("status.json")).get("state").asString());
    }

    private static boolean logged(int step) {
        return says("metrics.jsonl", "{\"step\":%d,".formatted(step));
    }

    private static boolean evaluated(int step) {
        return says("evaluations.jsonl", "\"step\":%d,".formatted(step));
    }

    private static boolean says(String file, String text) {
        Path path = broken.resolve(file);
        return Files.exists(path) && Documents.text(path).contains(text);
    }

    private static String withoutTimes(Path run) {
        return Documents.text(run.resolve("metrics.jsonl")).replaceAll(",\"time\":\\{[^}]*\\}", "");
    }

    private static List<JsonNode> evaluations(Path run) {
        List<JsonNode> lines = Documents.lines(run.resolve("evaluations.jsonl"));
        lines.forEach(line -> ((ObjectNode) line).remove("seconds"));
        return lines;
    }

    private static String hash(Path checkpoint, String file) {
        return Folder.hash(checkpoint.resolve(file + ".safetensors"));
    }

    /** Returns a checkpoint's state without the length of the metrics, which have times in them. */
    private static JsonNode state(Path checkpoint) {
        JsonNode state = Documents.of(checkpoint.resolve("state.json"));
        ((ObjectNode) state.get("state")).remove("metrics_bytes");
        return state;
    }
}
