package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.ForeignJar;
import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a foreign mechanism promises decides what may run, and what it and a foreign task do not
 * keep is named.
 */
@ExtendWith(PackagedPlugins.class)
class PromisesTests {

    private static final String ALONE = "halting.options.says=ROW_WISE CAUSAL";

    @TempDir static Path folder;
    private static Path plugins;

    /** A run whose mechanism promises nothing. */
    private static Path run;

    private static Outcome training;

    @BeforeAll
    static void trainOnce() {
        plugins = new ForeignJar("foreign", "1.0", 0, true).into(folder.resolve("plugins"));
        run = folder.resolve("run");
        training = train("--out", run.toString());
        assertEquals(ExitCode.DONE, training.code(), training.err());
    }

    private static Outcome of(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--plugins", plugins.toString()));
        return Outcome.of(all.toArray(String[]::new));
    }

    private static Outcome experiment(String command, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                command,
                                "quickstart-anira-o",
                                "model.width=16",
                                "model.heads=2",
                                "model.mlp=32",
                                "training.steps=2",
                                "training.batch=4",
                                "evaluation.samples=4",
                                "--halting",
                                "crowd"));
        words.addAll(List.of(more));
        return of(words.toArray(String[]::new));
    }

    private static Outcome train(String... more) {
        return experiment("train", more);
    }

    private static void assertRefused(String message, Outcome outcome) {
        assertEquals(ExitCode.PLUGIN, outcome.code(), outcome.err());
        assertEquals("", outcome.out());
        assertTrue(outcome.err().startsWith(message), outcome.err());
    }

    @Test
    void aMechanismThatIsNotRowWiseTrainsDenselyAndThatIsSaid() throws Exception {
        assertTrue(
                training.err().contains("Halting mechanism 'crowd' is not row-wise: every token"),
                training.err());
        String log = Files.readString(run.resolve("log.txt"));
        assertTrue(log.contains("execution: dense"), log);
        String evaluations = Files.readString(run.resolve("evaluations.jsonl"));
        assertTrue(evaluations.contains("\"execution\":\"dense\""), evaluations);
        assertFalse(evaluations.contains("skipping"), evaluations);
    }

    @Test
    void aDryRunSaysForms() {
        Map<String, Object> document = train("--dry-run", "--json").json();

        assertEquals("dense", document.get("execution"));
        assertEquals("dense", document.get("evaluation_execution"));
        assertEquals(2, ((List<?>) document.get("restrictions")).size());
    }

    @Test
    void withAllPromisesNothingIsRestricted() {
        Map<String, Object> document = train(ALONE, "--dry-run", "--json").json();

        assertEquals("skipping", document.get("evaluation_execution"));
        assertEquals(List.of(), document.get("restrictions"));
    }

    @Test
    void describeSaysWhatFollows() {
        String text = of("describe", "halting", "crowd").out();

        assertTrue(text.contains("\nbehaviours:\n  none\n"), text);
        assertTrue(
                text.contains("\nrestrictions:\n  Halting mechanism 'crowd' is not row-wise: "),
                text);
        assertTrue(text.contains("\n  Halting mechanism 'crowd' is not causal: "), text);
    }

    @Test
    void validateSaysWhatFollows() {
        Outcome outcome = experiment("validate", "--json");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertEquals(2, ((List<?>) outcome.json().get("restrictions")).size());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "training.execution=skipping, row-wise, 'training.execution=skipping'",
                "evaluation.execution=skipping, row-wise, 'evaluation.execution=skipping'",
                "training.layout=packed, row-wise, 'training.layout=packed'",
                "halting.options.says=CAUSAL task.name=brevo, row-wise, \"an evaluation of task"
                        + " 'brevo', whose answers have several tokens,\"",
                "halting.options.says=ROW_WISE task.name=brevo, causal, \"an evaluation of task"
                        + " 'brevo', whose answers have several tokens,\""
            })
    void whatNeedsMoreIsRefusedBeforeAnyWork(String settings, String behaviour, String needed) {
        List<String> words = new ArrayList<>(List.of(settings.split(" ")));
        Path never = folder.resolve("never");
        words.addAll(List.of("--out", never.toString()));
        String message =
                "PLG-014  Halting mechanism 'crowd' is not %s, as %s needs: "
                        .formatted(behaviour, needed);

        assertRefused(message, train(words.toArray(String[]::new)));
        assertRefused(message, experiment("validate", settings.split(" ")));
        assertFalse(Files.exists(never));
    }

    @Test
    void theRunIsEvaluatedDenselyAndThatIsSaid() {
        Outcome outcome = of("eval", run.toString(), "--no-save", "--json");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("\"execution\" : \"dense\""), outcome.out());
        assertTrue(outcome.err().contains("is not causal: "), outcome.err());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "eval, --execution skipping, 'evaluation.execution=skipping'",
                "generate, , 'generate'",
                "export, --out never.onnx, 'export'",
                "export, --out never.onnx --decode, 'export'"
            })
    void commandsRefuseWhatTheMechanismDoesNotAllow(String command, String more, String needed) {
        List<String> words = new ArrayList<>(List.of(command, run.toString()));
        if (more != null) {
            words.addAll(List.of(more.split(" ")));
        }

        assertRefused(
                "PLG-014  Halting mechanism 'crowd' is not row-wise, as %s needs: "
                        .formatted(needed),
                of(words.toArray(String[]::new)));
        assertFalse(Files.exists(Path.of("never.onnx")));
    }

    @Test
    void withoutCausalDecisionsAFileCanBeWrittenButNotOneThatContinues() {
        Path own = folder.resolve("row-wise");
        Outcome outcome = train("halting.options.says=ROW_WISE", "--out", own.toString());
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        String file = folder.resolve("whole.onnx").toString();

        Outcome whole = of("export", own.toString(), "--out", file);
        Outcome continuing = of("export", own.toString(), "--out", file + "2", "--decode");

        assertEquals(ExitCode.DONE, whole.code(), whole.err());
        assertRefused(
                "PLG-014  Halting mechanism 'crowd' is not causal, as 'export --decode' needs: ",
                continuing);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "shape, PLG-015  Halting mechanism 'crowd' of plugin 'foreign' breaks a promise:"
                        + " 'step' returned a score of",
                "throw, PLG-005  'step' of halting mechanism 'crowd' of plugin 'foreign' failed:"
                        + " illegal state: no luck.",
                "distribution, \"PLG-015  The halting mechanism 'crowd' of plugin 'foreign' breaks"
                        + " a promise: by its 'logExit' the expected depth of a token is 21.0,\""
            })
    void aPolicyThatBreaksAPromiseIsNamed(String promise, String message) {
        Outcome outcome =
                train(
                        ALONE,
                        "halting.options.breaks=" + promise,
                        "--quiet",
                        "--out",
                        folder.resolve("broken-" + promise).toString());

        assertEquals(ExitCode.PLUGIN, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith(message), outcome.err());
    }

    /** Its loss is no number, since log q of a mechanism that is learnt is part of it. */
    @Test
    void aDivergenceByTheDistributionNamesTheMechanism() {
        Outcome outcome =
                train(
                        "halting.options.says=ROW_WISE CAUSAL LEARNED",
                        "halting.options.breaks=infinity",
                        "--quiet",
                        "--out",
                        folder.resolve("infinite").toString());

        assertEquals(ExitCode.DIVERGED, outcome.code(), outcome.err());
        assertTrue(
                outcome.err()
                        .startsWith(
                                "RUN-002  Loss is NaN by log q of halting mechanism 'crowd' of"
                                        + " plugin 'foreign' at step 1 "),
                outcome.err());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "longest, PLG-015  Task 'parrot' of plugin 'foreign' breaks a promise: its sample"
                        + " at 'n=1' has 3 tokens",
                "throw, PLG-005  'sample' of task 'parrot' of plugin 'foreign' failed: array index"
                        + " out of bounds: Index 3 out of bounds"
            })
    void aTaskThatBreaksAPromiseIsNamed(String promise, String message) {
        String broken = "task.options.breaks=" + promise;
        String out = folder.resolve("task-" + promise).toString();

        for (Outcome outcome :
                List.of(
                        of("sample", "parrot", "breaks=" + promise),
                        train(ALONE, "--task", "parrot", broken, "--quiet", "--out", out))) {
            assertEquals(ExitCode.PLUGIN, outcome.code(), outcome.err());
            assertTrue(outcome.err().startsWith(message), outcome.err());
        }
    }
}
