package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.anira.app.process.Installation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

@ExtendWith(PackagedPlugins.class)
class DoctorTests {

    @TempDir Path more;

    @AfterEach
    void unlock() throws IOException {
        Files.deleteIfExists(Installation.lock());
    }

    @Test
    void aSoundMachineLacksNothing() {
        Outcome outcome = Outcome.of("doctor");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.toString());
        for (String subject :
                new String[] {
                    "anira",
                    "java",
                    "system",
                    "processor",
                    "memory",
                    "progress",
                    "text",
                    "start-up cache",
                    "cache",
                    "temporary files",
                    "runs",
                    "figures",
                    "plug-in folder",
                    "plug-in clrs-text",
                    "plug-in mano",
                    "backend djl",
                    "backend onnx",
                    "backend torch"
                }) {
            assertTrue(outcome.out().contains("\n" + subject + " "), "missing: " + subject);
        }
        assertTrue(outcome.out().contains("PyTorch"), outcome.out());
    }

    @Test
    void aBrokenPluginComesWithWhatToDoAndDoesNotStopTheRest() throws IOException {
        Files.createFile(more.resolve("broken.jar"));

        Outcome outcome = Outcome.of("doctor", "--plugins", more.toString());

        assertEquals(ExitCode.DONE, outcome.code(), outcome.toString());
        assertTrue(outcome.out().contains("What to do:"), outcome.out());
        assertTrue(outcome.out().contains("  plug-in broken: PLG-007 "), outcome.out());
    }

    @Test
    void withoutABackendItEndsWith3() throws IOException {
        Outcome.of("plugins", "--lock");
        Files.writeString(
                Installation.lock(),
                Files.readString(Installation.lock())
                        .replaceAll("(?m)^.* (djl|onnx|torch) .*\n", ""));

        Outcome outcome = Outcome.of("doctor");

        assertEquals(ExitCode.PLUGIN, outcome.code(), outcome.toString());
        assertTrue(outcome.out().contains("no plug-in provides one"), outcome.out());
    }

    @Test
    void aDamagedLockIsSaid() throws IOException {
        Files.writeString(Installation.lock(), "nonsense\n");

        Outcome outcome = Outcome.of("doctor");

        assertEquals(ExitCode.PLUGIN, outcome.code(), outcome.toString());
        assertTrue(outcome.out().contains("  plug-ins: PLG-010 "), outcome.out());
    }
}
