package org.anira.backend.torch;

import org.anira.api.tensor.Session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Compiled programs on disk, a folder each, named by the SHA-256 of all that they depend on. A
 * folder appears when it is complete, and lists the hashes of its files; a damaged one is made
 * anew.
 */
final class CompiledCache {

    /** The file that lists the others with their hashes. */
    private static final String HASHES = "hashes";

    private static final Object ONE_AT_A_TIME = new Object();

    private final Path folder;

    CompiledCache(Path folder) {
        this.folder = folder;
    }

    /** Returns the user's: {@code anira/compiled} in the folder for caches. */
    static CompiledCache ofUser() {
        String named = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path caches =
                named.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(named);
        return new CompiledCache(caches.resolve("anira").resolve("compiled"));
    }

    /** Returns the folder of all. */
    Path folder() {
        return folder;
    }

    /** Makes a program's files in an empty folder. */
    interface Maker {
        void make(Path empty) throws IOException, NotCompiledException;
    }

    /**
     * Returns the folder of a program, made if it is not there or damaged. If another process makes
     * the same, that is waited for.
     */
    Path get(String key, Maker maker, Session.Listener listener)
            throws IOException, NotCompiledException {
        synchronized (ONE_AT_A_TIME) {
            Path place = folder.resolve(key);
            if (isSound(place)) {
                return place;
            }
            Files.createDirectories(folder);
            try (FileChannel channel =
                            FileChannel.open(
                                    folder.resolve(key + ".lock"),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    FileLock _ = lock(channel, listener)) {
                if (isSound(place)) {
                    return place;
                }
                if (Files.exists(place)) {
                    listener.note(
                            "the compiled program in '%s' is damaged, it is compiled anew"
                                    .formatted(place));
                    delete(place);
                }
                Path making = folder.resolve(key + ".making");
                delete(making);
                Files.createDirectory(making);
                try {
                    maker.make(making);
                    Files.writeString(making.resolve(HASHES), String.join("\n", hashes(making)));
                    Files.move(making, place, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    delete(making);
                }
                return place;
            }
        }
    }

    private static FileLock lock(FileChannel channel, Session.Listener listener)
            throws IOException {
        FileLock free = channel.tryLock();
        if (free != null) {
            return free;
        }
        listener.note("another process compiles the same program, waiting for it");
        while (free == null) {
            if (listener.stops()) {
                throw new CancellationException("stopped while another process compiled");
            }
            LockSupport.parkNanos(Compiler.POLL.toNanos());
            free = channel.tryLock();
        }
        return free;
    }

    private static boolean isSound(Path place) {
        Path listed = place.resolve(HASHES);
        try {
            return Files.isRegularFile(listed) && Files.readAllLines(listed).equals(hashes(place));
        } catch (IOException | UncheckedIOException _) {
            return false;
        }
    }

    private static List<String> hashes(Path place) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(place)) {
            files =
                    all.filter(Files::isRegularFile)
                            .filter(file -> !file.equals(place.resolve(HASHES)))
                            .toList();
        }
        List<String> lines = new ArrayList<>();
        for (Path file : files) {
            lines.add(sha256(Files.readAllBytes(file)) + "  " + place.relativize(file));
        }
        Collections.sort(lines);
        return lines;
    }

    /** Returns the SHA-256 of bytes, as hexadecimal digits. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path place) throws IOException {
        if (!Files.exists(place)) {
            return;
        }
        Files.walkFileTree(
                place,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path inside, IOException failure)
                            throws IOException {
                        Files.delete(inside);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
