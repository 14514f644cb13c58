package org.anira.runtime.run;

import org.anira.api.DataException;
import org.anira.api.tensor.Parameter;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run's checkpoints, one folder each, named by its step in ten digits. A checkpoint is written
 * under a temporary name and renamed when it is completely on disk, so a folder under its final
 * name was complete once. Its sizes and hashes are checked when it is opened. Only the holder of
 * the run's {@link RunLock} calls {@link #write} and {@link #resumeAt}.
 */
public final class Checkpoints {

    /** The format of {@code state.json} that this build writes; it also reads all earlier ones. */
    public static final int FORMAT = 1;

    private final RunFolder run;

    /** Refers to a run's checkpoints; nothing is read yet. */
    public Checkpoints(RunFolder run) {
        this.run = run;
    }

    /** The content of {@code state.json}. */
    private record Stored(int format, CheckpointState state, Map<String, FileDigest> files) {}

    /**
     * Returns the steps that have a checkpoint, in order; a checkpoint is verified when it is
     * opened.
     */
    public List<Long> steps() {
        try {
            return DurableFiles.entries(run.checkpoints()).stream()
                    .map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[0-9]{10,18}"))
                    .map(Long::valueOf)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw DurableFiles.cannotRead(run.checkpoints(), e);
        }
    }

    /**
     * Opens the newest checkpoint; empty if there is none.
     *
     * @throws DataException RUN-004 if it is damaged or of an unknown format. It is never skipped:
     *     the message says which older one can be used instead, and how
     */
    public Optional<Checkpoint> newest() {
        List<Long> steps = steps();
        return steps.isEmpty() ? Optional.empty() : Optional.of(at(steps.getLast()));
    }

    /**
     * Opens the checkpoint of a step.
     *
     * @throws DataException RUN-004 if there is none, or it is damaged or of an unknown format
     */
    public Checkpoint at(long step) {
        List<Long> steps = steps();
        if (!steps.contains(step)) {
            throw new DataException(
                    "RUN-004",
                    "There is no checkpoint of step %d in '%s'. %s"
                            .formatted(
                                    step,
                                    run.checkpoints(),
                                    steps.isEmpty()
                                            ? "There is no other one either."
                                            : "There are: " + steps));
        }
        try {
            return checked(step);
        } catch (DataException e) {
            throw new DataException(
                    e.code(),
                    "%s %s"
                            .formatted(
                                    e.getMessage(), advice(steps.subList(0, steps.indexOf(step)))),
                    e);
        }
    }

    /**
     * Writes a checkpoint, then deletes older ones. A checkpoint of that step with the same state
     * is left as it is; one with another state is set aside.
     *
     * @param parameters the parameters to save with their moments, in this order
     * @param slots reads them one by one; an exception ends the writing, and nothing is left behind
     * @param keep how many of the newest checkpoints are kept, at least 1; 0 for all
     * @throws DataException RUN-005 if it cannot be written; older ones are untouched then
     */
    public Checkpoint write(
            CheckpointState state, List<Parameter> parameters, SlotReader slots, int keep) {
        Path folder = folder(state.step());
        Path temporary = DurableFiles.temporary(folder);
        try {
            Files.createDirectories(run.checkpoints());
            clean();
            if (Files.exists(folder)) {
                Optional<Checkpoint> same = same(state);
                if (same.isPresent()) {
                    return same.get();
                }
            }
            Files.createDirectory(temporary);
            Map<String, FileDigest> files =
                    Checkpoint.write(
                            temporary,
                            parameters,
                            slots,
                            Map.of("step", Long.toString(state.step())));
            DurableFiles.write(
                    temporary.resolve(Checkpoint.STATE),
                    Json.text(new Stored(FORMAT, state, files)));
            DurableFiles.syncFolder(temporary);
            if (Files.exists(folder)) {
                setAside(folder);
            }
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.syncFolder(run.checkpoints());
            deleteOlder(keep);
        } catch (IOException e) {
            DurableFiles.deleteQuietly(temporary);
            throw DurableFiles.cannotWrite(folder, e);
        } catch (RuntimeException | Error e) {
            DurableFiles.deleteQuietly(temporary);
            throw e;
        }
        return new Checkpoint(folder, state);
    }

