package org.anira.app.preset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The experiments that come with anira: each is complete and can be trained. */
@ExtendWith(PackagedPlugins.class)
class PresetsTests {

    @TempDir Path folder;

    static Set<String> names() {
        return Presets.summaries().keySet();
    }

    @Test
    void eachSizeOfATaskComesWithEachMechanism() {
        Set<String> expected = new TreeSet<>();
        for (String task : List.of("brevo", "clrs-text", "depo", "lano", "mano")) {
            for (String size : List.of("", "-laptop")) {
                for (String mechanism : List.of("anira-e", "anira-o", "fixed", "nonrecurrent")) {
                    expected.add(task + size + "-" + mechanism);
                }
            }
        }
        expected.removeAll(Set.of("mano-laptop-fixed", "mano-laptop-nonrecurrent"));
        expected.addAll(Set.of("quickstart-anira-e", "quickstart-anira-o"));

        assertEquals(expected, new TreeSet<>(names()));
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachIsShownPutTogetherAfterItsSummary(String preset) throws IOException {
        Object hash = hash(preset);
        for (String yaml : List.of("", "--yaml")) {
            String text =
                    Outcome.of(
                                    Stream.of("describe", "preset", preset, yaml)
                                            .filter(word -> !word.isEmpty())
                                            .toArray(String[]::new))
                            .out();
            Path file = Files.writeString(folder.resolve("mine.yaml"), text);

            assertTrue(text.startsWith("# " + Presets.summaries().get(preset) + "\n"), text);
            assertEquals(hash, hash(file.toString()));
        }
    }

    private static Object hash(String experiment) {
        return Outcome.of("validate", experiment, "--json").json().get("settings_hash");
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachIsNamedAsItIsListed(String preset) {
        Outcome config = Outcome.of("train", preset, "--print-config");

        assertEquals(ExitCode.DONE, config.code(), config.err());
        assertTrue(config.out().startsWith("name: " + preset + " "), config.out());
    }

    /** To readers of YAML 1.1, 1e-4 is a text. */
    @ParameterizedTest
    @MethodSource("names")
    void eachNumberWithAnExponentHasAPointAndASign(String preset) {
        for (String line : Presets.text(preset).lines().toList()) {
            String value = line.replaceFirst("#.*", "").replaceFirst("[^:]*:", "").strip();
            assertTrue(
                    !value.matches("[-+]?[0-9.]+[eE].*")
                            || value.matches("[-+]?[0-9]+[.][0-9]*[eE][-+][0-9]+"),
                    line);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachIsValid(String preset) {
        Outcome outcome = Outcome.of("validate", preset);

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertEquals(preset + " is a valid experiment." + System.lineSeparator(), outcome.out());
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachIsReadyToTrain(String preset) {
        Outcome outcome = Outcome.of("train", preset, "--dry-run", "--json");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        Map<String, Object> found = outcome.json();
        System.out.printf("%s: %s parameters%n", preset, found.get("parameters"));
        assertTrue((Integer) found.get("parameters") > 10_000, found.toString());
        assertTrue((Integer) found.get("training_memory_mib") > 0, found.toString());
        assertTrue(
                preset.startsWith("quickstart-") || preset.startsWith(found.get("task") + "-"),
                found.toString());
        assertEquals("cpu", found.get("device"));
    }

    @Test
    void theMechanismsDifferInTheirHeadsAlone() {
        int fixed = parameters("mano-fixed");

        assertTrue(parameters("mano-anira-e") > fixed);
        assertTrue(parameters("mano-anira-o") > fixed);
        assertTrue(
                parameters("mano-nonrecurrent") > 4 * fixed,
                "each of 14 layers has weights of its own");
    }

    private static int parameters(String preset) {
        return (Integer)
                Outcome.of("train", preset, "--dry-run", "--json").json().get("parameters");
    }

    @Test
    void aDryRunForPeopleSaysThatNothingWasWritten() {
        Outcome outcome = Outcome.of("train", "mano-fixed", "--dry-run");

        assertTrue(outcome.out().contains("parameters "), outcome.out());
        assertTrue(outcome.out().contains("layers "), outcome.out());
        assertTrue(outcome.err().contains("Nothing was written."), outcome.err());
    }
}
