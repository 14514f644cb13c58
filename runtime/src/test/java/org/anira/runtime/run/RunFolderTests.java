package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

final class RunFolderTests {

    @TempDir Path runs;

    @Test
    void numbersRunsOneByOne() {
        assertEquals(runs.resolve("a/001"), RunFolder.create(runs, "a").path());
        assertEquals(runs.resolve("a/002"), RunFolder.create(runs, "a").path());
        assertEquals(runs.resolve("b/001"), RunFolder.create(runs, "b").path());
    }

    @Test
    void goesOnAfterTheLastNumberEvenWhereOneIsFree() throws IOException {
        Files.createDirectories(runs.resolve("a/007"));
        Files.createDirectories(runs.resolve("a/notes"));
        assertEquals(runs.resolve("a/008"), RunFolder.create(runs, "a").path());
    }

    @Test
    void leavesAFolderThatExistsAsItIs() throws IOException {
        Path path = runs.resolve("mine");
        RunFolder.create(path);
        Files.writeString(path.resolve("config.yaml"), "seed: 1");
        String message = Thrown.message("RUN-001", () -> RunFolder.create(path));
        assertEquals(
                "Run folder '%s' exists. Continue with 'anira train --resume %s' or choose another name."
                        .formatted(path, path),
                message);
        assertEquals("seed: 1", Files.readString(path.resolve("config.yaml")));
    }

    @Test
    void cannotBeMadeBelowAFile() throws IOException {
        Path file = Files.writeString(runs.resolve("file"), "x");
        Thrown.message(
                "RUN-005", () -> RunFolder.create(file, "a"), "file/a", "Check that its folder");
        Thrown.message(
                "RUN-005",
                () -> RunFolder.create(file.resolve("b")),
                "file/b",
                "Check that its folder");
        assertEquals("x", Files.readString(file));
    }

    @Test
    void opensWhatWasMade() {
        RunFolder made = RunFolder.create(runs, "a");
        assertEquals(Status.State.RUNNING, RunFolder.open(made.path()).status().state());
    }

    @Test
    void namesTheRunsNearAMissingOne() {
        RunFolder.create(runs, "a");
        RunFolder.create(runs, "a");
        Thrown.message(
                "RUN-003",
                () -> RunFolder.open(runs.resolve("a/005")),
                "There is no run folder '%s'".formatted(runs.resolve("a/005")),
                "Runs near it: '%s', '%s'."
                        .formatted(runs.resolve("a/002"), runs.resolve("a/001")));
        Thrown.message(
                "RUN-003",
                () -> RunFolder.open(runs.resolve("c/001")),
                runs.resolve("a/002").toString());
    }

    @Test
    void namesTheRunsBelowAFolderThatIsNone() {
        RunFolder.create(runs, "a");
        Thrown.message(
                "RUN-003",
                () -> RunFolder.open(runs.resolve("a")),
                "'%s' is no run folder: it has no 'status.json'".formatted(runs.resolve("a")),
                "'%s'".formatted(runs.resolve("a/001")));
    }

    @Test
    void saysThatThereIsNoRunAtAll() throws IOException {
        Path file = Files.writeString(runs.resolve("file"), "x");
        Thrown.message(
                "RUN-003",
                () -> RunFolder.open(file),
                "is no run folder",
                "Start one with 'anira train'");
        Thrown.message(
                "RUN-003",
                () -> RunFolder.open(runs.resolve("x")),
                "There is no run in '" + runs + "' either");
    }

    @Test
    void findsAllRunsBelowAFolder() {
        RunFolder.create(runs, "b");
        RunFolder.create(runs, "a");
        RunFolder.create(runs, "a");
        assertEquals(
                List.of(runs.resolve("a/001"), runs.resolve("a/002"), runs.resolve("b/001")),
                RunFolder.below(runs).stream().map(RunFolder::path).toList());
    }

    @Test
    void followsNoLinkBackToAFolderAbove() throws IOException {
        RunFolder.create(runs, "a");
        Files.createSymbolicLink(runs.resolve("a/back"), runs);
        Files.createSymbolicLink(runs.resolve("itself"), Path.of("."));
        assertEquals(
                List.of(runs.resolve("a/001")),
                RunFolder.below(runs).stream().map(RunFolder::path).toList());
    }

