package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.ForeignJar;
import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.anira.runtime.run.DurableFiles;
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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A run whose foreign plug-in is another jar now, or is gone. */
@ExtendWith(PackagedPlugins.class)
class ChangedPluginTests {

    private static final String HASH = "SHA-256 [0-9a-f]{12}…";

    @TempDir static Path folder;
    private static Path same;
    private static Path newer;
    private static Path other;
    private static Path run;
    private static Path file;

    @BeforeAll
    static void trainAndExport() {
        same = new ForeignJar("foreign", "1.0", 0, true).into(folder.resolve("same"));
        newer = new ForeignJar("foreign", "1.1", 0, true).into(folder.resolve("newer"));
        other = new ForeignJar("other", "3.0", 5, false).into(folder.resolve("other"));
        run = folder.resolve("run");
        file = folder.resolve("model.onnx");
        done(
                same,
                "train",
                "quickstart-anira-o",
                "model.width=16",
                "model.heads=2",
                "model.mlp=32",
                "training.steps=2",
                "training.batch=4",
                "evaluation.samples=4",
                "--task",
                "parrot",
                "--halting",
                "crowd",
                "halting.options.says=ROW_WISE CAUSAL",
                "--out",
                run.toString());
        done(same, "export", run.toString(), "--out", file.toString());
    }

    private static Outcome with(Path plugins, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--plugins", plugins.toString()));
        return Outcome.of(all.toArray(String[]::new));
    }

    private static Outcome done(Path plugins, String... words) {
        Outcome outcome = with(plugins, words);
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        return outcome;
    }

    private static List<String> warnings(Outcome outcome) {
        return outcome.err().lines().filter(line -> line.startsWith("Warning: ")).toList();
    }

    private static void assertMatches(String pattern, String text) {
        assertTrue(text.matches(pattern), () -> text + "\nis not\n" + pattern);
    }

    /** Copies the run, for a test that changes it. */
    private static Path copy(String name) throws IOException {
        Path copy = folder.resolve(name);
        DurableFiles.delete(copy);
        try (Stream<Path> files = Files.walk(run)) {
            for (Path each : files.toList()) {
                Files.copy(each, copy.resolve(run.relativize(each).toString()));
            }
        }
        return copy;
    }

    private static Outcome evaluated(Path plugins) {
        return done(plugins, "eval", run.toString(), "--no-save", "--json");
    }

    @Test
    void withTheSameJarNothingIsSaid() {
        Outcome outcome = evaluated(same);

        assertEquals(List.of(), warnings(outcome));
        assertEquals(List.of(), outcome.json().get("plugin_changes"));
    }

    @Test
    void anEvaluationWithAnotherJarSaysWhichTheyAre() {
        List<String> warnings = warnings(evaluated(newer));

        assertEquals(2, warnings.size(), warnings.toString());
        assertMatches(
                "Warning: task 'parrot' is of plugin 'foreign' 1\\.1 \\(foreign\\.jar, "
                        + HASH
                        + "\\) now, and run '.*' was trained with plugin 'foreign' 1\\.0"
                        + " \\(foreign\\.jar, "
                        + HASH
                        + "\\)\\. Numbers may differ\\.",
                warnings.getFirst());
        assertTrue(
                warnings.getLast().startsWith("Warning: halting mechanism 'crowd' is of plugin"));
    }

    @Test
    void theDocumentHasBoth() {
        Map<?, ?> change =
                (Map<?, ?>) ((List<?>) evaluated(newer).json().get("plugin_changes")).getLast();

        assertEquals("halting", change.get("kind"));
        assertEquals("crowd", change.get("name"));
        assertEquals("1.0", ((Map<?, ?>) change.get("then")).get("version"));
        assertEquals("1.1", ((Map<?, ?>) change.get("now")).get("version"));
        assertEquals(64, ((Map<?, ?>) change.get("now")).get("sha256").toString().length());
    }

