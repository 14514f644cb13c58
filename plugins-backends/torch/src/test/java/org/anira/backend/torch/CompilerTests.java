package org.anira.backend.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.tensor.Session;
import org.anira.backend.floor.Device;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** Compilers that fail, by scripts in the place of Python. */
class CompilerTests {

    private static final Plan NOTHING =
            new Plan(List.of(), List.of(), List.of(), List.of(), Set.of(), List.of(), 0);

    @TempDir private Path folder;

    private final List<String> heard = new ArrayList<>();
    private boolean stop;

    private final Session.Listener listener =
            new Session.Listener() {
                @Override
                public void progress(String work, int number, int total) {
                    heard.add("%s %d of %d".formatted(work, number, total));
                }

                @Override
                public void note(String text) {
                    heard.add(text);
                }

                @Override
                public boolean stops() {
                    return stop;
                }
            };

    private Path cache;

    @BeforeEach
    void place() {
        cache = folder.resolve("cache");
    }

    /** Returns a compiler whose Python is a shell script. */
    private Compiler compiler(String... script) throws IOException {
        Path python = folder.resolve("python3");
        Files.writeString(python, "#!/bin/sh\n" + String.join("\n", script) + "\n");
        assertTrue(python.toFile().setExecutable(true));
        return new Compiler(
                new Installation(folder, "a test", Optional.empty(), Optional.of(python)),
                Device.CPU,
                1,
                new CompiledCache(cache));
    }

    private String refusal(Compiler compiler) {
        return assertThrows(NotCompiledException.class, () -> compiler.compile(NOTHING, listener))
                .getMessage();
    }

    @Test
    void withoutAPythonThereIsAnObstacle() {
        Compiler compiler =
                new Compiler(
                        new Installation(folder, "a test", Optional.empty(), Optional.empty()),
                        Device.CPU,
                        1,
                        new CompiledCache(cache));
        assertTrue(compiler.obstacle().orElseThrow().contains(folder.toString()));
        assertTrue(refusal(compiler).contains("no Python"));
    }

    @Test
    void theReasonOfAFailureIsToldWithItsLog() throws IOException {
        String reason =
                refusal(
                        compiler(
                                "echo compiling 1 of 2",
                                "echo a long story >&2",
                                "echo failed no room",
                                "exit 1"));
        assertTrue(reason.startsWith("no room"), reason);
        Path log = cache.resolve("failed.log");
        assertTrue(reason.contains(log.toString()), reason);
        assertEquals("a long story\n", Files.readString(log));
        assertEquals(List.of("compiling 1 of 2"), heard);
    }

    @Test
    void aProcessThatIsKilledIsTold() throws IOException {
        String reason = refusal(compiler("kill -9 $$"));
        assertTrue(reason.contains("ended with 137"), reason);
    }

    @Test
    void nothingIsLoadedIfTheCompilerSaysThatAllIsWellAndLeavesNothing() throws IOException {
        String reason = refusal(compiler("exit 0"));
        assertTrue(reason.contains(cache.toString()), reason);
    }

    @Test
    void aCacheThatIsAFileIsTold() throws IOException {
        Compiler compiler = compiler("exit 0");
        Files.writeString(cache, "");
        String reason = refusal(compiler);
        assertTrue(reason.contains(cache.toString()), reason);
    }

    @Test
    void theListenerStopsIt() throws Exception {
        Path alive = folder.resolve("alive");
        Compiler compiler = compiler("echo compiling 1 of 2", "sleep 30", "touch " + alive);
        stop = true;
        assertThrows(CancellationException.class, () -> compiler.compile(NOTHING, listener));
        assertFalse(Files.exists(alive));
        try (var left = Files.list(cache)) {
            assertEquals(1, left.count(), "only the lock stays");
        }
    }
}
