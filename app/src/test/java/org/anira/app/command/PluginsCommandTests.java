package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

/** Plug-ins from several folders, and the lock that allows only those it lists. */
@ExtendWith(PackagedPlugins.class)
class PluginsCommandTests {

    @TempDir Path more;

    @AfterEach
    void unlock() throws IOException {
        Files.deleteIfExists(Installation.lock());
    }

    private String line(Outcome outcome, String id) {
        return outcome.out()
                .lines()
                .filter(line -> line.startsWith(id + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(outcome.toString()));
    }

    @Test
    void allPluginsAreStartedAndShown() {
        Outcome outcome = Outcome.of("plugins");

        assertEquals(ExitCode.DONE, outcome.code());
        for (String id :
                new String[] {
                    "brevo",
                    "clrs-text",
                    "depo",
                    "lano",
                    "mano",
                    "early",
                    "fixed",
                    "online",
                    "djl",
                    "onnx",
                    "torch"
                }) {
            assertTrue(line(outcome, id).contains(" active "), outcome.out());
        }
    }

    @Test
    void oneThatCannotBeUsedIsShownWithTheReason() throws IOException {
        Files.createFile(more.resolve("broken.jar"));

        Outcome outcome = Outcome.of("plugins", "--plugins", more.toString());

        assertEquals(ExitCode.DONE, outcome.code());
        assertTrue(line(outcome, "broken").contains(" failed "), outcome.out());
        assertTrue(outcome.out().contains("broken: PLG-007  "), outcome.out());
        assertTrue(outcome.out().contains("is empty. Copy or build it again."), outcome.out());
    }

    @Test
    void nothingThatATerminalWouldObeyIsShown() throws IOException {
        Files.createFile(more.resolve("\u001b[31m\u009b.jar"));

        for (String command : new String[] {"plugins", "doctor"}) {
            Outcome outcome = Outcome.of(command, "--plugins", more.toString());

            assertTrue(outcome.out().contains("\\u001b[31m\\u009b.jar' is empty."), outcome.out());
            assertFalse(outcome.out().matches("(?s).*[\u001b\u009b].*"), outcome.out());
        }
    }

    @Test
    void listsSayThatThereIsOneThatCannotBeUsed() throws IOException {
        Files.createFile(more.resolve("broken.jar"));

        Outcome outcome = Outcome.of("list", "halting", "--plugins", more.toString());

        assertTrue(outcome.out().contains("anira-o"), outcome.out());
        assertTrue(outcome.err().contains("cannot be used: 1. Why: anira plugins"), outcome.err());
    }

    @Test
    void aFolderThatWasAskedForMustExist() {
        Outcome outcome = Outcome.of("plugins", "--plugins", more.resolve("none").toString());

        assertEquals(ExitCode.PLUGIN, outcome.code());
        assertTrue(outcome.err().startsWith("PLG-013  "), outcome.err());
    }

    @Test
    void theLockListsAllPlugins() throws IOException {
        Outcome outcome = Outcome.of("plugins", "--lock");

        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertEquals("Locked the plug-ins in 'plugins.lock'.", outcome.err().strip());
        String lock = Files.readString(Installation.lock());
        assertTrue(lock.contains(" mano mano.jar\n"), lock);
        assertTrue(lock.contains(" djl "), lock);
    }

    @Test
    void aPluginThatIsNotLockedIsRefused() throws IOException {
        Outcome.of("plugins", "--lock");
        Files.copy(PackagedPlugins.FOLDER.resolve("fixed.jar"), more.resolve("again.jar"));
        Files.writeString(
                Installation.lock(),
                Files.readString(Installation.lock()).replaceAll("(?m)^.* fixed .*\n", ""));

        Outcome outcome = Outcome.of("list", "halting", "--plugins", more.toString());

        assertFalse(outcome.out().contains("fixed"), outcome.out());
    }

    @Test
    void lockingAnewAllowsWhatTheFormerLockRefused() throws IOException {
        Outcome.of("plugins", "--lock");
        Files.writeString(
                Installation.lock(),
                Files.readString(Installation.lock()).replaceAll("(?m)^.* mano .*\n", ""));
        assertTrue(line(Outcome.of("plugins"), "mano").contains(" failed "));

        Outcome outcome = Outcome.of("plugins", "--lock");

        assertTrue(line(outcome, "mano").contains(" active "), outcome.out());
    }

    @Test
    void aLockElsewhereDoesNotBindHere() {
        Outcome outcome = Outcome.of("plugins", "--lock", more.resolve("my.lock").toString());

        assertTrue(
                outcome.err()
                        .contains("It applies in the folder where it is named 'plugins.lock'."));
        assertTrue(Files.exists(more.resolve("my.lock")));
        assertFalse(Files.exists(Installation.lock()));
    }

    @Test
    void detailsAreShownWhereAskedFor() {
        Outcome outcome = Outcome.of("list", "tasks", "-v");

        assertTrue(outcome.err().contains("plug-in mano "), outcome.err());
    }
}