    @Test
    void generationAndExportSayItToo() {
        Outcome generated = done(newer, "generate", run.toString(), "--json");
        Outcome exported =
                done(
                        newer,
                        "export",
                        run.toString(),
                        "--json",
                        "--out",
                        folder.resolve("again.onnx").toString());

        for (Outcome outcome : List.of(generated, exported)) {
            assertEquals(2, warnings(outcome).size(), outcome.err());
            assertEquals(2, ((List<?>) outcome.json().get("plugin_changes")).size());
        }
    }

    @Test
    void anExportedFileRemembersThePlugins() {
        List<String> warnings = warnings(done(newer, "eval", file.toString(), "--samples", "2"));

        assertEquals(2, warnings.size(), warnings.toString());
        assertTrue(
                warnings.getFirst().contains("the model in '%s' was trained with".formatted(file)),
                warnings.toString());
    }

    @Test
    void aPluginThatHasTakenItsPlaceIsNamedAndTheOldOneToo() {
        Outcome outcome =
                done(same, "eval", run.toString(), "--no-save", "--plugins", other.toString());

        assertEquals(1, warnings(outcome).size(), outcome.err());
        assertMatches(
                "Warning: halting mechanism 'crowd' is of plugin 'other' 3\\.0 \\(.*, and run '.*'"
                        + " was trained with plugin 'foreign' 1\\.0 \\(.*\\), which is there too,"
                        + " set aside for a lower ranking or version\\. Numbers may differ\\.",
                warnings(outcome).getFirst());
    }

    @Test
    void aResumedTrainingSaysAndLogsIt() throws IOException {
        Path copy = copy("resumed");

        Outcome outcome = done(newer, "train", "--resume", copy.toString());

        assertEquals(2, warnings(outcome).size(), outcome.err());
        String log = Files.readString(copy.resolve("log.txt"));
        assertTrue(log.contains("was trained with plugin 'foreign' 1.0 (foreign.jar, "), log);
    }

    /** A backend that was chosen is no change of the plug-in. */
    @Test
    void anotherBackendIsNotSaid() {
        assertEquals(
                List.of(),
                warnings(done(same, "eval", run.toString(), "--no-save", "--backend", "onnx")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"eval", "generate", "export --out never.onnx", "train --resume"})
    void aRunWhosePluginIsGoneNamesItsJar(String command) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.add(run.toString());
        Outcome outcome = Outcome.of(words.toArray(String[]::new));

        assertEquals(ExitCode.PLUGIN, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith("PLG-001  "), outcome.err());
        assertMatches(
                "(?s).*Unknown task 'parrot'\\..*"
                        + "For run '.*' it was of plugin 'foreign' 1\\.0 \\(foreign\\.jar, "
                        + HASH
                        + "\\)\\. Put that into a folder of plugins, or name its folder with"
                        + " --plugins\\..*Unknown halting mechanism 'crowd'\\..*",
                outcome.err());
    }

    @Test
    void aFileWhosePluginIsGoneNamesItsJarAndNoPlaceInAText() {
        Outcome outcome = Outcome.of("eval", file.toString());

        assertEquals(ExitCode.PLUGIN, outcome.code(), outcome.err());
        assertTrue(
                outcome.err()
                        .startsWith(
                                "PLG-001  The settings in '%s': Unknown task 'parrot'."
                                        .formatted(file)),
                outcome.err());
        assertTrue(
                outcome.err()
                        .contains(
                                "For the model in '%s' it was of plugin 'foreign' 1.0 (foreign.jar,"
                                                .formatted(file)
                                        + " SHA-256 "),
                outcome.err());
    }

    @Test
    void withoutProvenanceThatIsSaidAndTheRunEvaluated() throws IOException {
        Path copy = copy("unknown");
        Files.delete(copy.resolve("provenance.json"));

        Outcome outcome = done(same, "eval", copy.toString(), "--no-save");

        assertEquals(1, warnings(outcome).size(), outcome.err());
        assertTrue(
                warnings(outcome)
                        .getFirst()
                        .startsWith("Warning: cannot check that the plugins are those that run '"),
                outcome.err());
        assertFalse(outcome.out().isEmpty());
    }
}
