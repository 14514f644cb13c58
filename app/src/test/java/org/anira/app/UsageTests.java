package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** Wrong usage ends with 2, names what is wrong and where to read more, and writes no result. */
class UsageTests {

    private static void refused(Outcome outcome, String message) {
        assertEquals(ExitCode.USAGE, outcome.code());
        assertEquals("", outcome.out());
        assertEquals(message, outcome.err().replace("\r", ""));
    }

    @Test
    void noCommand() {
        refused(Outcome.of(), "CFG-007  No command is given.\n         More: anira --help\n");
    }

    @Test
    void anUnknownCommandNamesTheNearest() {
        refused(
                Outcome.of("trian"),
                "CFG-007  Unmatched argument at index 0: 'trian'. Did you mean 'train'?\n"
                        + "         More: anira --help\n");
    }

    @Test
    void anUnknownOptionNamesTheNearest() {
        refused(
                Outcome.of("train", "--dry-rum"),
                "CFG-007  Unknown option: '--dry-rum'. Did you mean '--dry-run'?\n"
                        + "         More: anira train --help\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"train --checkpoint 5", "train", "train seed=3", "describe halting"})
    void missingArguments(String line) {
        Outcome outcome = Outcome.of(line.split(" "));

        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(outcome.err().startsWith("CFG-007  "), outcome.err());
        assertTrue(outcome.err().contains("More: anira " + line.split(" ")[0]), outcome.err());
    }

    @Test
    void resumeTakesNoSettings() {
        refused(
                Outcome.of("train", "mano-fixed", "--resume", "runs/x/001"),
                "CFG-007  --resume takes all settings from the run; leave out experiment, settings"
                        + " and --out.\n         More: anira train --help\n");
    }

    @Test
    void yamlAndJsonExcludeEachOther() {
        refused(
                Outcome.of("describe", "preset", "mano-fixed", "--yaml", "--json"),
                "CFG-007  --yaml and --json exclude each other.\n"
                        + "         More: anira describe --help\n");
    }

    @Test
    void theQuickstartTakesNoFolderThatExists(@TempDir Path folder) {
        Outcome outcome = Outcome.of("quickstart", "--out", folder.toString());

        assertEquals(ExitCode.DATA, outcome.code());
        assertEquals(
                "RUN-001  Run folder '%s' exists. Choose another name.".formatted(folder),
                outcome.err().strip());
    }

    @Test
    void anUnknownPresetNamesTheNearest() {
        Outcome outcome = Outcome.of("train", "mano-anira-p");

        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(
                outcome.err()
                        .startsWith(
                                "CFG-004  There is no experiment file or preset 'mano-anira-p'. Did"
                                        + " you mean 'mano-anira-"),
                outcome.err());
    }
}
