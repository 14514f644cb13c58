package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code anira quickstart} refuses before it trains. */
@ExtendWith(PackagedPlugins.class)
class QuickstartTests {

    @TempDir private Path folder;

    @Test
    void takesNoFolderThatExists() {
        Outcome outcome = Outcome.of("quickstart", "--out", folder.toString());

        assertEquals(ExitCode.DATA, outcome.code());
        assertEquals(
                "RUN-001  '%s' exists, and nothing is overwritten. Choose another name."
                        .formatted(folder),
                outcome.err().strip());
    }

    @ParameterizedTest
    @CsvSource({
        "--seed, -1, 2, CFG-007",
        "--backend, nope, 3, PLG-001",
        "--backend, onnx, 3, BKD-002",
    })
    void makesNoFolderForWhatNoTrainingTakes(String option, String value, int code, String error) {
        Path out = folder.resolve("out");

        Outcome outcome = Outcome.of("quickstart", option, value, "--out", out.toString());

        assertEquals(code, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith(error + "  "), outcome.err());
        assertFalse(Files.exists(out));
    }
}
