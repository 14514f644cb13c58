package org.anira.runtime.run;

import org.anira.api.DataException;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A file of one JSON object per line, to which whole lines are appended. */
final class JsonLines {

    private final Path file;

    JsonLines(Path file) {
        this.file = file;
    }

    /** Returns the file's length in bytes; 0 if there is none. */
    long length() {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw DurableFiles.cannotRead(file, e);
        }
    }

    /**
     * Appends lines, all or none; several processes may do so at once. The system has them when
     * this returns: they survive the end of this process, though not that of the machine.
     *
     * @throws DataException RUN-005 if that fails
     */
    void append(List<?> values) {
        StringBuilder lines = new StringBuilder();
        values.forEach(value -> lines.append(Json.line(value)).append('\n'));
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            lockIfPossible(channel);
            long end = wholeLines(channel);
            channel.truncate(end);
            channel.position(end);
            try {
                DurableFiles.writeFully(channel, StandardCharsets.UTF_8.encode(lines.toString()));
            } catch (IOException e) {
                channel.truncate(end);
                throw e;
            }
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(file, e);
        }
    }

    /** Brings what was appended to the disk. */
    void sync() {
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(file, e);
        }
    }

    /**
     * Cuts the file off after so many bytes.
     *
     * @throws DataException RUN-004 if it is shorter, or would end within a line
     */
    void truncate(long length) {
        if (length() < length) {
            throw new DataException(
                    "RUN-004",
                    "'%s' has %d bytes, but the checkpoint was written when it had %d. Lines are missing; restore the file."
                            .formatted(file, length(), length));
        }
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (length > 0 && byteAt(channel, length - 1) != '\n') {
                throw new DataException(
                        "RUN-004",
                        "'%s' has no line that ends at byte %d, where the checkpoint says one ends. It was changed; restore it."
                                .formatted(file, length));
            }
            channel.truncate(length);
            channel.force(true);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(file, e);
        }
    }

    /**
     * Returns what each line holds; nothing if there is no file. A last line without an end is left
     * out: it is being written, or its writer was killed.
     *
     * @throws DataException RUN-004 if another line cannot be read
     */
    <T> List<T> read(Function<String, T> parse) {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw DurableFiles.cannotRead(file, e);
        }
        List<T> values = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            try {
                values.add(parse.apply(text.substring(start, end)));
            } catch (JacksonException e) {
                throw new DataException(
                        "RUN-004",
                        "'%s' is damaged in line %d: %s. Restore the file, or use another run."
                                .formatted(file, values.size() + 1, Json.reasonInLine(e)),
                        e);
            }
            start = end + 1;
        }
        return List.copyOf(values);
    }

    /** Replaces the file with these lines. */
    void replace(List<?> values) {
        StringBuilder lines = new StringBuilder();
        values.forEach(value -> lines.append(Json.line(value)).append('\n'));
        DurableFiles.write(file, lines.toString());
    }

    /** Keeps other processes from appending until the channel is closed. */
    private static void lockIfPossible(FileChannel channel) {
        try {
            channel.lock();
        } catch (IOException e) {
            // This file system has no locks; then one process at a time has to do.
        }
    }

    /**
     * Returns how many bytes whole lines take: all but a last line that a killed process left
     * unfinished.
     */
    private static long wholeLines(FileChannel channel) throws IOException {
        long end = channel.size();
        while (end > 0 && byteAt(channel, end - 1) != '\n') {
            end--;
        }
        return end;
    }

    private static byte byteAt(FileChannel channel, long position) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, position);
        return one.get(0);
    }
}
