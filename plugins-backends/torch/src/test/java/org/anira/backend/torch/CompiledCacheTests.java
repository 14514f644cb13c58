package org.anira.backend.torch;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.tensor.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What is kept of compiled programs. */
class CompiledCacheTests {

    private static final String KEY = "0123abcd";

    @TempDir private Path folder;

    private final List<String> notes = new ArrayList<>();
    private int made;

    private Path get() throws IOException, NotCompiledException {
        return new CompiledCache(folder.resolve("cache"))
                .get(
                        KEY,
                        empty -> {
                            made++;
                            Files.createDirectory(empty.resolve("piece0"));
                            Files.write(
                                    empty.resolve("piece0").resolve("forward.so"),
                                    new byte[] {1, 2, 3});
                            Files.writeString(empty.resolve("pieces"), "piece0 1 0\n");
                        },
                        new Notes(notes));
    }

    @Test
    void aProgramIsMadeOnce() throws Exception {
        Path first = get();
        assertEquals(first, get());
        assertEquals(1, made);
        assertTrue(Files.isRegularFile(first.resolve("piece0/forward.so")));
    }

    @Test
    void aFlippedByteIsFound() throws Exception {
        Path library = get().resolve("piece0/forward.so");
        Files.write(library, new byte[] {1, 2, 4});
        get();
        assertAll(
                () -> assertEquals(2, made),
                () -> assertEquals(3, Files.readAllBytes(library)[2]),
                () -> assertTrue(notes.getFirst().contains("damaged"), notes::toString));
    }

    @Test
    void aMissingAndAnAddedFileAreFound() throws Exception {
        Path place = get();
        Files.delete(place.resolve("piece0/forward.so"));
        get();
        Files.writeString(place.resolve("more"), "");
        get();
        assertEquals(3, made);
    }

    @Test
    void aListThatIsNoTextIsDamage() throws Exception {
        Files.write(get().resolve("hashes"), new byte[] {(byte) 0xff, (byte) 0xfe});
        get();
        assertEquals(2, made);
    }

    @Test
    void whatFailedLeavesNothing() throws Exception {
        CompiledCache cache = new CompiledCache(folder);
        assertThrows(
                NotCompiledException.class,
                () ->
                        cache.get(
                                KEY,
                                empty -> {
                                    Files.writeString(empty.resolve("half"), "");
                                    throw new NotCompiledException("no");
                                },
                                new Notes(notes)));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(
                    List.of(KEY + ".lock"),
                    left.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void whatAKilledProcessLeftIsMadeAnew() throws Exception {
        Path making = folder.resolve("cache").resolve(KEY + ".making");
        Files.createDirectories(making.resolve("piece0"));
        Files.writeString(making.resolve("piece0").resolve("forward.so"), "half");
        Path place = get();
        assertEquals(3, Files.size(place.resolve("piece0/forward.so")));
        assertFalse(Files.exists(making));
    }

    @Test
    void aFolderThatCannotBeMadeIsTold() throws Exception {
        Files.writeString(folder.resolve("cache"), "a file");
        assertThrows(IOException.class, this::get);
    }

    /** Another process holds the lock, makes the program, and ends. */
    @Test
    void anotherProcessIsWaitedFor() throws Exception {
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                Stream.of(
                                                "jdk.module.path",
                                                "java.class.path",
                                                "anira.test.classes")
                                        .map(name -> System.getProperty(name, ""))
                                        .reduce((a, b) -> a + ":" + b)
                                        .orElseThrow(),
                                Slow.class.getName(),
                                folder.resolve("cache").toString())
                        .start();
        try (BufferedReader out = other.inputReader()) {
            assertEquals("making", out.readLine());
            Path place = get();
            assertAll(
                    () -> assertEquals(0, made),
                    () -> assertTrue(Files.exists(place.resolve("by another"))),
                    () -> assertTrue(notes.getFirst().contains("waiting"), notes::toString));
        }
        assertEquals(0, other.waitFor());
    }

    /** Keeps what it hears. */
    private record Notes(List<String> heard) implements Session.Listener {
        @Override
        public void progress(String work, int number, int total) {
            throw new AssertionError("the cache has no parts");
        }

        @Override
        public void note(String text) {
            heard.add(text);
        }

        @Override
        public boolean stops() {
            return false;
        }
    }

    /** Makes a program, and takes its time. */
    static final class Slow {
        public static void main(String[] folder) throws Exception {
            new CompiledCache(Path.of(folder[0]))
                    .get(
                            KEY,
                            empty -> {
                                System.out.println("making");
                                Files.writeString(empty.resolve("by another"), "");
                                try {
                                    Thread.sleep(1500);
                                } catch (InterruptedException e) {
                                    throw new IOException(e);
                                }
                            },
                            new Notes(new ArrayList<>()));
        }
    }
}
