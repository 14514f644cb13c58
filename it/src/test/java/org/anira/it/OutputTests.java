package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What goes to standard output and what to standard error, for people and for programs. */
class OutputTests {

    private static final char ESCAPE = '\u001b';

    private static final String EXIT_CODES =
            """

            Exit codes:
              0     done
              1     a defect in anira or a plug-in
              2     wrong usage or settings
              3     a plug-in or backend is missing, does not fit or fails
              4     a file or run folder is missing, damaged or in the way
              5     training diverged
              6     a check that was asked for failed
              130   interrupted; a training has saved a checkpoint
              141   the reader of the results closed the pipe
            """;

    @TempDir private Path folder;

    private App app;

    @BeforeEach
    void aRun() {
        app = App.in(folder);
        Tiny.copyTrained(folder.resolve("run"));
    }

    @ParameterizedTest(name = "anira {0} --json")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    plugins                             | anira.plugins/1    | plugins
                    list tasks                          | anira.list/1       | tasks
                    list halting                        | anira.list/1       | halting
                    list backends                       | anira.list/1       | backends
                    list presets                        | anira.list/1       | presets
                    list runs --runs .                  | anira.list/1       | runs
                    describe task mano                  | anira.describe/1   | options
                    describe halting anira-o            | anira.describe/1   | options
                    describe backend djl                | anira.describe/1   | options
                    describe backend torch              | anira.describe/1   | options
                    describe preset mano-fixed          | anira.describe/1   | settings
                    sample depo --n 1 --features        | anira.sample/1     | samples
                    sample depo --stats                 | anira.sample/1     | values
                    validate mano-anira-e               | anira.validate/1   | settings
                    compare run                         | anira.comparison/1 | groups
                    eval run --no-save                  | anira.eval/1       | evaluation
                    generate run                        | anira.generate/1   | sequences
                    export run --out model.onnx         | anira.export/1     | file
                    train --resume run                  | anira.train/1      | evaluation
                    train --resume run --dry-run        | anira.dry-run/1    | parameters
                    train quickstart-anira-o --dry-run  | anira.dry-run/1    | parameters
                    """)
    void jsonIsOneDocumentThatNamesItsSchema(String words, String schema, String key) {
        JsonNode document = Documents.of(app.succeed((words + " --json").split(" ")).output());
        assertEquals(schema, document.get("schema").asString());
        assertTrue(document.has(key), document::toString);
    }

    @Test
    void withoutALocaleTextIsUtf8() {
        assertTrue(app.succeed("eval", "run", "--no-save").output().contains(" – "));
    }

    @Test
    void pathsOfPluginsAreAbsolute() {
        Path jar = PluginJar.halfway().write(folder.resolve("more/halfway.jar"));
        JsonNode plugins =
                Documents.of(app.succeed("plugins", "--plugins", "more", "--json").output())
                        .get("plugins");
        assertTrue(
                Documents.texts(plugins, "path").contains(jar.toAbsolutePath().toString()),
                plugins::toString);
    }

    @Test
    void provenanceNamesTheCommitWhereThereIsOne() throws IOException {
        Path file = Distribution.HOME.resolve("commit");
        assertEquals(Files.exists(Distribution.ROOT.resolve(".git")), Files.exists(file));
        String commit = Files.exists(file) ? Files.readString(file).strip() : "null";
        assertTrue(commit.matches("[0-9a-f]{40}(-dirty)?|null"), commit);
        assertEquals(
                commit,
                Documents.of(Documents.text(folder.resolve("run/provenance.json")))
                        .get("commit")
                        .asString("null"));
    }

    @Test
    void doctorsJsonSaysThatTheBackendIsUsable() {
        JsonNode document = Documents.of(app.succeed("doctor", "--json").output());
        assertEquals("anira.doctor/1", document.get("schema").asString());
        assertTrue(
                Documents.elements(document.get("findings")).stream()
                        .anyMatch(each ->
                                each.get("subject").asString().equals("backend djl")
                                        && each.get("state").asString().equals("ok")),
                document::toString);
    }

    @Test
    void jsonOfATrainingComesWithoutProgress() {
        Child child = app.succeed(Tiny.train("training.steps=2", "--json", "--out", "new"));
        JsonNode document = Documents.of(child.output());
        assertEquals("new", document.get("run").asString());
        assertEquals("done", document.get("state").asString());
        assertEquals(2, document.get("step").asInt());
        assertEquals("Run folder: new\n", child.errors());
    }

    @Test
    void aTrainingWritesResultsToOutputAndProgressToErrors() {
        Child child = app.succeed(Tiny.train("training.steps=2", "--out", "new"));
        assertAll(
                () -> assertTrue(child.output().startsWith("point "), child::output),
                () -> assertEquals(4, child.output().lines().count(), child::output),
                () ->
                        assertTrue(
                                child.errors()
                                        .matches(
                                                "Run folder: new\n"
                                                    + "step 2/2  loss [0-9.]+  depth [0-9.]+ \\(p95"
                                                    + " [0-9]\\)  [0-9]+ tokens/s  evaluating\n"),
                                child::errors));
    }

    @Test
    void quietIsQuiet() {
        Child child = app.succeed(Tiny.train("training.steps=2", "--quiet", "--out", "new"));
        assertEquals("", child.errors());
        assertTrue(child.output().startsWith("point "), child::output);
    }

    @Test
    void quietShowsErrorsAllTheSame() {
        app.fail(
                4,
                "RUN-003  There is no run folder 'x'. Runs near it: './run'.",
                "--quiet",
                "eval",
                "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train quickstart-anira-e --dry-run",
                "train --resume run --dry-run",
                "train quickstart-anira-e --print-config"
            })
    void aDryRunWritesNothing(String words) {
        Map<String, String> before = Folder.contents(folder);
        Child child = app.succeed(words.split(" "));
        assertFalse(child.output().isEmpty());
        assertEquals(before, Folder.contents(folder));
    }

    @Test
    void verboseNamesThePluginsInUse() {
        Child child = app.succeed("-v", "validate", "mano-anira-e");
        assertTrue(child.errors().contains("plug-in mano 0.1.0, task, "), child::errors);
        assertEquals("mano-anira-e is a valid experiment.\n", child.output());
    }

    @Test
    void aRequirementThatIsNotMetHasItsExitCode() {
        Child child = app.run("eval", "run", "--no-save", "--require", "accuracy>1", "--json");
        assertEquals(6, child.exit());
        JsonNode required = Documents.of(child.output()).get("required").get(0);
        assertEquals("accuracy", required.get("metric").asString());
        assertFalse(required.get("met").asBoolean());
        assertTrue(
                child.errors()
                        .matches(
                                "Evaluating 'run' at step 8\n"
                                    + "REQ-001  accuracy over 2 points is 0\\.[0-9]{4}, required"
                                    + " >1\\.0\n"),
                child::errors);
    }

    @Test
    void aRequirementThatIsMetHasNone() {
        app.succeed(
                "eval", "run", "--no-save", "--require", "accuracy>=0", "--require", "depth<=4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart",
                "train",
                "eval",
                "compare",
                "plugins",
                "list",
                "describe",
                "validate",
                "doctor",
                "completion"
            })
    void helpOfACommandListsTheExitCodes(String command) {
        Child option = app.succeed(command, "--help");
        assertTrue(option.output().startsWith("Usage: anira " + command), option::output);
        assertTrue(option.output().contains(EXIT_CODES), option::output);
        assertEquals(option, app.succeed("help", command));
    }

    @Test
    void helpListsTheExitCodes() {
        Child option = app.succeed("--help");
        assertTrue(option.output().contains(EXIT_CODES), option::output);
        assertEquals(option, app.succeed("help"));
    }

    @Test
    void outputThatIsNoTerminalHasNoColours() {
        assertEquals(-1, app.succeed("--help").output().indexOf(ESCAPE));
    }

    @Test
    void coloursCanBeForced() {
        assertTrue(app.with("CLICOLOR_FORCE", "1").succeed("--help").output().indexOf(ESCAPE) >= 0);
    }

    @Test
    void coloursCanBeForbidden() {
        String output =
                app.with("CLICOLOR_FORCE", "0").with("NO_COLOR", "1").succeed("--help").output();
        assertEquals(-1, output.indexOf(ESCAPE));
    }

    @Test
    void versionNamesToolApiAndJdk() {
        String output = app.succeed("--version").output();
        assertTrue(output.matches("anira 0.1.0\napi   0.1\nJDK   .+\n"), output);
    }
}
