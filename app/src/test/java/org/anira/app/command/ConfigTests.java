package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.preset.Presets;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Settings on the command line, and what is told of where they come from. */
@ExtendWith(PackagedPlugins.class)
class ConfigTests {

    @TempDir Path folder;

    /** Returns the resolved settings of a preset with more words on the command line. */
    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> settings(String... words) {
        String[] all =
                Stream.concat(
                                Stream.of("train", "mano-anira-o", "--print-config", "--json"),
                                Stream.of(words))
                        .toArray(String[]::new);
        Outcome outcome = Outcome.of(all);
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertEquals("anira.config/1", outcome.json().get("schema"));
        return (Map<String, Map<String, Object>>) outcome.json().get("settings");
    }

    private static Object value(String path, String... words) {
        return settings(words).get(path).get("value");
    }

    private static String refusal(String... words) {
        Outcome outcome =
                Outcome.of(
                        Stream.concat(Stream.of("validate", "mano-anira-o"), Stream.of(words))
                                .toArray(String[]::new));
        assertEquals(ExitCode.USAGE, outcome.code(), outcome.out());
        return outcome.err().strip();
    }

    @Test
    void aDottedOverrideReplacesAValue() {
        assertEquals(64, value("model.width", "model.width=64", "model.heads=2"));
    }

    @Test
    void theLastOneWins() {
        assertEquals(0.5, value("halting.gamma", "halting.gamma=0.1", "halting.gamma=0.5"));
    }

    @Test
    void anOptionOfAProviderIsReachedByTheSameGrammar() {
        assertEquals(-2.5, value("halting.options.bias", "halting.options.bias=-2.5"));
    }

    @Test
    void aMappingReplacesSeveralValuesAtOnce() {
        Map<String, Map<String, Object>> settings =
                settings("halting={gamma: 0.5, options: {bias: -3}}");

        assertEquals(0.5, settings.get("halting.gamma").get("value"));
        assertEquals(-3.0, settings.get("halting.options.bias").get("value"));
        assertEquals(1.2, settings.get("halting.base").get("value"));
    }

    @Test
    void anotherMechanismDropsTheOptionsOfTheFirst() throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(
                file,
                Presets.text("mano-anira-o")
                        .replace("  name: anira-o\n", "  name: anira-o\n  options: {bias: -2}\n"));

        Outcome outcome = Outcome.of("validate", file.toString(), "--halting", "anira-e");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
    }

    @Test
    void aListIsRefusedWhereOneValueIsExpected() {
        assertEquals(
                "CFG-003  override 'model.width=[64, 128]': 'model.width' is a list, expected a"
                        + " whole number (8 to 65536)",
                refusal("model.width=[64, 128]"));
    }

    @Test
    void anUnknownKeyNamesTheNearest() {
        assertEquals(
                "CFG-001  override 'model.widht=64': unknown key 'model.widht'. Did you mean"
                        + " 'model.width'?",
                refusal("model.widht=64"));
    }

    @Test
    void allProblemsAreShownTogether() {
        String refusal = refusal("model.widht=64", "training.steps=many", "seed=-1");

        assertTrue(refusal.startsWith("CFG-002  preset mano-anira-o: 3 problems:"), refusal);
        assertTrue(refusal.contains("model.widht"), refusal);
        assertTrue(refusal.contains("training.steps"), refusal);
        assertTrue(refusal.contains("seed"), refusal);
    }

    @Test
    void whatIsNoAssignmentIsRefused() {
        assertTrue(refusal("model.width").startsWith("CFG-006  'model.width' is not of the form"));
    }

    @Test
    void shortOptionsAreOverridesToo() {
        Map<String, Map<String, Object>> settings =
                settings("--seed", "7", "--halting", "fixed", "--task", "mano", "--backend", "djl");

        assertEquals(7, settings.get("seed").get("value"));
        assertEquals("fixed", settings.get("halting.name").get("value"));
        assertEquals("override", settings.get("seed").get("origin"));
    }

    @Test
    void originsAreDefaultPresetLineOrOverride() {
        Map<String, Map<String, Object>> settings = settings("model.width=64", "model.heads=2");
        int line = Presets.text("mano-anira-o").lines().toList().indexOf("  mlp: 1280") + 1;

        assertEquals("override", settings.get("model.width").get("origin"));
        assertEquals("preset mano-anira-o:" + line, settings.get("model.mlp").get("origin"));
        assertEquals("default", settings.get("model.coda").get("origin"));
    }

    @Test
    void theConfigForPeopleHasTheOriginBesideEachValue() {
        Outcome outcome = Outcome.of("train", "mano-anira-o", "seed=3", "--print-config");

        List<String> lines = outcome.out().lines().toList();
        assertTrue(lines.get(1).matches("seed: 3 +# override"), lines.get(1));
        assertFalse(lines.stream().anyMatch(line -> line.matches(".*: \\S+$")), outcome.out());
    }

    @Test
    void theConfigIsAnExperimentFile() throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, Outcome.of("train", "mano-anira-o", "--print-config").out());

        assertEquals(hash("mano-anira-o"), hash(file.toString()));
    }

    @Test
    void soIsTheCommentedPreset() throws IOException {
        Path file = folder.resolve("mine.yaml");
        Outcome sample = Outcome.of("describe", "preset", "mano-anira-o", "--yaml");
        Files.writeString(file, sample.out());

        assertEquals(hash("mano-anira-o"), hash(file.toString()));
        assertTrue(sample.out().contains("# The shape of the model"), sample.out());
        assertTrue(sample.out().contains("# Size W of a token's state (8 to 65536)"), sample.out());
    }

    private static Object hash(String experiment) {
        Outcome outcome = Outcome.of("validate", experiment, "--json");
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        return outcome.json().get("settings_hash");
    }

    @Test
    void sectionsCanBePutTogether() throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(
                file,
                Outcome.of("describe", "task", "mano", "--yaml").out()
                        + Outcome.of("describe", "halting", "anira-e", "--yaml").out()
                        + Outcome.of("describe", "backend", "djl", "--yaml").out());

        Outcome outcome = Outcome.of("validate", file.toString());

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
    }
}
