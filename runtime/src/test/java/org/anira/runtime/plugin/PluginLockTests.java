package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.DataException;
import org.anira.runtime.hash.Sha256;
import org.anira.runtime.run.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A lock file allows what was locked, and nothing else. */
class PluginLockTests extends PluginDirectory {

    @TempDir Path elsewhere;

    private PluginRegistry locked() {
        return PluginRegistry.open(
                List.of(directory),
                JarHashes.uncached(),
                PluginLock.at(elsewhere.resolve("plugins.lock")));
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
                        + " the line, or remove the file and write it again.",
                shown(refusal(() -> PluginLock.at(file))));
    }

    @Test
    void thereIsNoneWhereNothingIs() {
        assertEquals(Optional.empty(), PluginLock.at(elsewhere.resolve("plugins.lock")));
    }

    @Test
    void aLockFileThatCannotBeWrittenStaysAsItWas() throws IOException {
        FakePlugin.of("a", "a").write(at("a.jar"));
        lock();
        Path file = elsewhere.resolve("plugins.lock");
        String before = Files.readString(file);
        PluginRegistry registry = open();
        Files.delete(at("a.jar"));
        assertEquals(
                "PLG-010 Lock file 'plugins.lock' cannot be written: no such file or folder. Check"
                        + " that its folder exists and may be written, or choose another place.",
                shown(refusal(() -> registry.writeLock(file))));
        assertEquals(before, Files.readString(file));
        assertEquals(List.of(file), entries());
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(elsewhere)) {
            return entries.sorted().toList();
        }
    }

    @Test
    void anEarlierLockIsReplacedAndItsCommentsStay() throws IOException {
        FakePlugin.of("a", "a").write(at("a.jar"));
        Path file = elsewhere.resolve("plugins.lock");
        Files.writeString(file, "# mine\n\n" + "0".repeat(64) + " b b.jar\n");
        open().writeLock(file);
        assertEquals(
                List.of("# mine", Sha256.of(at("a.jar")) + " a a.jar"), Files.readAllLines(file));
        assertEquals(List.of(file), entries());
    }

    @Test
    void anEmptyFileIsReplaced() throws IOException {
        FakePlugin.of("a", "a").write(at("a.jar"));
        Files.createFile(elsewhere.resolve("plugins.lock"));
        lock();
        assertEquals("a", halting(locked(), "a").name());
    }

    @Test
    void anEarlierLockIsReplacedWhereALinkLeadsToIt() throws IOException {
        FakePlugin.of("a", "a").write(at("a.jar"));
        Path file = Files.createFile(elsewhere.resolve("real"));
        Path link = elsewhere.resolve("plugins.lock");
        Files.createSymbolicLink(link, Path.of("real"));
        lock();
        assertTrue(Files.isSymbolicLink(link));
        assertEquals(1, Files.readAllLines(file).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"my precious notes\n", "# a heading\n", "\u0000", "a a a\n", " \n"})
    void aFileThatIsNoLockIsNotReplaced(String content) throws IOException {
        FakePlugin.of("a", "a").write(at("a.jar"));
        Path file = Files.writeString(elsewhere.resolve("notes.txt"), content);
        DataException refused = assertThrows(DataException.class, () -> open().writeLock(file));
        assertEquals("RUN-001", refused.code());
        assertTrue(
                refused.getMessage()
                        .startsWith(
                                "'%s' exists and is no earlier lock, so it is not replaced."
                                        .formatted(file)),
                refused.getMessage());
        assertEquals(content, Files.readString(file));
    }

    @Test
    void aRunsOwnFileIsNotReplaced() {
        Path file = RunFolder.create(elsewhere.resolve("run")).path().resolve("lock");
        DataException refused = assertThrows(DataException.class, () -> open().writeLock(file));
        assertEquals("RUN-001", refused.code());
        assertTrue(Files.notExists(file));
    }

    @Test
    void aFolderIsNotReplaced() throws IOException {
        Path folder = Files.createDirectory(elsewhere.resolve("folder"));
        assertThrows(DataException.class, () -> open().writeLock(folder));
        assertTrue(Files.isDirectory(folder));
    }

    @Test
    void aLinkThatLeadsNowhereIsNotReplaced() throws IOException {
        Path link = elsewhere.resolve("plugins.lock");
        Files.createSymbolicLink(link, Path.of("nowhere"));
        assertThrows(DataException.class, () -> open().writeLock(link));
        assertTrue(Files.isSymbolicLink(link));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ln -s nowhere plugins.lock        | it is a link that leads nowhere
                    ln -s plugins.lock plugins.lock   | it is a link that leads nowhere
                    mkdir plugins.lock                | it is no regular file
                    mkfifo plugins.lock               | it is no regular file
                    truncate -s 1T plugins.lock       | it is larger than any lock
                    printf '\\377' > plugins.lock     | it is not UTF-8 text
                    """)
    void whatIsThereButNoLockIsRefused(String command, String obstacle) throws Exception {
        int code =
                new ProcessBuilder("sh", "-c", command)
                        .directory(elsewhere.toFile())
                        .inheritIO()
                        .start()
                        .waitFor();
        assertEquals(0, code);
        Path file = elsewhere.resolve("plugins.lock");
        assertEquals(
                ("PLG-010 Lock file 'plugins.lock' cannot be read: %s. Restore it, or remove it and"
                                + " write it again.")
                        .formatted(obstacle),
                shown(
                        assertTimeoutPreemptively(
                                Duration.ofSeconds(30), () -> refusal(() -> PluginLock.at(file)))));
    }

    @Test
    void aLineIsQuotedInPartAndWithoutWhatATerminalObeys() throws IOException {
        Path file =
                Files.writeString(
                        elsewhere.resolve("plugins.lock"), "\u001b[2J" + "x".repeat(1000));
        assertEquals(
                ("PLG-010 plugins.lock:1 is not of the form 'SHA-256 id jar': '?[2J%s…'. Mend the"
                                + " line, or remove the file and write it again.")
                        .formatted("x".repeat(56)),
                shown(refusal(() -> PluginLock.at(file))));
    }
}
