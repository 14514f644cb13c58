package org.anira.runtime.run;

import org.anira.api.DataException;

import tools.jackson.core.JacksonException;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
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

    /**
     * The largest line in bytes, far more than needed: a line has some numbers for each depth or
     * knob.
     */
    private static final int LONGEST_LINE = 1 << 22;

    private final Path file;

    JsonLines(Path file) {
        this.file = file;
    }

    /** Returns the file's length in bytes; 0 if there is none. */
    long length() {
        try {
            return Files.exists(requireFile()) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw DurableFiles.cannotRead(file, e);
        }
    }

    /**
     * Appends lines, all or none. Several processes may append at once. When this returns, the
     * lines survive the end of this process, but not a crash of the machine.
     *
     * @throws DataException RUN-005 if that fails
     */
    void append(List<?> values) {
        StringBuilder lines = new StringBuilder();
        values.forEach(value -> lines.append(Json.line(value)).append('\n'));
        try (FileChannel channel =
                FileChannel.open(
                        requireFile(),
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

    /** Returns the file, which is regular if it exists. */
    private Path requireFile() throws IOException {
        if (Files.exists(file)) {
            RegularFiles.require(file);
        }
        return file;
    }

    /** Syncs the appended lines to disk. */
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
     * Checks that the file can be truncated to a length in bytes.
     *
     * @throws DataException RUN-004 if it is shorter, or would end within a line
     */
    void requireEnd(long length) {
        if (length() < length) {
            throw new DataException(
                    "RUN-004",
                    "'%s' has %d bytes, but the checkpoint was written when it had %d. Lines are missing; restore the file."
                            .formatted(file, length(), length));
        }
        if (length == 0) {
            return;
        }
        try (FileChannel channel = RegularFiles.open(file)) {
            if (byteAt(channel, length - 1) != '\n') {
                throw new DataException(
                        "RUN-004",
                        "'%s' has no line that ends at byte %d, where the checkpoint says one ends. It was changed; restore it."
                                .formatted(file, length));
            }
        } catch (IOException e) {
            throw DurableFiles.cannotRead(file, e);
        }
    }

    /**
     * Truncates the file to a length in bytes.
     *
     * @throws DataException RUN-004 if it is shorter, or would end within a line
     */
    void truncate(long length) {
        requireEnd(length);
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
            channel.force(true);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(file, e);
        }
    }

    /**
     * Returns the object of each line; empty if there is no file. A last line without a line break
     * is left out: it is being written, or its writer was killed.
     *
     * @throws DataException RUN-004 if another line cannot be read
     */
    <T> List<T> read(Function<String, T> parse) {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<T> values = new ArrayList<>();
        try (InputStream in =
                new BufferedInputStream(Channels.newInputStream(RegularFiles.open(file)))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next != '\n') {
                    line.write(next);
                    if (line.size() > LONGEST_LINE) {
                        throw damaged(
                                values.size(),
                                "it has more than %d bytes".formatted(LONGEST_LINE),
                                null);
                    }
                } else {
                    values.add(parse(line, values.size(), parse));
                    line.reset();
                }
            }
        } catch (IOException e) {
            throw DurableFiles.cannotRead(file, e);
        }
        return List.copyOf(values);
    }

    private <T> T parse(ByteArrayOutputStream line, int before, Function<String, T> parse) {
        try {
            return parse.apply(RegularFiles.text(ByteBuffer.wrap(line.toByteArray())));
        } catch (JacksonException e) {
            throw damaged(before, Json.reasonInLine(e), e);
        } catch (IllegalArgumentException e) {
            throw damaged(before, e.getMessage(), e);
        } catch (IOException e) {
            throw damaged(before, DurableFiles.reason(e), e);
        }
    }

    /** Returns the error for a line. @param before the number of lines before it */
    private DataException damaged(int before, String what, Exception cause) {
        return new DataException(
                "RUN-004",
                "'%s' is damaged in line %d: %s. Restore the file, or use another run."
                        .formatted(file, before + 1, what),
                cause);
    }

    /** Replaces the file with these lines. */
    void replace(List<?> values) {
        StringBuilder lines = new StringBuilder();
        values.forEach(value -> lines.append(Json.line(value)).append('\n'));
        DurableFiles.write(file, lines.toString());
    }

    /**
     * Locks the file against other processes until the channel is closed, if the file system has
     * locks.
     */
    private static void lockIfPossible(FileChannel channel) {
        try {
            channel.lock();
        } catch (IOException e) {
            // This file system has no locks; then one process at a time has to do.
        }
    }

    /**
     * Returns the length of the complete lines in bytes, without a last line that a killed process
     * left unfinished.
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