    @Test
    void notesHowItEnded() {
        RunFolder run = RunFolder.create(runs, "a");
        Status status = Status.ended(Status.State.FAILED, 412, 5, "Loss is NaN");
        run.status(status);
        assertEquals(status, run.status());
    }

    @Test
    void writesStatesInLowerCase() throws IOException {
        RunFolder run = RunFolder.create(runs, "a");
        assertTrue(Files.readString(run.path().resolve("status.json")).contains("\"running\""));
    }

    @Test
    void saysThatItsStatusIsDamaged() throws IOException {
        RunFolder run = RunFolder.create(runs, "a");
        Files.writeString(run.path().resolve("status.json"), "{\"state\": \"runn");
        Thrown.message("RUN-004", run::status, "status.json", "line 1");
    }

    @Test
    void appendsToItsLog() throws IOException {
        RunFolder run = RunFolder.create(runs, "a");
        run.log("one");
        run.log("two");
        List<String> lines = Files.readAllLines(run.log());
        assertEquals(2, lines.size());
        assertTrue(
                lines.get(0).endsWith("Z one") && lines.get(1).endsWith("Z two"), lines.toString());
    }

    @Test
    void writesWhatIsKnownOfADivergence() throws IOException {
        RunFolder run = RunFolder.create(runs, "a");
        Path file = run.diagnose(412, List.of(Map.of("max", Double.NaN)));
        assertEquals(run.path().resolve("diag/step-412.json"), file);
        assertTrue(Files.readString(file).contains("\"max\" : null"), Files.readString(file));
    }

    @Test
    void replacesATextAsAWhole() throws IOException {
        RunFolder run = RunFolder.create(runs, "a");
        run.write(run.config(), "seed: 1");
        run.write(run.config(), "seed: 2");
        assertEquals("seed: 2", Files.readString(run.config()));
        assertEquals(
                List.of("config.yaml", "status.json"),
                DurableFiles.entries(run.path()).stream()
                        .map(file -> file.getFileName().toString())
                        .toList());
    }

    @Test
    void isLockedOnceOnly() {
        RunFolder run = RunFolder.create(runs, "a");
        try (RunLock _ = run.lock()) {
            Thrown.message(
                    "RUN-006",
                    run::lock,
                    run.path().toString(),
                    "process " + ProcessHandle.current().pid());
        }
        run.lock().close();
    }

    @Test
    void isLockedAgainstAnotherProcess() throws Exception {
        RunFolder run = RunFolder.create(runs, "a");
        run.status(Status.ended(Status.State.INTERRUPTED, 0, 130, ""));
        Process child = new ProcessBuilder(ChildJvm.command(LockHolder.class, run.path())).start();
        try {
            assertEquals("locked", child.inputReader().readLine());
            Thrown.message("RUN-006", run::lock, "in use by process " + child.pid(), "at step 7");
        } finally {
            child.destroyForcibly().waitFor();
        }
        run.lock().close();
    }

    /** Holds a run until it is killed. */
    static final class LockHolder {
        public static void main(String[] arguments) throws InterruptedException {
            RunFolder run = RunFolder.open(Path.of(arguments[0]));
            try (RunLock _ = run.lock()) {
                run.status(Status.running(7, ""));
                System.out.println("locked");
                Thread.sleep(Duration.ofMinutes(10));
            }
        }
    }

    /** Where the file system has no locks, the process that the status names decides. */
    @Test
    void isRefusedWhileTheProcessInTheStatusIsAlive() throws Exception {
        RunFolder run = RunFolder.create(runs, "a");
        Process child = new ProcessBuilder("sleep", "600").start();
        try {
            Optional<Instant> start = child.info().startInstant();
            run.status(status(child.pid(), start));
            Thrown.message("RUN-006", run::lock, "in use by process " + child.pid());
            run.status(status(child.pid(), start.map(time -> time.minusSeconds(3600))));
            assertFalse(
                    run.status().hasProcess(),
                    "a process with the same number, started at another time");
            run.lock().close();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static Status status(long pid, Optional<Instant> start) {
        return new Status(
                Status.State.RUNNING,
                3,
                OptionalInt.empty(),
                "",
                pid,
                start,
                Machine.hostName(),
                Instant.EPOCH);
    }
}
