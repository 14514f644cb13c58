package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A tiny run as a file, which is evaluated and continues prompts in the run's place. */
@ExtendWith(PackagedPlugins.class)
class ExportTests {

    private static final String[] PROMPT = {"--prompt", "OPEN(2) + 1 * 0 1 ANSWER(2)"};

    @TempDir static Path folder;
    private static Path run;
    private static Path whole;
    private static Path decoding;

    @BeforeAll
    static void exportOnce() {
        run = folder.resolve("run");
        whole = folder.resolve("whole.onnx");
        decoding = folder.resolve("decoding.onnx");
        succeed(
                "train",
                "quickstart-anira-o",
                "model.width=16",
                "model.mlp=32",
                "model.precision=float32",
                "task.options.max-length=3",
                "training.steps=20",
                "evaluation.samples=40",
                "--out",
                run.toString());
        succeed("export", run.toString(), "--out", whole.toString());
        succeed("export", run.toString(), "--decode", "--out", decoding.toString());
    }

    private static Outcome succeed(String... words) {
        Outcome outcome = Outcome.of(words);
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        return outcome;
    }

    private static void fail(int code, String message, String... words) {
        Outcome outcome = Outcome.of(words);
        assertEquals(code, outcome.code(), outcome.toString());
        assertTrue(outcome.err().contains(message), outcome.err());
    }

    private static String table(Object model, String... more) {
        List<String> words = new ArrayList<>(List.of("eval", model.toString()));
        words.addAll(List.of(more));
        return succeed(words.toArray(String[]::new)).out();
    }

    @Test
    void anotherBackendGivesTheSameTables() {
        String own = table(run, "--no-save");

        assertEquals(own, table(run, "--no-save", "--backend", "onnx"));
        assertEquals(own, table(run, "--no-save", "--backend", "onnx", "--execution", "dense"));
    }

    @Test
    void filesGiveTheSameTables() {
        // Without passes in which no token stops, the last column has no second number.
        String own = table(run, "--no-save");

        assertEquals(own, table(whole));
        assertEquals(own, table(decoding));
    }

    @Test
    void olderOperatorsGiveTheSameTables() {
        Path older = folder.resolve("older.onnx");
        succeed("export", run.toString(), "--opset", "17", "--out", older.toString());

        assertEquals(table(run, "--no-save"), table(older));
    }

    @Test
    void aModelInBfloat16IsComputedInFloat32WhereThatIsMissing() throws IOException {
        Path other = folder.resolve("bfloat16");
        copy(run, other);
        Path config = other.resolve("config.yaml");
        Files.writeString(
                config,
                Files.readString(config).replace("precision: float32", "precision: bfloat16"));

        Outcome outcome = succeed("eval", other.toString(), "--backend", "onnx", "--no-save");

        assertTrue(
                outcome.err()
                        .contains(
                                "Backend 'onnx' has no bfloat16: the model is computed in"
                                        + " float32."),
                outcome.err());
        assertEquals(table(run, "--no-save"), outcome.out());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    @Test
    void aFileContinuesPromptsAsItsRunDoes() {
        Object own = sequences(run, "--backend", "onnx");

        assertEquals(own, sequences(decoding));
    }

    private static Object sequences(Path model, String... more) {
        Stream<String> words =
                Stream.of(
                                Stream.of("generate", model.toString(), "--json"),
                                Arrays.stream(PROMPT),
                                Arrays.stream(more))
                        .flatMap(each -> each);
        return succeed(words.toArray(String[]::new)).json().get("sequences");
    }

    @Test
    void whatWasWrittenIsSaid() {
        Path file = folder.resolve("said.onnx");
        Map<String, Object> said =
                succeed(
                                "export",
                                run.toString(),
                                "--rule",
                                "median",
                                "--checkpoint",
                                "20",
                                "--json",
                                "--out",
                                file.toString())
                        .json();

        assertEquals(file.toString(), said.get("file"));
        assertEquals("evaluation", said.get("graph"));
        assertEquals("median", said.get("rule"));
        assertEquals(20, said.get("step"));
        assertTrue(table(file).startsWith("point "));
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        byte[] before = Files.readAllBytes(whole);

        fail(ExitCode.DATA, "RUN-001  '" + whole, "export", run.toString(), "--out", whole + "");

        assertArrayEquals(before, Files.readAllBytes(whole));
    }

    @Test
    void whatCannotBeWrittenLeavesNothing() throws IOException {
        Path nowhere = folder.resolve("nowhere/model.onnx");

        fail(ExitCode.DATA, "RUN-005  ", "export", run.toString(), "--out", nowhere.toString());

        try (Stream<Path> left = Files.list(folder)) {
            assertFalse(left.anyMatch(each -> each.toString().endsWith(".tmp")));
        }
    }

    @Test
    void aFileOfWholeSequencesContinuesNone() {
        fail(ExitCode.DATA, "EXP-002  File '" + whole, "generate", whole.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval", "generate"})
    void aCutFileIsRefused(String command) throws IOException {
        Path cut = folder.resolve("cut.onnx");
        byte[] bytes = Files.readAllBytes(decoding);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));

        fail(ExitCode.DATA, "EXP-001  File '" + cut, command, cut.toString());
    }

    @Test
    void whatIsNoModelIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text.onnx"), "no model");

        fail(ExitCode.DATA, "EXP-001  File '" + text, "eval", text.toString());
    }

    @Test
    void aFileHasOneRuleOneStepAndOneForm() {
        fail(ExitCode.USAGE, "--rule is 'expected'", "eval", whole + "", "--rule", "expected");
        fail(ExitCode.USAGE, "--checkpoint is '7'", "eval", whole + "", "--checkpoint", "7");
        fail(ExitCode.USAGE, "--execution is 'dense'", "eval", whole + "", "--execution", "dense");
    }

    @Test
    void aBackendThatCannotIsNamed() {
        String message = "BKD-002  Backend 'djl' has no capability EXPORT, needed by ";

        fail(
                ExitCode.PLUGIN,
                message + "'export'. Backends with it: onnx",
                "export",
                run.toString(),
                "--backend",
                "djl",
                "--out",
                folder.resolve("djl.onnx").toString());
        fail(ExitCode.PLUGIN, message, "eval", whole.toString(), "--backend", "djl");
    }

    @Test
    void operatorsThatAreNotWrittenAreRefused() {
        fail(
                ExitCode.USAGE,
                "opset",
                "export",
                run.toString(),
                "--opset",
                "12",
                "--out",
                folder.resolve("old.onnx").toString());
    }

    @Test
    void aBackendWithoutTrainingIsRefusedForTraining() {
        fail(
                ExitCode.PLUGIN,
                "BKD-002  Backend 'onnx' has no capability TRAINING, needed by 'train'. Backends"
                        + " with it: djl",
                "train",
                "quickstart-anira-o",
                "--backend",
                "onnx",
                "--dry-run");
    }
}
