package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
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
import java.util.SortedMap;

/**
 * A run folder in which a file is missing or damaged: what is said, and that nothing more is lost.
 */
class DamagedRunTests {

    private static final String OTHER =
            " The checkpoint of step 4 is whole: 'anira train --resume run --checkpoint 4'.";

    @TempDir private Path folder;

    private App app;
    private Path run;
    private Path checkpoint;

    @BeforeEach
    void aWholeRun() {
        app = App.in(folder);
        run = Tiny.copyTrained(folder.resolve("run"));
        checkpoint = run.resolve("checkpoints/0000000008");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "optimizer.safetensors", "state.json"})
    void aMissingCheckpointFile(String name) throws IOException {
        Files.delete(checkpoint.resolve(name));
        refused(
                "RUN-004  Checkpoint file 'run/checkpoints/0000000008/%s' cannot be used: no such file or folder."
                                .formatted(name)
                        + OTHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "optimizer.safetensors"})
    void aTruncatedCheckpointFile(String name) throws IOException {
        byte[] whole = Files.readAllBytes(checkpoint.resolve(name));
        Files.write(checkpoint.resolve(name), Arrays.copyOf(whole, whole.length / 2));
        refused(
                "RUN-004  Checkpoint file 'run/checkpoints/0000000008/%s' cannot be used: it has %d bytes, expected %d."
                                .formatted(name, whole.length / 2, whole.length)
                        + OTHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "optimizer.safetensors"})
    void aCheckpointFileWithOneBitFlipped(String name) throws IOException {
        Path file = checkpoint.resolve(name);
        String before = Folder.hash(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 10] ^= 1;
        Files.write(file, bytes);
        refused(
                "RUN-004  Checkpoint file 'run/checkpoints/0000000008/%s' cannot be used: its contents have changed: SHA-256 %s, expected %s."
                                .formatted(name, Folder.hash(file), before)
                        + OTHER);
    }

    @Test
    void aTruncatedCheckpointState() throws IOException {
        Path state = checkpoint.resolve("state.json");
        Files.writeString(state, "{\n  \"format\" : 1,\n");
        refused(
                "RUN-004  Checkpoint file 'run/checkpoints/0000000008/state.json' cannot be used:"
                        + " Unexpected end-of-input within/between Object entries (line 3, column"
                        + " 1)."
                        + OTHER);
    }

    @Test
    void aCheckpointStateThatIsEmpty() throws IOException {
        Files.writeString(checkpoint.resolve("state.json"), "");
        refused(
                "RUN-004  Checkpoint file 'run/checkpoints/0000000008/state.json' cannot be used:"
                        + " it is empty."
                        + OTHER);
    }

    @Test
    void aCheckpointOfALaterFormat() throws IOException {
        replace(checkpoint.resolve("state.json"), "\"format\" : 1", "\"format\" : 3");
        refused(
                "RUN-004  'run/checkpoints/0000000008/state.json' has checkpoint format 3, this"
                        + " build reads up to 1. Use a newer anira."
                        + OTHER);
    }

    @Test
    void theCheckpointThatTheMessageNamesCanBeGoneOnFrom() throws IOException {
        Files.delete(checkpoint.resolve("model.safetensors"));
        Child child = app.succeed("train", "--resume", "run", "--checkpoint", "4");
        assertTrue(child.errors().startsWith("Resuming 'run' after step 4\n"), child::errors);
        assertEquals(
                List.of("0000000004", "0000000008", "0000000008.aside"),
                Folder.names(run.resolve("checkpoints")));
    }

    @Test
    void noCheckpointAtAll() throws IOException {
        Folder.delete(run.resolve("checkpoints"));
        SortedMap<String, String> before = contents();
        app.fail(
                4,
                "RUN-004  Run 'run' has no checkpoint to go on from. Begin again: anira train"
                        + " run/config.yaml",
                "train",
                "--resume",
                "run");
        app.fail(
                4,
                "RUN-004  Run 'run' has no checkpoint. Train again: anira train"
                        + " run/config.yaml",
                "eval",
                "run");
        assertEquals(before, contents());
    }

    @Test
    void aCheckpointThatWasNeverThere() {
        SortedMap<String, String> before = contents();
        String message =
                "RUN-004  There is no checkpoint of step 7 in 'run/checkpoints'. There are: [4, 8]";
        app.fail(4, message, "train", "--resume", "run", "--checkpoint", "7");
        app.fail(4, message, "eval", "run", "--checkpoint", "7");
        assertEquals(before, contents());
    }

    @Test
    void metricsThatLackLines() throws IOException {
        Path metrics = run.resolve("metrics.jsonl");
        long length = Files.size(metrics);
        Files.writeString(metrics, "{}\n");
        resumeFails(
                "RUN-004  'run/metrics.jsonl' has 3 bytes, but the checkpoint was written when it had %d. Lines are missing; restore the file."
                        .formatted(length));
    }

    @Test
    void metricsWithADamagedLine() throws IOException {
        replace(run.resolve("metrics.jsonl"), "{\"step\":4,", "[\"step\":4,");
        app.fail(
                4,
                "RUN-004  'run/metrics.jsonl' is damaged in line 2: it has another form (column 1)."
                        + " Restore the file, or use another run.",
                "compare",
                "run");
        nothingWasCompared();
    }

    @Test
    void evaluationsWithADamagedLine() throws IOException {
        Path file = run.resolve("evaluations.jsonl");
        String whole = Documents.text(file);
        int end = whole.indexOf('\n');
        int lastField = whole.lastIndexOf(',', end) + 1;
        Files.writeString(file, whole.substring(0, lastField) + whole.substring(end));
        String message =
                "RUN-004  'run/evaluations.jsonl' is damaged in line 1: Unexpected end-of-input within/between Object entries (column %d). Restore the file, or use another run."
                        .formatted(
                                Documents.text(run.resolve("evaluations.jsonl")).indexOf('\n') + 1);
        resumeFails(message);
        app.fail(4, message, "compare", "run");
        nothingWasCompared();
    }

    @Test
    void evaluationsWithAValueOfAnotherType() throws IOException {
        replace(run.resolve("evaluations.jsonl"), "\"correct\":", "\"correct\":\"many\",\"x\":");
        Child child = app.run("compare", "run");
        assertEquals(4, child.exit());
        assertTrue(
                child.errors()
                        .startsWith(
                                "RUN-004  'run/evaluations.jsonl' is damaged in line 1: the value"
                                        + " of 'correct' does not fit (column "),
                child::errors);
    }

    @Test
    void evaluationsThatLackAField() throws IOException {
        replace(run.resolve("evaluations.jsonl"), "\"correct\":", "\"korrect\":");
        Child child = app.run("compare", "run");
        assertEquals(4, child.exit());
        assertTrue(
                child.errors()
                        .startsWith(
                                "RUN-004  'run/evaluations.jsonl' is damaged in line 1: 'correct'"
                                        + " is missing (column "),
                child::errors);
    }

    @Test
    void evaluationsOfALaterSchema() throws IOException {
        replace(run.resolve("evaluations.jsonl"), "anira.evaluation/1", "anira.evaluation/9");
        String message =
                "RUN-004  'run/evaluations.jsonl' has a line of schema anira.evaluation/9, this"
                        + " build reads anira.evaluation/1. Use a newer anira, or evaluate again.";
        resumeFails(message);
        app.fail(4, message, "compare", "run");
        nothingWasCompared();
    }

    @Test
    void aRunThatWasNeverEvaluated() throws IOException {
        Files.delete(run.resolve("evaluations.jsonl"));
        app.fail(
                4,
                "RUN-007  Run 'run' has no evaluations, so there is nothing to compare. Run 'anira"
                        + " eval run' first.",
                "compare",
                "run");
        nothingWasCompared();
    }

    @Test
    void settingsThatAreMissing() throws IOException {
        Files.delete(run.resolve("config.yaml"));
        refusedByAll(
                "RUN-004  Run 'run' has no 'config.yaml': it was stopped before it had begun, or"
                        + " the file was removed. Restore the file, or remove the folder and train"
                        + " again: anira train EXPERIMENT");
    }

    @Test
    void settingsThatAreNoYaml() throws IOException {
        Files.writeString(run.resolve("config.yaml"), "name: x\ntask: [\n");
        refusedByAll(
                "RUN-004  run/config.yaml:3:1 not valid YAML: while parsing a flow node, expected"
                        + " the node content, but found '<stream end>'\n"
                        + "         Restore the file, or use another run.");
    }

    @Test
    void settingsThatAreNoText() throws IOException {
        Files.write(run.resolve("config.yaml"), new byte[] {'a', (byte) 0xff});
        refusedByAll(
                "RUN-004  run/config.yaml:1:2 not UTF-8 text: byte ff\n"
                        + "         Restore the file, or use another run.");
    }

    @Test
    void settingsThatWereChanged() throws IOException {
        replace(run.resolve("config.yaml"), "seed: 1\n", "seed: 2\n");
        Map<String, String> before = contents();
        Child child = app.run("train", "--resume", "run");
        assertEquals(
                """
                Resuming 'run' after step 8
                RUN-008  'run/config.yaml' has other settings than the checkpoint of step 8 was made with.
                         Restore the file, or the version of anira that 'provenance.json' names, or begin a new run: anira train run/config.yaml
                """,
                child.errors());
        assertEquals(4, child.exit());
        assertEquals(before, contents());
    }

    @Test
    void settingsThatDoNotFitTheCheckpoint() throws IOException {
        replace(run.resolve("config.yaml"), "  width: 16\n", "  width: 32\n");
        Map<String, String> before = contents();
        Child child = app.run("eval", "run");
        assertEquals(
                """
                Evaluating 'run' at step 8
                RUN-004  The checkpoint has shape [13, 16] for parameter 'embedding', the model needs [13, 32]. Was the run's config.yaml changed?
                """,
                child.errors());
        assertEquals(4, child.exit());
        assertEquals(before, contents());
    }

    @Test
    void aStatusThatIsEmpty() throws IOException {
        Files.writeString(run.resolve("status.json"), "");
        refusedByAll(
                "RUN-004  'run/status.json' is damaged: it is empty. Restore the file, or use"
                        + " another run.");
    }

    @Test
    void aStatusOfNoKnownState() throws IOException {
        replace(run.resolve("status.json"), "\"done\"", "\"asleep\"");
        refusedByAll(
                "RUN-004  'run/status.json' is damaged: the value of 'state' does not fit (line 2,"
                        + " column 13). Restore the file, or use another run.");
    }

    @Test
    void aDamagedStatusDoesNotHideOtherRuns() throws IOException {
        Tiny.copyTrained(folder.resolve("sound"));
        Files.writeString(run.resolve("status.json"), "{");
        Child child = app.succeed("list", "runs", "--runs", ".", "--json");
        assertEquals(
                List.of("damaged", "done"),
                Documents.texts(Documents.of(child.output()).get("runs"), "state"));
        assertTrue(
                child.errors().startsWith("Warning: './run/status.json' is damaged: "),
                child::errors);
    }

    @Test
    void aStatusThatIsMissing() throws IOException {
        Files.delete(run.resolve("status.json"));
        Tiny.copyTrained(folder.resolve("sound"));
        refusedByAll(
                "RUN-003  'run' is no run folder: it has no 'status.json'. There is no run in 'run'"
                        + " either. Start one with 'anira train'.");
    }

    @Test
    void provenanceThatIsDamaged() throws IOException {
        Files.writeString(run.resolve("provenance.json"), "{");
        String message =
                "RUN-004  'run/provenance.json' is damaged: Unexpected end-of-input: expected close"
                        + " marker for Object (line 1, column 2). Restore the file, or use another"
                        + " run.";
        resumeFails(message);
        app.fail(4, message, "compare", "run");
        nothingWasCompared();
    }

    /** Resuming and evaluating are refused, before anything is changed. */
    private void refused(String message) {
        SortedMap<String, String> before = contents();
        app.fail(4, message, "train", "--resume", "run");
        app.fail(4, message, "eval", "run");
        assertEquals(before, contents());
    }

    private void refusedByAll(String message) {
        refused(message);
        app.fail(4, message, "compare", "run");
        nothingWasCompared();
    }

    /** Resuming fails, and but for the note of that in log and status nothing is changed. */
    private void resumeFails(String message) {
        Map<String, String> before = contents();
        Child child = app.run("train", "--resume", "run");
        assertEquals("Resuming 'run' after step 8\n" + message + "\n", child.errors());
        assertEquals(4, child.exit());
        Map<String, String> after = contents();
        for (String note : List.of("log.txt", "status.json")) {
            before.remove(note);
            after.remove(note);
        }
        assertEquals(before, after);
    }

    private void nothingWasCompared() {
        assertTrue(Files.notExists(folder.resolve("comparison")));
    }

    private SortedMap<String, String> contents() {
        return Folder.contents(run);
    }

    private static void replace(Path file, String text, String replacement) throws IOException {
        String before = Files.readString(file);
        assertTrue(before.contains(text), () -> "'%s' is not in:\n%s".formatted(text, before));
        Files.writeString(file, before.replace(text, replacement));
    }
}
