package org.anira.runtime.run;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;

import org.anira.api.DataException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file. Each record is framed as in TFRecord: length (8 bytes, little-endian),
 * its masked CRC-32C, the data, their masked CRC-32C. The data are {@code tensorflow.Event}
 * messages; their field numbers are those of TensorBoard's event.proto and summary.proto. Only the
 * events' wall time and the file's name depend on the clock. Used by one thread.
 */
public final class EventFile implements AutoCloseable {

    private static final int CRC_MASK = 0xa282ead8;
    private static final int SESSION_STARTED = 1;
    private static final Pattern NAME =
            Pattern.compile("events\\.out\\.tfevents\\.([0-9]{10})\\..*");

    private final Path file;
    private final FileChannel channel;
    private final Clock clock;

    private EventFile(Path file, FileChannel channel, Clock clock) {
        this.file = file;
        this.channel = channel;
        this.clock = clock;
    }

    /** Writes the fields of a message. */
    @FunctionalInterface
    private interface Fields {
        void to(CodedOutputStream out) throws IOException;
    }

    /**
     * Starts the file of a new run.
     *
     * @param folder where event files lie; made if it does not exist
     * @throws DataException RUN-005 if it cannot be made
     */
    public static EventFile create(Path folder) {
        return create(folder, Clock.systemUTC());
    }

    static EventFile create(Path folder, Clock clock) {
        EventFile events = null;
        try {
            Files.createDirectories(folder);
            long second = Math.max(clock.instant().getEpochSecond(), lastSecond(folder) + 1);
            Path file =
                    folder.resolve(
                            "events.out.tfevents.%010d.%s".formatted(second, Machine.hostName()));
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            events = new EventFile(file, channel, clock);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(folder, e);
        }
        events.event(0, out -> out.writeString(3, "brain.Event:2"));
        return events;
    }

    /**
     * Starts a file for a resumed run. TensorBoard then drops the events of older files for the
     * repeated steps.
     *
     * @param first the first repeated step: the one after the checkpoint's
     * @throws DataException RUN-005 if it cannot be made
     */
    public static EventFile resume(Path folder, long first) {
        return resume(folder, first, Clock.systemUTC());
    }

    static EventFile resume(Path folder, long first, Clock clock) {
        EventFile events = create(folder, clock);
        events.event(first, out -> message(out, 7, log -> log.writeEnum(1, SESSION_STARTED)));
        return events;
    }

    /** Returns the file. */
    public Path file() {
        return file;
    }

    /**
     * Adds one event with a number for each tag, such as {@code train/loss}; TensorBoard groups
     * tags by the part before the slash.
     *
     * @throws DataException RUN-005 if that fails
     */
    public void scalars(long step, Map<String, ? extends Number> values) {
        event(
                step,
                out ->
                        message(
                                out,
                                5,
                                summary -> {
                                    for (Map.Entry<String, ? extends Number> each :
                                            values.entrySet()) {
                                        message(
                                                summary,
                                                1,
                                                value -> {
                                                    value.writeString(1, each.getKey());
                                                    value.writeFloat(
                                                            2, each.getValue().floatValue());
                                                });
                                    }
                                }));
    }

    /**
     * Adds a histogram over depths.
     *
     * @param counts how many tokens left at depth 1, 2, …
     * @throws DataException RUN-005 if that fails
     */
    public void depths(long step, String tag, long[] counts) {
        event(
                step,
                out ->
                        message(
                                out,
                                5,
                                summary ->
                                        message(
                                                summary,
                                                1,
                                                value -> {
                                                    value.writeString(1, tag);
                                                    message(
                                                            value,
                                                            5,
                                                            histogram ->
                                                                    histogram(histogram, counts));
                                                })));
    }

    /**
     * Closes the file.
     *
     * @throws DataException RUN-005 if the events cannot be synced to disk
     */
    @Override
    public void close() {
        try (channel) {
            channel.force(true);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(file, e);
        }
    }

    /** Writes a HistogramProto with a bucket of width 1 around each depth. */
    private static void histogram(CodedOutputStream out, long[] counts) throws IOException {
        double number = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < counts.length; i++) {
            double depth = i + 1;
            number += counts[i];
            sum += depth * counts[i];
            squares += depth * depth * counts[i];
        }
        out.writeDouble(1, 0.5);
        out.writeDouble(2, counts.length + 0.5);
        out.writeDouble(3, number);
        out.writeDouble(4, sum);
        out.writeDouble(5, squares);
        message(
                out,
                6,
                limits -> {
                    for (int depth = 1; depth <= counts.length; depth++) {
                        limits.writeDoubleNoTag(depth + 0.5);
                    }
                });
        message(
                out,
                7,
                buckets -> {
                    for (long count : counts) {
                        buckets.writeDoubleNoTag(count);
                    }
                });
    }

    /** Writes a field that holds a message, or a packed list. */
    private static void message(CodedOutputStream out, int field, Fields fields)
            throws IOException {
        out.writeBytes(field, ByteString.copyFrom(encoded(fields)));
    }

    private static byte[] encoded(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.to(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** Appends an Event of one step, in one piece. */
    private void event(long step, Fields what) {
        Instant now = clock.instant();
        byte[] data;
        try {
            data =
                    encoded(out -> {
                        out.writeDouble(1, now.getEpochSecond() + now.getNano() / 1e9);
                        out.writeInt64(2, step);
                        what.to(out);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array takes all bytes
        }
        ByteBuffer frame = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        frame.putLong(data.length);
        frame.putInt(maskedCrc(frame.array(), 0, Long.BYTES));
        frame.put(data);
        frame.putInt(maskedCrc(data, 0, data.length));
        try {
            DurableFiles.writeFully(channel, frame.flip());
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(file, e);
        }
    }

    private static int maskedCrc(byte[] bytes, int from, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, count);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    /**
     * Returns the newest second in the files' names: TensorBoard reads them in the order of their
     * names.
     */
    private static long lastSecond(Path folder) throws IOException {
        return DurableFiles.entries(folder).stream()
                .map(entry -> NAME.matcher(entry.getFileName().toString()))
                .filter(Matcher::matches)
                .mapToLong(name -> Long.parseLong(name.group(1)))
                .max()
                .orElse(0);
    }
}
