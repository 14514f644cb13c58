package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.anira.runtime.hash.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/** Hashes are those of the content, remembered while size and time stay the same. */
class JarHashesTests {

    private static final String ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final FileTime THEN = FileTime.fromMillis(1_700_000_000_000L);

    @TempDir Path directory;

    private Path jar(String content, FileTime time) throws IOException {
        Path jar = Files.writeString(directory.resolve("a.jar"), content);
        return Files.setLastModifiedTime(jar, time);
    }

    private JarHashes cached() {
        return JarHashes.cachedIn(directory.resolve("cache"));
    }

    @Test
    void isTheSha256OfTheContent() throws IOException {
        assertEquals(ABC, JarHashes.uncached().of(jar("abc", THEN)));
    }

    @Test
    void isRememberedBySizeAndTime() throws IOException {
        JarHashes first = cached();
        first.of(jar("abc", THEN));
        first.save();
        assertEquals(ABC, cached().of(jar("xyz", THEN)), "same size and time: not read again");
    }

    @Test
    void isComputedAnewWhenTheTimeChanges() throws IOException {
        JarHashes first = cached();
        first.of(jar("xyz", THEN));
        first.save();
        assertEquals(ABC, cached().of(jar("abc", FileTime.fromMillis(THEN.toMillis() + 1))));
    }

    @Test
    void isComputedAnewWhenTheSizeChanges() throws IOException {
        JarHashes first = cached();
        first.of(jar("abcd", THEN));
        first.save();
        assertEquals(ABC, cached().of(jar("abc", THEN)));
    }

    @Test
    void aDamagedCacheIsPassedOver() throws IOException {
        Files.createDirectories(directory.resolve("cache"));
        Path jar = jar("abc", THEN);
        Files.writeString(
                directory.resolve("cache/jar-hashes.tsv"),
                "3\t%d\tnot-a-hash\t%s\n\n\t\n".formatted(THEN.toMillis(), jar));
        assertEquals(ABC, cached().of(jar));
    }

    @Test
    void aCacheThatCannotBeWrittenChangesNothing() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "in the way");
        JarHashes hashes = JarHashes.cachedIn(file.resolve("cache"));
        assertEquals(ABC, hashes.of(jar("abc", THEN)));
        hashes.save();
        assertEquals("in the way", Files.readString(file));
    }

    @Test
    void aFileThatIsNotThereIsAnError() {
        assertThrows(NoSuchFileException.class, () -> cached().of(directory.resolve("absent.jar")));
    }

    @Test
    void aSnapshotHasTheHashOfEveryJar() throws IOException {
        Path plugins = directory.resolve("plugins");
        FakePlugin.of("a", "my-name").write(plugins.resolve("a/plugin.jar"));
        Path library = JarMaker.of("lib").resource("x", "").write(plugins.resolve("a/lib.jar"));
        PluginRegistry registry = PluginRegistry.open(List.of(plugins), cached(), Optional.empty());
        registry.find(Kind.HALTING, "my-name");
        PluginSnapshot snapshot = registry.snapshot().getFirst();
        assertEquals(
                new PluginSnapshot.Jar(library, Optional.of(Sha256.of(library))),
                snapshot.jars().getFirst());
        assertEquals(2, snapshot.jars().size());
        assertEquals("my-name", snapshot.names().getFirst().name());
        assertEquals(List.of("fake.a.FakeProvider"), snapshot.provides().get("halting"));
        assertEquals(PluginState.ACTIVE, snapshot.state());
        assertEquals(2, Files.readAllLines(directory.resolve("cache/jar-hashes.tsv")).size());
    }
}
