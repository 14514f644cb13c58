package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.DataException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A process that writes checkpoints and metrics is killed, or runs out of space: what it wrote
 * before is whole.
 */
final class CrashTests {

    private static final int ELEMENTS = 20_000;

    @TempDir Path runs;

    /**
     * Writes one checkpoint and one line of metrics after another, and prints each step that is
     * done.
     */
    static final class Writer {
        public static void main(String[] arguments) {
            RunFolder run = RunFolder.open(Path.of(arguments[0]));
            Checkpoints checkpoints = new Checkpoints(run);
            Metrics metrics = new Metrics(run);
            try (RunLock _ = run.lock()) {
                for (long step = 1; ; step++) {
                    metrics.append(Map.of("step", step), Map.of());
                    CheckpointsTests.write(
                            checkpoints,
                            CheckpointsTests.state(step),
                            CheckpointsTests.tensors(ELEMENTS, step),
                            2);
                    run.status(Status.running(step, ""));
                    System.out.println(step);
                }
            } catch (DataException e) {
                System.out.println(e.code() + " " + e.getMessage());
                System.exit(4);
            }
        }
    }

    @Test
    void aKilledProcessLeavesWholeCheckpoints() throws Exception {
        for (int kill = 0; kill < 6; kill++) {
            RunFolder run = stopped("killed");
            Process child =
                    new ProcessBuilder(ChildJvm.command(Writer.class, run.path()))
                            .redirectErrorStream(true)
                            .start();
            long told = 0;
            try (BufferedReader out = child.inputReader()) {
                for (int i = 0; i < 3; i++) {
                    told = Long.parseLong(out.readLine());
                }
                Thread.sleep(Duration.ofMillis(2 * kill)); // any moment of a write
                child.destroyForcibly().waitFor();
            }
            Checkpoints checkpoints = new Checkpoints(run);
            Checkpoint newest = checkpoints.newest().orElseThrow();
            long step = newest.state().step();
            assertTrue(
                    step >= told,
                    "step %d was told to be written, %d is the newest".formatted(told, step));
            try (Arena arena = Arena.ofConfined()) {
                float[] moments = newest.tensors(arena).first().get("w").floats();
                assertEquals((float) step, moments[ELEMENTS - 1]);
            }
            for (long older : checkpoints.steps()) {
                assertEquals(older, checkpoints.at(older).state().step());
            }
            assertTrue(new Metrics(run).read().size() >= step);
            assertTrue(run.status().step() >= told);
            run.lock().close();
            checkpoints.resumeAt(step);
            assertTrue(
                    DurableFiles.entries(run.checkpoints()).stream()
                            .noneMatch(DurableFiles::isTemporary));
        }
    }

    /**
     * A disk of 2 MiB in memory; where it may not be mounted, the next test says the same with a
     * limit.
     */
    @Test
    void aFullDiskLeavesWholeCheckpoints() throws Exception {
        Path disk = Files.createDirectory(runs.resolve("disk"));
        if (run(List.of("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString())) != 0) {
            skip("aFullDiskLeavesWholeCheckpoints", "this process may not mount a disk");
        }
        try {
            RunFolder run = RunFolder.create(disk, "full");
            Checkpoints checkpoints = new Checkpoints(run);
            CheckpointsTests.write(
                    checkpoints,
                    CheckpointsTests.state(1),
                    CheckpointsTests.tensors(ELEMENTS, 1),
                    2);
            run.write(run.config(), "seed: 1");
            Metrics metrics = new Metrics(run);
            metrics.append(Map.of("step", 1), Map.of());
            fill(disk.resolve("ballast"));

            Thrown.message(
                    "RUN-005",
                    () ->
                            CheckpointsTests.write(
                                    checkpoints,
                                    CheckpointsTests.state(2),
                                    CheckpointsTests.tensors(ELEMENTS, 2),
                                    2),
                    run.checkpoints().toString(),
                    "No space left on device",
                    "Free some space");
            Thrown.message(
                    "RUN-005",
                    () -> run.write(run.config(), "x".repeat(100_000)),
                    "config.yaml",
                    "No space left");
            Thrown.message(
                    "RUN-005",
                    () -> metrics.append(Map.of("text", "x".repeat(100_000)), Map.of()),
                    "metrics.jsonl",
                    "No space left");

            assertEquals("seed: 1", Files.readString(run.config()));
            assertEquals(List.of(Map.of("step", 1)), metrics.read());
            assertEquals(1, checkpoints.newest().orElseThrow().state().step());
            assertTrue(
                    DurableFiles.entries(run.checkpoints()).stream()
                            .noneMatch(DurableFiles::isTemporary));

            Files.delete(disk.resolve("ballast"));
            CheckpointsTests.write(
                    checkpoints,
                    CheckpointsTests.state(2),
                    CheckpointsTests.tensors(ELEMENTS, 2),
                    2);
            assertEquals(2, checkpoints.newest().orElseThrow().state().step());
        } finally {
            assertEquals(0, run(List.of("umount", disk.toString())));
        }
    }

    /** No file of the child may have more than 4 KiB: its first checkpoint has. */
    @Test
    void aFileThatMayNotGrowLeavesNoCheckpoint() throws Exception {
        RunFolder run = stopped("limited");
        String command =
                ChildJvm.command(Writer.class, run.path()).stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" "));
        Process child;
        try {
            child =
                    new ProcessBuilder("bash", "-c", "ulimit -f 4 && exec " + command)
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            skip("aFileThatMayNotGrowLeavesNoCheckpoint", "there is no bash to set a limit");
            return;
        }
        String out = child.inputReader().readAllAsString();
        assertEquals(4, child.waitFor(), out);
        assertTrue(out.startsWith("RUN-005 Cannot write '%s".formatted(run.checkpoints())), out);
        assertTrue(out.contains("File too large"), out);
        assertEquals(List.of(), DurableFiles.entries(run.checkpoints()));
    }

    /** Returns a run that no process trains, so that another may go on with it. */
    private RunFolder stopped(String name) {
        RunFolder run = RunFolder.create(runs, name);
        run.status(Status.ended(Status.State.INTERRUPTED, 0, 130, ""));
        return run;
    }

    /** Leaves no byte free. */
    private static void fill(Path ballast) throws IOException {
        try (var out = Files.newOutputStream(ballast)) {
            byte[] piece = new byte[4096];
            while (true) {
                out.write(piece);
            }
        } catch (IOException e) {
            assertTrue(e.getMessage().contains("No space left"), e.getMessage());
        }
    }

    private static void skip(String test, String reason) {
        System.out.println("Skipped: %s: %s".formatted(test, reason));
        Assumptions.abort(reason);
    }

    private static int run(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1; // there is no such program
        }
    }
}
