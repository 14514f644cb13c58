package org.anira.runtime.run;

import org.anira.api.DataException;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The folder of one run, such as {@code runs/NAME/007}, and the paths of its files. The number is
 * the run's identity, the name is a label. One process may write at a time ({@link #lock}); any
 * number may read.
 */
public final class RunFolder {

    private static final int MOST_NAMED = 5;
    private static final int MOST_LEVELS = 3;

    /** The names of the files in a run's folder. */
    private static final Set<String> OWN =
            Set.of(
                    "checkpoints",
                    "config.yaml",
                    "diag",
                    "evaluations.jsonl",
                    "lock",
                    "log.txt",
                    "metrics.jsonl",
                    "overrides.txt",
                    "provenance.json",
                    "status.json",
                    "tb");

    private final Path path;

    private RunFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes the next folder under a name: {@code runs/NAME/001}, {@code 002} and so on.
     *
     * @throws DataException RUN-005 if it cannot be made
     */
    public static RunFolder create(Path runs, String name) {
        return started(NewFolders.next(runs.resolve(name)));
    }

    /**
     * Makes the folder that the user named.
     *
     * @throws DataException RUN-001 if it exists; RUN-005 if it cannot be made
     */
    public static RunFolder create(Path path) {
        return started(
                NewFolders.named(
                        path,
                        "Continue with 'anira train --resume %s' or choose another name."
                                .formatted(path)));
    }

    /**
     * Opens the folder of a run.
     *
     * @throws DataException RUN-003 if it is missing or no run's folder; the message names runs
     *     that are near; RUN-004 if its {@code status.json} is damaged
     */
    public static RunFolder open(Path path) {
        RunFolder run = new RunFolder(path);
        if (isRun(path)) {
            run.status(); // a damaged status is an error, whether or not the command needs it
            return run;
        }
        if (!Files.exists(path)) {
            throw new DataException(
                    "RUN-003",
                    "There is no run folder '%s'. %s".formatted(path, near(nearestFolder(path))));
        }
        throw new DataException(
                "RUN-003",
                "'%s' is no run folder: it has no 'status.json'. %s"
                        .formatted(
                                path, near(Files.isDirectory(path) ? path : nearestFolder(path))));
    }

