package org.anira.runtime.run;

import org.anira.api.DataException;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Writes files so that a crash or a full disk never leaves an incomplete one under its final name.
 */
public final class DurableFiles {

    private static final String PREFIX = ".";
    private static final String SUFFIX = ".tmp";

    private DurableFiles() {}

    /** Writes the contents of a file through a channel. */
    @FunctionalInterface
    interface Contents {
        void to(FileChannel channel) throws IOException;
    }

    /** Creates or replaces a file with a text. */
    static void write(Path file, String text) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        write(file, channel -> writeFully(channel, bytes));
    }

    /**
     * Creates or replaces a file: the contents are written to a temporary file beside it and
     * synced, then that is renamed.
     *
     * @throws DataException RUN-005 if that fails; what was there before is untouched
     */
    static void write(Path file, Contents contents) {
        Path temporary = temporary(file);
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                contents.to(channel);
                channel.force(true);
            }
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            syncFolder(parent(file));
        } catch (IOException e) {
            deleteQuietly(temporary);
            throw cannotWrite(file, e);
        } catch (RuntimeException | Error e) {
            deleteQuietly(temporary);
            throw e;
        }
    }

    /**
     * Creates a file that does not exist, with further files beside it whose names begin with its
     * name. They are written under temporary names of this process and synced before they get their
     * final names, this file last. If several processes create one file at once, exactly one
     * succeeds.
     *
     * @param writer writes the file at the temporary path that it is given, in a folder of its own
     * @throws DataException as {@link #requireNew}, RUN-005 if it cannot be created; then nothing
     *     is left behind
     */
    public static void create(Path file, Consumer<Path> writer) {
        requireNew(file);
        Path folder = ownTemporary(file);
        List<Path> made = new ArrayList<>();
        // What computes the content may take minutes, and a signal ends the process meanwhile.
        Thread onSignal = new Thread(() -> deleteQuietly(folder));
        try {
            Runtime.getRuntime().addShutdownHook(onSignal);
            Files.createDirectory(folder);
            Path own = folder.resolve(file.getFileName());
            writer.accept(own);
            List<Path> written = new ArrayList<>(entries(folder));
            written.remove(own);
            written.add(own);
            for (Path each : written) {
                try (FileChannel channel = FileChannel.open(each, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
            for (Path each : written) {
                Path target = file.resolveSibling(each.getFileName());
                name(each, target);
                made.add(target);
            }
            syncFolder(parent(file));
        } catch (IOException e) {
            made.forEach(DurableFiles::deleteQuietly);
            throw cannotWrite(file, e);
        } catch (DataException e) {
            made.forEach(DurableFiles::deleteQuietly);
            throw e.getCause() instanceof IOException cause && e.code().equals("RUN-005")
                    ? cannotWrite(file, cause)
                    : e;
        } finally {
            deleteQuietly(folder);
            forget(onSignal);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends already: the hook runs.
        }
    }

    /** Renames a file if the name is free: by a hard link, which is created atomically. */
    private static void name(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileAlreadyExistsException e) {
            throw exists(to);
        } catch (FileSystemException | UnsupportedOperationException e) {
            // This file system has no links to files.
            requireNew(to);
            Files.move(from, to);
        }
    }

    /**
     * Checks that a file of that name can be created: the name is free, it is not a run's own file,
     * and the folder around it is writable.
     *
     * @throws DataException RUN-001 or RUN-005 if it cannot be created
     */
    public static void requireNew(Path file) {
        if (!isName(file.getFileName())) {
            throw new DataException(
                    "RUN-001", "'%s' is no name for a new file. Choose one.".formatted(file));
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(file);
        }
        RunFolder.requireForeign(file);
        Path folder = parent(file);
        if (!Files.isDirectory(folder)) {
            throw cannotWrite(
                    file,
                    Files.exists(folder)
                            ? new NotDirectoryException(folder.toString())
                            : new NoSuchFileException(folder.toString()));
        }
        if (!Files.isWritable(folder)) {
            throw cannotWrite(file, new AccessDeniedException(folder.toString()));
        }
    }

    /** Returns whether the last part of a path names something in the folder before it. */
    public static boolean isName(Path last) {
        return last != null && !Set.of("", ".", "..").contains(last.toString());
    }

    private static DataException exists(Path file) {
        return new DataException(
                "RUN-001",
                "'%s' exists, and nothing is overwritten. Choose another name, or remove it first."
                        .formatted(file));
    }

    /** Returns a temporary name beside a file or folder, unique to this call. */
    public static Path ownTemporary(Path path) {
        return temporary(
                path.resolveSibling(
                        "%s-%d-%x"
                                .formatted(
                                        path.getFileName(),
                                        ProcessHandle.current().pid(),
                                        System.nanoTime())));
    }

    /** Returns the temporary name that a file or folder has until it is complete. */
    static Path temporary(Path path) {
        return path.resolveSibling(PREFIX + path.getFileName() + SUFFIX);
    }

    /** Returns whether a path has such a temporary name. */
    static boolean isTemporary(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
    }

    /** Writes all remaining bytes. */
    static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Syncs a folder's entries to disk, where the system allows folders to be opened. */
    static void syncFolder(Path folder) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (IOException e) {
            return; // Windows opens no folders and needs no such call
        }
        try (channel) {
            channel.force(true);
        }
    }

    /** Returns a folder's entries in the order of their names; none if it does not exist. */
    static List<Path> entries(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    /** Deletes a file, or a folder with all that is in it. */
    public static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /**
     * Deletes the remains of a failed write as far as possible. Errors are ignored, since the
     * write's own error is the one to show.
     */
    static void deleteQuietly(Path path) {
        try {
            delete(path);
        } catch (IOException e) {
            // The next write or resume cleans up.
        }
    }

    /** Returns the error for a path that could not be written: RUN-005. */
    public static DataException cannotWrite(Path path, IOException cause) {
        String reason = reason(cause);
        return new DataException(
                "RUN-005",
                "Cannot write '%s': %s. %s".formatted(path, reason, advice(reason)),
                cause);
    }

    /** Returns what to do about a reason. */
    private static String advice(String reason) {
        if (reason.contains("space") || reason.contains("quota") || reason.contains("too large")) {
            return "Free some space or raise the limit, then try again (a training goes on from its"
                    + " last checkpoint), or choose another place.";
        }
        if (reason.contains("name too long")) {
            return "Choose a shorter name.";
        }
        return "Check that its folder exists and may be written, or choose another place.";
    }

    /** Returns the error for a path that exists and could not be read. */
    static DataException cannotRead(Path path, IOException cause) {
        return new DataException(
                "RUN-004",
                "Cannot read '%s': %s. Check that the file is whole and may be read."
                        .formatted(path, reason(cause)),
                cause);
    }

    /** Returns the system's reason in words, without the path that the message names already. */
    public static String reason(IOException cause) {
        return switch (cause) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "no such file or folder";
            case FileNotFoundException e when denied(e) -> "permission denied";
            case FileNotFoundException _ -> "no such file or folder";
            case FileSystemLoopException _ -> "links lead back to where they began";
            case EOFException _ -> "it ends too early";
            case FileAlreadyExistsException e -> inTheWay(e.getFile());
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case NotDirectoryException e -> inTheWay(e.getFile());
            case FileSystemException e ->
                    e.getReason() == null ? "the system refuses it" : e.getReason();
            case CharacterCodingException _ -> "it is not UTF-8 text";
            default -> cause.getMessage() == null ? "the system says no more" : cause.getMessage();
        };
    }

    /**
     * Returns whether the exception means a missing permission: {@code java.io} has no exception of
     * its own for it.
     */
    private static boolean denied(FileNotFoundException e) {
        return e.getMessage() != null && e.getMessage().endsWith("(Permission denied)");
    }

    /** Returns what is in the place of a folder that was to be made or used. */
    private static String inTheWay(String file) {
        Path path = Path.of(file);
        return "'%s' %s"
                .formatted(
                        file,
                        Files.isRegularFile(path)
                                ? "is a file"
                                : Files.isDirectory(path) ? "exists already" : "is no folder");
    }

    private static Path parent(Path file) {
        return file.toAbsolutePath().getParent();
    }
}
