package org.anira.app.preset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The experiments that come with anira: each is complete and can be trained. */
@ExtendWith(PackagedPlugins.class)
class PresetsTests {

    static Set<String> names() {
        return Presets.summaries().keySet();
    }

    @Test
    void eachFileIsListed() throws IOException {
        Path folder =
                Path.of(System.getProperty("basedir"), "src/main/resources/org/anira/app/presets");
        try (Stream<Path> files = Files.list(folder)) {
            Set<String> found =
                    files.map(file -> file.getFileName().toString().replace(".yaml", ""))
                            .collect(Collectors.toCollection(TreeSet::new));

            assertEquals(found, new TreeSet<>(names()));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void eachIsNamedAsItsFile(String preset) {
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
