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
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Writing so that a crash or a full disk never leaves half a file under its final name. */
public final class DurableFiles {

    private static final String PREFIX = ".";
    private static final String SUFFIX = ".tmp";

    private DurableFiles() {}

    /** Writes the contents of a file through a channel. */
    @FunctionalInterface
    interface Contents {
        void to(FileChannel channel) throws IOException;
    }

    /** Replaces a file with a text, or makes it. */
    static void write(Path file, String text) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        write(file, channel -> writeFully(channel, bytes));
    }

    /**
     * Replaces a file, or makes it: the contents go to a temporary name beside it and to the disk,
     * then it is renamed.
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
        }
    }

    /**
     * Makes a file that does not exist, with others beside it whose names begin with its name: they
     * are written under a temporary name and brought to the disk before they get their own, this
     * file last.
     *
     * @param writer is given the path to write instead, in a folder of its own
     * @throws DataException RUN-001 if the file exists, RUN-005 if it cannot be made; then nothing
     *     is left of it
     */
    public static void create(Path file, Consumer<Path> writer) {
        requireNew(file);
        Path folder = temporary(file);
        try {
            delete(folder);
            Files.createDirectory(folder);
            Path own = folder.resolve(file.getFileName());
            writer.accept(own);
            for (Path each : entries(folder)) {
                try (FileChannel channel = FileChannel.open(each, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
                if (!each.equals(own)) {
                    requireNew(file.resolveSibling(each.getFileName()));
                    Files.move(each, file.resolveSibling(each.getFileName()));
                }
            }
            Files.move(own, file);
            syncFolder(parent(file));
        } catch (IOException e) {
            throw cannotWrite(file, e);
        } finally {
            deleteQuietly(folder);
        }
    }

    private static void requireNew(Path file) {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new DataException(
                    "RUN-001",
                    "'%s' exists, and nothing is overwritten. Choose another name, or remove it first."
                            .formatted(file));
        }
    }

    /** Returns the name beside a file or folder that it has until it is complete. */
    static Path temporary(Path path) {
        return path.resolveSibling(PREFIX + path.getFileName() + SUFFIX);
    }

    /** Returns whether a path has such a name. */
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

    /** Brings a folder's entries to the disk, where the system lets folders be opened. */
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
     * Deletes what can be deleted of the remains of a failed write, whose own error is the one to
     * show.
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
        String advice =
                reason.contains("space") || reason.contains("quota") || reason.contains("too large")
                        ? "Free some space or raise the limit, then try again (a training goes on"
                                + " from its last checkpoint), or choose another place."
                        : "Check that its folder exists and may be written, or choose another"
                                + " place.";
        return new DataException(
                "RUN-005", "Cannot write '%s': %s. %s".formatted(path, reason, advice), cause);
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
            case FileAlreadyExistsException e when isFile(e) ->
                    "'%s' is a file".formatted(e.getFile());
            case FileAlreadyExistsException _ -> "it exists already";
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            case CharacterCodingException _ -> "it is not UTF-8 text";
            default -> cause.getMessage() == null ? "the system says no more" : cause.getMessage();
        };
    }

    /** Returns whether the older way to open files found one that may not be read. */
    private static boolean denied(FileNotFoundException e) {
        return e.getMessage() != null && e.getMessage().endsWith("(Permission denied)");
    }

    /** Returns whether a file is in the place of a folder that was to be made. */
    private static boolean isFile(FileAlreadyExistsException e) {
        return e.getFile() != null && Files.isRegularFile(Path.of(e.getFile()));
    }

    private static Path parent(Path file) {
        return file.toAbsolutePath().getParent();
    }
}
