package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code anira quickstart} refuses. */
@ExtendWith(PackagedPlugins.class)
class QuickstartTests {

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "--seed, -1, 2, CFG-003",
        "--backend, nope, 3, PLG-001",
        "--backend, onnx, 3, BKD-002",
    })
    void whatCannotBeTrainedIsRefusedBeforeThereIsAFolder(
            String option, String value, int code, String error) {
        Path out = folder.resolve("quickstart");

        Outcome outcome = Outcome.of("quickstart", option, value, "--out", out.toString());

        assertEquals(code, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith(error), outcome.err());
        assertFalse(Files.exists(out));
    }
}