    /**
     * Prepares the folder for resuming after a step: the unfinished files of a killed process are
     * deleted, and newer checkpoints are set aside under names that end in {@code .aside}.
     *
     * @throws DataException RUN-005 if that fails
     */
    public void resumeAt(long step) {
        try {
            clean();
            for (long newer : steps()) {
                if (newer > step) {
                    setAside(folder(newer));
                }
            }
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(run.checkpoints(), e);
        }
    }

    private Path folder(long step) {
        return run.checkpoints().resolve("%010d".formatted(step));
    }

    private Optional<Checkpoint> same(CheckpointState state) {
        try {
            return Optional.of(checked(state.step()))
                    .filter(found -> Json.line(found.state()).equals(Json.line(state)));
        } catch (DataException e) {
            return Optional.empty();
        }
    }

    private Checkpoint checked(long step) {
        Path folder = folder(step);
        Path file = folder.resolve(Checkpoint.STATE);
        String text;
        try {
            text = RegularFiles.text(file);
        } catch (IOException e) {
            throw Checkpoint.damaged(file, DurableFiles.reason(e));
        }
        Stored stored;
        try {
            if (!(Json.object(text).get("format") instanceof Integer format)) {
                throw Checkpoint.damaged(file, "it has no format version");
            }
            if (format > FORMAT || format < 1) {
                throw new DataException(
                        "RUN-004",
                        "'%s' has checkpoint format %d, this build reads up to %d. Use a newer anira."
                                .formatted(file, format, FORMAT));
            }
            stored = Json.olderValue(text, Stored.class);
        } catch (JacksonException e) {
            throw Checkpoint.damaged(file, Json.reason(e));
        }
        if (stored.state().step() != step) {
            throw Checkpoint.damaged(file, "it is not the state of step " + step);
        }
        for (String name : List.of(Checkpoint.MODEL, Checkpoint.OPTIMIZER)) {
            check(folder.resolve(name), stored.files().get(name));
        }
        return new Checkpoint(folder, stored.state());
    }

    private static void check(Path file, FileDigest expected) {
        if (expected == null) {
            throw Checkpoint.damaged(file, "state.json does not name it");
        }
        try {
            RegularFiles.require(file);
            long bytes = Files.size(file);
            if (bytes != expected.bytes()) {
                // Checked before the contents are read, which may be far too large.
                throw Checkpoint.damaged(
                        file, "it has %d bytes, expected %d".formatted(bytes, expected.bytes()));
            }
            String found = FileDigest.of(file).sha256();
            if (!found.equals(expected.sha256())) {
                throw Checkpoint.damaged(
                        file,
                        "its contents have changed: SHA-256 %s, expected %s"
                                .formatted(found, expected.sha256()));
            }
        } catch (IOException e) {
            throw Checkpoint.damaged(file, DurableFiles.reason(e));
        }
    }

    /** Returns what to do instead of using a damaged checkpoint. */
    private String advice(List<Long> older) {
        for (long step : older.reversed()) {
            try {
                checked(step);
                return "The checkpoint of step %d is whole: 'anira train --resume %s --checkpoint %d'."
                        .formatted(step, run.path(), step);
            } catch (DataException e) {
                continue; // the message is about the one that was asked for
            }
        }
        return "There is no older checkpoint that is whole. Restore the file, or start a new run.";
    }

    private void deleteOlder(int keep) throws IOException {
        List<Long> steps = steps();
        if (keep == 0) {
            return;
        }
        for (long step : steps.subList(0, Math.max(0, steps.size() - keep))) {
            Path temporary = DurableFiles.temporary(folder(step));
            Files.move(folder(step), temporary, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.delete(temporary);
        }
    }

    private void clean() throws IOException {
        for (Path entry : DurableFiles.entries(run.checkpoints())) {
            if (DurableFiles.isTemporary(entry)) {
                DurableFiles.delete(entry);
            }
        }
    }

    private static void setAside(Path folder) throws IOException {
        Path aside = folder.resolveSibling(folder.getFileName() + ".aside");
        for (int number = 2; Files.exists(aside); number++) {
            aside = folder.resolveSibling("%s-%d.aside".formatted(folder.getFileName(), number));
        }
        Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
    }
}