    /** Returns whether a path is the folder of a run, whatever its {@code status.json} holds. */
    public static boolean isRun(Path path) {
        return Files.exists(new RunFolder(path).statusFile(), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Throws if a run keeps one of its own files at a path: a foreign file there would be taken for
     * the run's.
     *
     * @throws DataException RUN-001 if it is in a run's folder, under such a name
     */
    public static void requireForeign(Path path) {
        Path within = real(path);
        for (Path above = within.getParent(); above != null; above = above.getParent()) {
            Path name = above.relativize(within).getName(0);
            if (isRun(above) && (OWN.contains(name.toString()) || DurableFiles.isTemporary(name))) {
                throw new DataException(
                        "RUN-001",
                        "'%s' is where the run '%s' keeps a file of its own. Choose another name."
                                .formatted(path, above));
            }
        }
    }

    /** Returns an absolute path, with the links in its existing part resolved. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath();
        for (Path above = absolute; above != null; above = above.getParent()) {
            try {
                return above.toRealPath().resolve(above.relativize(absolute)).normalize();
            } catch (IOException e) {
                continue; // it is not there: look above
            }
        }
        return absolute.normalize();
    }

    /**
     * Returns the runs at a folder, or up to three levels below it, in the order of their paths;
     * none if it does not exist.
     *
     * @throws DataException RUN-004 if a folder cannot be read
     */
    public static List<RunFolder> below(Path folder) {
        return below(folder, MOST_LEVELS, Set.of());
    }

    /**
     * Returns the runs at or below a folder. Links back to one of the folders above are not
     * followed.
     */
    private static List<RunFolder> below(Path folder, int levels, Set<Path> above) {
        if (isRun(folder)) {
            return List.of(new RunFolder(folder));
        }
        if (levels == 0 || !Files.isDirectory(folder)) {
            return List.of();
        }
        try {
            Set<Path> known = new HashSet<>(above);
            if (!known.add(folder.toRealPath())) {
                return List.of();
            }
            return DurableFiles.entries(folder).stream()
                    .filter(Files::isDirectory)
                    .flatMap(each -> below(each, levels - 1, known).stream())
                    .toList();
        } catch (IOException e) {
            throw DurableFiles.cannotRead(folder, e);
        }
    }

    /** Returns the folder. */
    public Path path() {
        return path;
    }

    /** Returns the folder without links, the same for every way to name it. */
    public Path real() {
        return real(path);
    }

    /** Returns the resolved settings, {@code config.yaml}. */
    public Path config() {
        return path.resolve("config.yaml");
    }

    /** Returns the overrides as typed, {@code overrides.txt}. */
    public Path overrides() {
        return path.resolve("overrides.txt");
    }

    /** Returns {@code provenance.json}: see {@link Provenance}. */
    public Path provenance() {
        return path.resolve("provenance.json");
    }

    /** Returns {@code metrics.jsonl}: see {@link Metrics}. */
    public Path metrics() {
        return path.resolve("metrics.jsonl");
    }

    /** Returns {@code evaluations.jsonl}: see {@link Evaluations}. */
    public Path evaluations() {
        return path.resolve("evaluations.jsonl");
    }

    /** Returns the folder of the TensorBoard files, {@code tb}: see {@link EventFile}. */
    public Path events() {
        return path.resolve("tb");
    }

    /** Returns the folder of the checkpoints: see {@link Checkpoints}. */
    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    /**
     * Writes statistics of a training that diverged, {@code diag/step-N.json}.
     *
     * @return the file
     * @throws DataException RUN-005 if that fails
     */
    public Path diagnose(long step, List<Map<String, Object>> statistics) {
        Path diagnostics = path.resolve("diag");
        Path file = diagnostics.resolve("step-%d.json".formatted(step));
        try {
            Files.createDirectories(diagnostics);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(diagnostics, e);
        }
        DurableFiles.write(file, Json.text(statistics));
        return file;
    }

    /** Returns {@code log.txt}: see {@link #log}. */
    public Path log() {
        return path.resolve("log.txt");
    }

    /**
     * Reads one of the text files, such as {@link #config()}.
     *
     * @throws DataException RUN-004 if it is missing or cannot be read
     */
    public String read(Path file) {
        try {
            return RegularFiles.text(file);
        } catch (IOException e) {
            throw DurableFiles.cannotRead(file, e);
        }
    }

    /**
     * Replaces one of the text files, such as {@link #config()}, atomically.
     *
     * @param file one of this folder's files, or a file in a folder of it that exists
     * @throws DataException RUN-005 if that fails; what was there before is untouched
     */
    public void write(Path file, String text) {
        if (!file.startsWith(path)) {
            throw new IllegalArgumentException("'%s' is not in '%s'".formatted(file, path));
        }
        DurableFiles.write(file, text);
    }

    /**
     * Returns the run's status.
     *
     * @throws DataException RUN-004 if {@code status.json} is damaged
     */
    public Status status() {
        return Json.read(statusFile(), Status.class);
    }

    /**
     * Writes the run's status. This waits for the disk, so call it when metrics are logged rather
     * than at every step.
     *
     * @throws DataException RUN-005 if that fails
     */
    public void status(Status status) {
        DurableFiles.write(statusFile(), Json.text(status));
    }

    /**
     * Appends a line to {@code log.txt}, with the time before it.
     *
     * @throws DataException RUN-005 if that fails
     */
    public void log(String line) {
        String text = "%s %s%n".formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS), line);
        try {
            if (Files.exists(log())) {
                RegularFiles.require(log());
            }
            Files.writeString(log(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(log(), e);
        }
    }

    /**
     * Acquires the lock for writing, on the file {@code lock}. If the file system has no locks, the
     * process that {@code status.json} names is taken as the holder.
     *
     * @return the lock, to be closed
     * @throws DataException RUN-006 if it is held, by another process or by this one; RUN-005 if
     *     the folder cannot be written
     */
    public RunLock lock() {
        Status status = status();
        Path file = path.resolve("lock");
        FileChannel channel;
        try {
            if (Files.exists(file)) {
                RegularFiles.require(file);
            }
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(file, e);
        }
        RunLock lock = new RunLock(channel);
        boolean ownProcess = status.pid() == ProcessHandle.current().pid();
        if (!locked(channel) || status.hasProcess() && !ownProcess) {
            lock.close();
            throw new DataException(
                    "RUN-006",
                    "Run folder '%s' is in use by process %d on %s, at step %d. Wait for it, stop it, or start a new run."
                            .formatted(path, status.pid(), status.host(), status.step()));
        }
        return lock;
    }

    private static boolean locked(FileChannel channel) {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            return true; // no locks on this file system: the status decides alone
        }
    }

    private Path statusFile() {
        return path.resolve("status.json");
    }

    private static RunFolder started(Path path) {
        RunFolder run = new RunFolder(path);
        run.status(Status.running(0, ""));
        return run;
    }

    /** Returns the deepest folder above a path that exists. */
    private static Path nearestFolder(Path path) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.isDirectory(above)) {
                return above;
            }
        }
        return path.isAbsolute() ? path.getRoot() : Path.of(".");
    }

    /** Returns a sentence that names the runs in a folder, or in its direct subfolders. */
    private static String near(Path folder) {
        List<Path> runs = runsIn(folder);
        if (runs.isEmpty()) {
            return "There is no run in '%s' either. Start one with 'anira train'."
                    .formatted(folder);
        }
        List<String> names =
                runs.reversed().stream().limit(MOST_NAMED).map(run -> "'" + run + "'").toList();
        return "Runs near it: %s%s."
                .formatted(String.join(", ", names), runs.size() > MOST_NAMED ? ", …" : "");
    }

    /**
     * Returns the runs at most two levels below a folder; not deeper, since it may be a home
     * directory.
     */
    private static List<Path> runsIn(Path folder) {
        try {
            List<Path> entries = DurableFiles.entries(folder);
            List<Path> runs = entries.stream().filter(RunFolder::isRun).toList();
            if (!runs.isEmpty()) {
                return runs;
            }
            return entries.stream()
                    .filter(Files::isReadable)
                    .flatMap(entry -> {
                        try {
                            return DurableFiles.entries(entry).stream().filter(RunFolder::isRun);
                        } catch (IOException e) {
                            return List.<Path>of().stream();
                        }
                    })
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
