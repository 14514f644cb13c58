package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.anira.runtime.run.DurableFiles;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.Status;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One tiny training in this process, and what the other commands make of its folder. */
@ExtendWith(PackagedPlugins.class)
class TrainingTests {

    @TempDir static Path runs;
    private static Path run;
    private static Outcome training;

    private static Outcome train(Path out, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "train",
                                "quickstart-anira-o",
                                "model.width=16",
                                "model.mlp=32",
                                "task.options.max-length=3",
                                "training.steps=20",
                                "training.checkpoint-every=10",
                                "evaluation.samples=50",
                                "--out",
                                out.toString()));
        words.addAll(List.of(more));
        return Outcome.of(words.toArray(String[]::new));
    }

    @BeforeAll
    static void trainOnce() {
        run = runs.resolve("first");
        training = train(run, "--json");
        assertEquals(ExitCode.DONE, training.code(), training.err());
    }

    /** Copies the run, for a test that changes it. */
    private static Path copy(String name) throws IOException {
        Path copy = runs.resolve(name);
        DurableFiles.delete(copy);
        Files.createDirectories(copy.getParent());
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(run.relativize(file).toString()));
            }
        }
        return copy;
    }

    @Test
    void theDocumentHasRunStateAndEvaluation() {
        Map<String, Object> document = training.json();

        assertEquals("anira.train/1", document.get("schema"));
        assertEquals(run.toString(), document.get("run"));
        assertEquals("done", document.get("state"));
        assertEquals(20, document.get("step"));
        List<?> evaluation = (List<?>) document.get("evaluation");
        assertEquals(3, evaluation.size());
        assertEquals(Map.of("L", 1), ((Map<?, ?>) evaluation.getFirst()).get("point"));
    }

    @Test
    void withJsonThereIsNoProgress() {
        assertFalse(training.err().contains("tokens/s"), training.err());
    }

    @Test
    void aTrainingForPeopleShowsProgressAndATable() {
        Outcome outcome = train(runs.resolve("people"));

        assertTrue(outcome.err().contains("step 20/20  loss "), outcome.err());
        assertTrue(outcome.out().startsWith("point "), outcome.out());
        assertTrue(outcome.out().contains("\nL=3 "), outcome.out());
    }

    @Test
    void quietMeansNoMessages() {
        assertEquals("", train(runs.resolve("quiet"), "--quiet").err());
    }

    @Test
    void theFolderHasWhatWasTypedAndMeant() throws IOException {
        assertTrue(Files.readString(run.resolve("overrides.txt")).startsWith("model.width=16\n"));
        assertTrue(Files.readString(run.resolve("config.yaml")).contains("width: 16"));
        assertEquals(
                hash("train", "--resume", run.toString(), "--dry-run", "--json"),
                hash("train", run.resolve("config.yaml").toString(), "--dry-run", "--json"));
    }

    private static Object hash(String... words) {
        Outcome outcome = Outcome.of(words);
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        return outcome.json().get("settings_hash");
    }

    @Test
    void provenanceHasPluginsAndUnits() throws IOException {
        String provenance = Files.readString(run.resolve("provenance.json"));

        assertTrue(provenance.contains("\"id\" : \"online\""), provenance);
        assertTrue(provenance.contains("\"L\" : \"operators\""), provenance);
    }

    @Test
    void theStatusSaysNothingThatIsTrueForAMomentOnly() throws IOException {
        assertFalse(Files.readString(run.resolve("status.json")).contains("live"));
    }

    @Test
    void aFolderThatExistsIsRefused() {
        Outcome outcome = train(run);

        assertEquals(ExitCode.DATA, outcome.code());
        assertEquals(
                "RUN-001  Run folder '%s' exists. Continue with 'anira train --resume %s' or choose"
                                .formatted(run, run)
                        + " another name.",
                outcome.err().strip());
    }

    @Test
    void aRunIsNoExperiment() {
        Outcome outcome = Outcome.of("train", run.toString());

        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(outcome.err().contains("anira train --resume " + run), outcome.err());
    }

    @Test
    void printingTheSettingsOfARunDoesNotTrainIt() {
        Outcome outcome = Outcome.of("train", "--resume", run.toString(), "--print-config");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertTrue(outcome.out().startsWith("name: quickstart-anira-o "), outcome.out());
    }

    @Test
    void aRunIsResumedAtACheckpoint() throws IOException {
        Path copy = copy("resumed");

        Outcome outcome =
                Outcome.of("train", "--resume", copy.toString(), "--checkpoint", "10", "--json");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertEquals(20, outcome.json().get("step"));
        assertTrue(outcome.err().contains("Resuming '%s' after step 10".formatted(copy)));
    }

    @Test
    void otherSettingsAreRefusedOnResume() throws IOException {
        Path copy = copy("changed");
        Path config = copy.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace("batch: 32", "batch: 16"));

        Outcome outcome = Outcome.of("train", "--resume", copy.toString());

        assertEquals(ExitCode.DATA, outcome.code());
        assertEquals(
                "RUN-008  '%s' has other settings than the checkpoint of step 20 was made with.\n"
                                .formatted(config)
                        + "         Restore the file, or the version of anira that"
                        + " 'provenance.json' names, or begin a new run: anira train "
                        + config,
                outcome.err().lines().skip(1).reduce((a, b) -> a + "\n" + b).orElseThrow());
    }

    @Test
    void aRunWithoutCheckpointsCannotBeResumed() throws IOException {
        Path copy = copy("empty");
        DurableFiles.delete(copy.resolve("checkpoints"));

        Outcome outcome = Outcome.of("train", "--resume", copy.toString());

        assertEquals(ExitCode.DATA, outcome.code());
        assertEquals(
                "RUN-004  Run '%s' has no checkpoint to go on from. Begin again: anira train %s"
                        .formatted(copy, copy.resolve("config.yaml")),
                outcome.err().strip());
    }

    @Test
    void anEvaluationIsAddedToTheRun() throws IOException {
        Path copy = copy("evaluated");

        Outcome outcome =
                Outcome.of("eval", copy.toString(), "--samples", "30", "--json", "--quiet");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertEquals("anira.eval/1", outcome.json().get("schema"));
        assertEquals(3, ((List<?>) outcome.json().get("evaluation")).size());
        try (Stream<String> lines = Files.lines(copy.resolve("evaluations.jsonl"))) {
            assertEquals(3, lines.filter(line -> line.contains("\"n\":30,")).count());
        }
    }

    @Test
    void anEvaluationMayLeaveTheRunAlone() throws IOException {
        byte[] before = Files.readAllBytes(run.resolve("evaluations.jsonl"));

        Outcome.of("eval", run.toString(), "--samples", "30", "--no-save");

        assertEquals(new String(before), Files.readString(run.resolve("evaluations.jsonl")));
    }

    @Test
    void whatIsRequiredDecidesTheExitCode() {
        Outcome met = Outcome.of("eval", run.toString(), "--no-save", "--require", "accuracy>=0");
        Outcome unmet =
                Outcome.of(
                        "eval",
                        run.toString(),
                        "--no-save",
                        "--require",
                        "accuracy>=0",
                        "--require",
                        "depth>99");

        assertEquals(ExitCode.DONE, met.code(), met.err());
        assertEquals(ExitCode.UNMET, unmet.code(), unmet.err());
        assertTrue(unmet.err().contains("REQ-001  depth over 3 points is "), unmet.err());
        assertTrue(unmet.out().startsWith("point "), unmet.out());
    }

    @Test
    void aCheckpointThatDoesNotExistIsRefused() {
        Outcome outcome = Outcome.of("eval", run.toString(), "--checkpoint", "15");

        assertEquals(ExitCode.DATA, outcome.code());
        assertTrue(outcome.err().contains("There are: [10, 20]"), outcome.err());
    }

    @Test
    void aRunIsComparedWithoutItsPlugins() throws IOException {
        Path copy = copy("compared/a");
        Files.writeString(
                copy.resolve("config.yaml"),
                Files.readString(copy.resolve("config.yaml")).replace("anira-o", "unknown"));

        Outcome outcome =
                Outcome.of(
                        "compare",
                        copy.getParent().toString(),
                        "--out",
                        runs.resolve("comparison with space").toString(),
                        "--json");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertEquals("anira.comparison/1", outcome.json().get("schema"));
        String page = Files.readString(runs.resolve("comparison with space/report.html"));
        assertTrue(page.contains("L (operators)"), "unit");
        assertTrue(page.contains("/comparison with space' --json</code>"), "quotes");
    }

    @Test
    void comparingAFolderLeavesOutRunsThatWereNeverEvaluated() throws IOException {
        copy("several/a");
        Path never = copy("several/b");
        Files.delete(never.resolve("evaluations.jsonl"));

        Outcome outcome =
                Outcome.of(
                        "compare",
                        runs.resolve("several").toString(),
                        "--out",
                        runs.resolve("comparison").toString());

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("Left out, never evaluated: " + never), outcome.err());
    }

    @Test
    void runsAreListedAlsoWhereOneIsDamaged() throws IOException {
        copy("listed/a");
        Path damaged = copy("listed/b");
        Files.writeString(damaged.resolve("status.json"), "{");
        Path killed = copy("listed/c");
        RunFolder.open(killed).status(Status.running(7, ""));
        Path status = killed.resolve("status.json");
        Files.writeString(
                status,
                Files.readString(status).replaceAll("\"pid\" : [0-9]+", "\"pid\" : 2147483647"));

        Outcome outcome = Outcome.of("list", "runs", "--runs", runs.resolve("listed").toString());

        List<String> lines = outcome.out().lines().toList();
        assertEquals(4, lines.size(), outcome.out());
        assertTrue(lines.get(1).matches(".*/a +done +20 .*"), lines.get(1));
        assertTrue(lines.get(2).matches(".*/b +damaged .*"), lines.get(2));
        assertTrue(lines.get(3).matches(".*/c +killed +7 .*"), lines.get(3));
    }
}
