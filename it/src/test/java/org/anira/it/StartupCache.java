package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Waits for the file that the launcher makes in the background of a start. */
final class StartupCache {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private StartupCache() {}

    /** Waits for the cache in a distribution's folder; returns its path. */
    static Path await(Path home) throws Exception {
        Path folder = home.resolve("cache");
        await(() -> !files(folder, ".aot").isEmpty());
        return files(folder, ".aot").getFirst();
    }

    /** Waits until no start makes a cache any more. */
    static void awaitNoneInTheMaking(Path home) throws Exception {
        await(() -> files(home.resolve("cache"), ".making").isEmpty());
    }

    /** Waits until a condition holds. */
    static void await(Callable<Boolean> condition) throws Exception {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.call()) {
            assertTrue(Instant.now().isBefore(end), "waited in vain for " + PATIENCE);
            Thread.sleep(20);
        }
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }
}
