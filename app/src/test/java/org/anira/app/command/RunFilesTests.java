package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Mutants;
import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.anira.runtime.run.DurableFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** A tiny run whose files are damaged, and places that commands are told to write to. */
@ExtendWith(PackagedPlugins.class)
class RunFilesTests {

    private static final Set<Integer> DATA = Set.of(ExitCode.DATA);

    /** Also where a plug-in is named that does not exist, or a device. */
    private static final Set<Integer> DATA_OR_PLUGIN = Set.of(ExitCode.DATA, ExitCode.PLUGIN);

    @TempDir static Path folder;
    private static Path run;

    @TempDir Path own;

    @BeforeAll
    static void trainOnce() {
        run = folder.resolve("run");
        succeed(
                "train",
                "quickstart-anira-o",
                "model.width=16",
                "model.heads=2",
                "model.mlp=32",
                "model.precision=float32",
                "task.options.max-length=3",
                "training.steps=4",
                "training.batch=4",
                "training.log-every=1",
                "training.checkpoint-every=2",
                "evaluation.samples=4",
                "--out",
                run.toString());
    }

    private static Outcome succeed(String... words) {
        Outcome outcome = Outcome.of(words);
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        return outcome;
    }

    /** Copies the run, for a test that changes it. */
    private Path copy() throws IOException {
        Path copy = own.resolve("run");
        DurableFiles.delete(copy);
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(run.relativize(file).toString()));
            }
        }
        return copy;
    }

    private static void hold(Path file, Path watched, Set<Integer> codes, String... command)
            throws IOException {
        new Mutants(Files.readAllBytes(file), "NaN", "Infinity", "{}", "0", "\"step\"", ":", "~")
                .hold(file, watched, codes, command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status.json", "provenance.json", "evaluations.jsonl", "metrics.jsonl"})
    void aComparisonHoldsDamagedFiles(String name) throws IOException {
        Path copy = copy();

        // Its file is in the way, so that nothing is drawn two hundred times.
        Path out = Files.createFile(own.resolve("out"));
        hold(copy.resolve(name), copy, DATA, "compare", copy.toString(), "--out", out.toString());
    }

    @Test
    void aResumeHoldsADamagedState() throws IOException {
        Path copy = copy();

        hold(
                copy.resolve("checkpoints/0000000002/state.json"),
                copy,
                DATA_OR_PLUGIN,
                "train",
                "--resume",
                copy.toString(),
                "--checkpoint",
                "2",
                "--dry-run");
    }

    @Test
    void anEvaluationHoldsDamagedSettings() throws IOException {
        Path copy = copy();

        hold(
                copy.resolve("config.yaml"),
                copy,
                DATA_OR_PLUGIN,
                "eval",
                copy.toString(),
                "--no-save",
                "--samples",
                "1");
    }

    @Test
    void anEvaluationHoldsDamagedTensors() throws IOException {
        Path tensors = own.resolve("logits.safetensors");
        succeed("eval", run.toString(), "--no-save", "--save-logits", tensors.toString());

        hold(
                tensors,
                own,
                DATA,
                "eval",
                run.toString(),
                "--no-save",
                "--save-logits",
                own.resolve("nowhere/other.safetensors").toString(),
                "--depths-from",
                tensors.toString());
    }

    @Test
    void anEvaluationHoldsADamagedModel() throws IOException {
        Path model = own.resolve("model.onnx");
        succeed("export", run.toString(), "--out", model.toString());

        hold(model, own, DATA, "eval", model.toString(), "--samples", "1");
    }

    /** What stands in a checkpoint's state or the settings, and what is put in its place. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    checkpoints/0000000002/state.json | "kl" :             | "other" :                     | its sums are
                    checkpoints/0000000002/state.json | "steps" : 0.0      | "steps" : 0.5                 | the sum 'steps' is 0.5
                    checkpoints/0000000002/state.json | "metrics_bytes" :  | "metrics_bytes" : 9, "was" :  | ends at byte 9
                    checkpoints/0000000002/state.json | "metrics_bytes" :  | "metrics_bytes" : -7, "was" : | 'state.metrics_bytes' is -7
                    provenance.json                   | "anira"            | "someone"            | 'anira' is missing
                    config.yaml                       | width: 16          | width: wide          | config.yaml:
                    config.yaml                       | width: 16          | widht: 16            | config.yaml:
                    """)
    void aResumeThatCannotGoOnChangesNothing(String file, String before, String after, String said)
            throws IOException {
        Path copy = copy();
        Path damaged = copy.resolve(file);
        String text = Files.readString(damaged);
        assertTrue(text.contains(before), text);
        Files.writeString(damaged, text.replace(before, after));
        SortedMap<Path, String> content = Mutants.contents(copy);

        Outcome outcome = Outcome.of("train", "--resume", copy.toString(), "--checkpoint", "2");

        assertEquals(ExitCode.DATA, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("RUN-004  "), outcome.err());
        assertTrue(outcome.err().contains(said), outcome.err());
        assertEquals(content, Mutants.contents(copy));
    }

    @Test
    void aDamagedStatusIsToldWhereItIsNotNeeded() throws IOException {
        Path copy = copy();
        Files.writeString(copy.resolve("status.json"), "null");

        Outcome outcome = Outcome.of("eval", copy.toString(), "--no-save", "--samples", "1");

        assertEquals(ExitCode.DATA, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith("RUN-004  "), outcome.err());
    }

    @Test
    void nothingIsAddedToDamagedEvaluations() throws IOException {
        Path copy = copy();
        Files.writeString(copy.resolve("evaluations.jsonl"), "null\n");

        Outcome outcome = Outcome.of("eval", copy.toString(), "--samples", "1");

        assertEquals(ExitCode.DATA, outcome.code(), outcome.err());
        assertEquals("null\n", Files.readString(copy.resolve("evaluations.jsonl")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval", "compare", "export", "train --resume"})
    void aRunThatWasKilledBeforeItBeganIsToBeBegunAgain(String command) throws IOException {
        Path killed = Files.createDirectory(own.resolve("killed"));
        Files.copy(run.resolve("status.json"), killed.resolve("status.json"));
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.add(killed.toString());
        if (command.equals("export") || command.equals("compare")) {
            words.addAll(List.of("--out", own.resolve("out").toString()));
        }

        Outcome outcome = Outcome.of(words.toArray(String[]::new));

        assertEquals(ExitCode.DATA, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains("RUN-004  Run '" + killed), outcome.err());
        assertTrue(outcome.err().contains("train again"), outcome.err());
    }

    @Test
    void aRunThatIsNamedTwiceCountsOnce() throws IOException {
        Path link = Files.createSymbolicLink(own.resolve("link"), run);

        Outcome outcome =
                succeed(
                        "compare",
                        run.toString(),
                        link.toString(),
                        "--json",
                        "--out",
                        own.resolve("comparison").toString());

        assertTrue(
                outcome.err().contains("Named twice, counted once: '%s', which is".formatted(link)),
                outcome.err());
        Map<?, ?> group = (Map<?, ?>) ((List<?>) outcome.json().get("groups")).getFirst();
        assertEquals(1, ((List<?>) group.get("runs")).size());
    }

    @Test
    void aResumeThatCannotBeLoggedChangesNothing() throws IOException {
        Path copy = copy();
        Files.delete(copy.resolve("log.txt"));
        Files.createDirectory(copy.resolve("log.txt"));
        SortedMap<Path, String> before = Mutants.contents(copy);

        Outcome outcome = Outcome.of("train", "--resume", copy.toString(), "--checkpoint", "2");

        assertEquals(ExitCode.DATA, outcome.code(), outcome.err());
        assertEquals(before, Mutants.contents(copy));
    }

    /** Places where something is, or where nothing can be. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                ".",
                "..",
                "/dev/null",
                "/dev/full",
                "OWN/file",
                "OWN/folder",
                "OWN/dangling",
                "OWN/loop",
                "OWN/run/checkpoints/0000000009",
                "OWN/run/metrics.jsonl",
                "OWN/run/.config.yaml.tmp",
                "OWN/run/tb/x",
                "OWN/file/x",
            })
    void whatIsThereIsKept(String place) throws IOException {
        Path copy = copy();
        Files.createFile(own.resolve("file"));
        Files.createFile(Files.createDirectory(own.resolve("folder")).resolve("thesis.tex"));
        Files.createSymbolicLink(own.resolve("dangling"), Path.of("nowhere"));
        Files.createSymbolicLink(own.resolve("loop"), Path.of("loop"));
        SortedMap<Path, String> before = Mutants.contents(own);
        String out = place.replace("OWN", own.toString());

        for (List<String> command :
                List.of(
                        List.of("compare", copy.toString(), "--out"),
                        List.of("export", copy.toString(), "--out"),
                        List.of("quickstart", "--out"),
                        List.of("train", copy.resolve("config.yaml").toString(), "--out"),
                        List.of("eval", copy.toString(), "--no-save", "--save-logits"))) {
            List<String> words = new ArrayList<>(command);
            words.add(out);
            Outcome outcome =
                    assertTimeoutPreemptively(
                            Duration.ofSeconds(30), () -> Outcome.of(words.toArray(String[]::new)));
            assertEquals(ExitCode.DATA, outcome.code(), words + outcome.err());
            assertTrue(
                    outcome.err().lines().anyMatch(line -> line.matches("RUN-00[15]  .*")),
                    words + outcome.err());
            assertEquals(before, Mutants.contents(own), words.toString());
        }
    }

    @Test
    void ofSeveralExportsIntoOneFileOneWins() throws Exception {
        Path model = own.resolve("model.onnx");
        List<Future<Outcome>> exports = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int i = 0; i < 3; i++) {
                exports.add(
                        threads.submit(() ->
                                Outcome.of("export", run.toString(), "--out", model.toString())));
            }
        }

        int done = 0;
        for (Future<Outcome> export : exports) {
            if (export.get().code() == ExitCode.DONE) {
                done++;
            } else {
                assertTrue(export.get().err().contains("RUN-001  "), export.get().err());
            }
        }
        assertEquals(1, done);
        try (Stream<Path> left = Files.list(own)) {
            assertEquals(List.of(model), left.toList());
        }
        succeed("eval", model.toString(), "--samples", "1");
    }

    @Test
    void documentsHaveNullForWhatIsUnknown() {
        Outcome outcome =
                succeed(
                        "train",
                        "lano-laptop-anira-o",
                        "model.width=16",
                        "model.mlp=32",
                        "training.steps=1",
                        "training.batch=2",
                        "evaluation.samples=1",
                        "--json",
                        "--out",
                        own.resolve("lano").toString());

        assertFalse(outcome.out().contains("NaN"), outcome.out());
        assertFalse(outcome.out().contains("Infinity"), outcome.out());
        Map<?, ?> point = (Map<?, ?>) ((List<?>) outcome.json().get("evaluation")).getFirst();
        assertTrue(point.containsKey("accuracy"));
        assertEquals(null, point.get("accuracy"));
    }
}
