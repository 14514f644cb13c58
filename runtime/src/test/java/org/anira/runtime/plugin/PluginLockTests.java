package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.runtime.hash.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A lock file allows what was locked, and nothing else. */
class PluginLockTests extends PluginDirectory {

    @TempDir Path elsewhere;

    private PluginRegistry locked() {
        return PluginRegistry.open(
                List.of(directory),
                JarHashes.uncached(),
                Optional.of(PluginLock.read(elsewhere.resolve("plugins.lock"))));
    }

    private void lock() {
        open().writeLock(elsewhere.resolve("plugins.lock"));
    }

    private String shown(String text) {
        return text.replace(elsewhere + "/", "");
    }

    @Test
    void allowsWhatWasLockedEvenUnderAnotherFileName() throws IOException {
        FakePlugin.of("a", "a").write(at("a.jar"));
        lock();
        Files.move(at("a.jar"), at("renamed.jar"));
        assertEquals("a", halting(locked(), "a").name());
    }

    @Test
    void holdsOneLineForEachJar() throws IOException {
        FakePlugin.of("a", "a").write(at("a/plugin.jar"));
        JarMaker.of("lib").resource("x", "").write(at("a/lib.jar"));
        lock();
        assertEquals(
                List.of(
                        Sha256.of(at("a/lib.jar")) + " a lib.jar",
                        Sha256.of(at("a/plugin.jar")) + " a plugin.jar"),
                Files.readAllLines(elsewhere.resolve("plugins.lock")));
    }

    @Test
    void refusesAJarThatChanged() throws IOException {
        FakePlugin.of("a", "a").write(at("a.jar"));
        FakePlugin.of("b", "b").write(at("b.jar"));
        lock();
        FakePlugin.of("a", "a").summary("\"changed\"").write(at("a.jar"));
        PluginRegistry registry = locked();
        assertEquals(
                ("PLG-010 Plugin 'a.jar' does not match 'plugins.lock': the SHA-256 of 'a.jar' is"
                     + " %s. Restore the jar, or lock the plug-ins anew if you trust it: anira"
                     + " plugins --lock plugins.lock")
                        .formatted(Sha256.of(at("a.jar"))),
                shown(failure(registry, "a")));
        assertEquals("b", halting(registry, "b").name());
    }

    @Test
    void refusesAPluginThatIsNotListed() {
        FakePlugin.of("a", "a").write(at("a.jar"));
        lock();
        FakePlugin.of("b", "b").write(at("b.jar"));
        assertEquals(
                "PLG-010 Plugin 'b.jar' does not match 'plugins.lock': it is not listed there."
                    + " Restore the jar, or lock the plug-ins anew if you trust it: anira plugins"
                    + " --lock plugins.lock",
                shown(failure(locked(), "b")));
    }

    @Test
    void refusesAFolderThatLostAJar() throws IOException {
        FakePlugin.of("a", "a").write(at("a/plugin.jar"));
        JarMaker.of("lib").resource("x", "").write(at("a/lib.jar"));
        lock();
        Files.delete(at("a/lib.jar"));
        assertTrue(
                shown(failure(locked(), "a"))
                        .startsWith(
                                "PLG-010 Plugin 'a' does not match 'plugins.lock': it lacks 1 of"
                                        + " its jars."));
    }

    @Test
    void aNewerVersionThatIsNotLockedDoesNotReplaceTheLockedOne() {
        FakePlugin.of("a", "a").summary("\"locked\"").write(at("a.jar"));
        lock();
        FakePlugin.of("a", "a").summary("\"intruder\"").version("9.0").write(at("b.jar"));
        assertEquals("locked", halting(locked(), "a").summary());
    }

    @Test
    void namesLockedPluginsThatAreNotThere() throws IOException {
        FakePlugin.of("a", "a").write(at("a.jar"));
        lock();
        Files.delete(at("a.jar"));
        assertEquals(
                "PLG-001 Unknown halting mechanism 'a'.\n"
                        + "Available: none. More: anira list halting\n"
                        + "Locked plugins that are not there: a",
                refusal(() -> locked().find(Kind.HALTING, "a")));
    }

    @Test
    void saysWhichLineOfALockFileIsWrong() throws IOException {
        Path file =
                Files.writeString(elsewhere.resolve("plugins.lock"), "# plug-ins\n\nabc a a.jar\n");
        assertEquals(
                "PLG-010 plugins.lock:3 is not of the form 'SHA-256 id jar': 'abc a a.jar'. Mend"
                        + " the line, or write the file again.",
                shown(refusal(() -> PluginLock.read(file))));
    }

    @Test
    void saysWhenALockFileIsNotThere() {
        assertEquals(
                "PLG-010 Lock file 'plugins.lock' cannot be read: NoSuchFileException:"
                        + " plugins.lock",
                shown(refusal(() -> PluginLock.read(elsewhere.resolve("plugins.lock")))));
    }

    @Test
    void aLockFileThatCannotBeWrittenStaysAsItWas() throws IOException {
        FakePlugin.of("a", "a").write(at("a.jar"));
        PluginRegistry registry = open();
        Path file = Files.writeString(elsewhere.resolve("plugins.lock"), "as it was");
        Files.delete(at("a.jar"));
        assertTrue(refusal(() -> registry.writeLock(file)).startsWith("PLG-010 Lock file"));
        assertEquals("as it was", Files.readString(file));
    }
}
