package org.anira.runtime.run;

import org.anira.api.DataException;
import org.anira.api.Settings;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named float32 arrays in the safetensors format: the length of the header in eight bytes,
 * little-endian; the header, a JSON object padded with spaces to a multiple of eight; the arrays,
 * row-major and little-endian, in the header's order without gaps (<a
 * href="https://github.com/huggingface/safetensors#format">format</a>).
 *
 * @param tensors by name, in the file's order
 * @param metadata free texts, the header's {@code __metadata__}
 */
public record SafeTensors(Map<String, Entry> tensors, Map<String, String> metadata) {

    private static final String METADATA = "__metadata__";
    private static final int MOST_HEADER_BYTES = 100_000_000;
    private static final int PIECE = 1 << 20;

    /** Keeps the order of the maps. */
    public SafeTensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        if (tensors.containsKey(METADATA)) {
            throw new IllegalArgumentException("'%s' is no name for a tensor".formatted(METADATA));
        }
    }

    /**
     * One array.
     *
     * @param shape sizes of its axes; none for a single number
     * @param values its elements, row-major; not copied, so not to be changed
     */
    public record Entry(List<Long> shape, float[] values) {

        /** Checks that the sizes fit the elements. */
        public Entry {
            shape = List.copyOf(shape);
            if (elements(shape) != values.length) {
                throw new IllegalArgumentException(
                        "shape %s needs %d elements, found %d"
                                .formatted(shape, elements(shape), values.length));
            }
        }

        private static long elements(List<Long> shape) {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /**
     * Writes a file, complete or not at all, and brings it to the disk.
     *
     * @throws DataException RUN-005 if that fails
     */
    public void write(Path file) {
        byte[] header = header();
        DurableFiles.write(
                file,
                channel -> {
                    ByteBuffer start =
                            ByteBuffer.allocate(Long.BYTES + header.length)
                                    .order(ByteOrder.LITTLE_ENDIAN);
                    DurableFiles.writeFully(
                            channel, start.putLong(header.length).put(header).flip());
                    ByteBuffer piece =
                            ByteBuffer.allocateDirect(PIECE).order(ByteOrder.LITTLE_ENDIAN);
                    for (Entry entry : tensors.values()) {
                        writeValues(channel, piece, entry.values());
                    }
                });
    }

    /**
     * Writes a new file, as {@link DurableFiles#create} does.
     *
     * @throws DataException RUN-001 if it exists; RUN-005 if it cannot be made
     */
    public void create(Path file) {
        DurableFiles.create(file, this::write);
    }

    /**
     * Reads a file.
     *
     * @throws DataException RUN-004 if it is missing, cut off, damaged, or holds anything but
     *     float32
     */
    public static SafeTensors read(Path file) {
        try (FileChannel channel = RegularFiles.open(file)) {
            return read(file, channel);
        } catch (IOException e) {
            throw DurableFiles.cannotRead(file, e);
        }
    }

    private byte[] header() {
        Map<String, Object> header = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            header.put(METADATA, metadata);
        }
        long begin = 0;
        for (Map.Entry<String, Entry> each : tensors.entrySet()) {
            Entry entry = each.getValue();
            long end = begin + (long) entry.values().length * Float.BYTES;
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("dtype", "F32");
            described.put("shape", entry.shape());
            described.put("data_offsets", List.of(begin, end));
            header.put(each.getKey(), described);
            begin = end;
        }
        String json = Json.line(header);
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return (json + " ".repeat(Math.floorMod(-length, Long.BYTES)))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void writeValues(FileChannel channel, ByteBuffer piece, float[] values)
            throws IOException {
        for (int from = 0; from < values.length; from += PIECE / Float.BYTES) {
            int count = Math.min(PIECE / Float.BYTES, values.length - from);
            piece.clear().asFloatBuffer().put(values, from, count);
            DurableFiles.writeFully(channel, piece.limit(count * Float.BYTES));
        }
    }

    private static SafeTensors read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < Long.BYTES) {
            throw damaged(
                    file, "it has %d bytes, too few for the length of a header".formatted(size));
        }
        long length = readFully(channel, 0, Long.BYTES).getLong();
        if (length < 2 || length > size - Long.BYTES || length > MOST_HEADER_BYTES) {
            throw damaged(
                    file,
                    "the header would have %s bytes, the file has %d"
                            .formatted(Long.toUnsignedString(length), size));
        }
        String json = RegularFiles.text(readFully(channel, Long.BYTES, (int) length));
        Map<String, Object> header;
        try {
            header = Json.object(json);
        } catch (JacksonException e) {
            throw damaged(file, "the header is no JSON object: " + Json.reason(e));
        }
        Map<String, String> metadata = metadata(file, header.remove(METADATA));
        long dataStart = Long.BYTES + length;
        Map<String, Described> described = described(file, header, size - dataStart);
        Map<String, Entry> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, Described> each : described.entrySet()) {
            Described tensor = each.getValue();
            float[] values = readValues(channel, dataStart + tensor.begin(), tensor.elements());
            tensors.put(each.getKey(), new Entry(tensor.shape(), values));
        }
        return new SafeTensors(tensors, metadata);
    }

    /** What a header says of one tensor; offsets in bytes from the end of the header. */
    private record Described(List<Long> shape, long begin, long end) {
        int elements() {
            return (int) ((end - begin) / Float.BYTES);
        }
    }

    private static Map<String, String> metadata(Path file, Object value) {
        Map<String, String> metadata = new LinkedHashMap<>();
        switch (value) {
            case null -> {}
            case Map<?, ?> map ->
                    map.forEach((key, text) -> metadata.put(key.toString(), String.valueOf(text)));
            default -> throw damaged(file, "'%s' is no object".formatted(METADATA));
        }
        return metadata;
    }

    /**
     * Returns what the header says of the tensors, in the order of their data, checked against the
     * file's size.
     */
    private static Map<String, Described> described(
            Path file, Map<String, Object> header, long dataBytes) {
        Map<String, Described> unordered = new LinkedHashMap<>();
        header.forEach(
                (name, value) -> unordered.put(name, described(file, name, value, dataBytes)));
        Map<String, Described> ordered = new LinkedHashMap<>();
        unordered.entrySet().stream()
                .sorted(
                        Map.Entry.comparingByValue(
                                Comparator.comparingLong(Described::begin)
                                        .thenComparingLong(Described::end)))
                .forEach(each -> ordered.put(each.getKey(), each.getValue()));
        long end = 0;
        for (Map.Entry<String, Described> each : ordered.entrySet()) {
            if (each.getValue().begin() != end) {
                throw damaged(
                        file,
                        "tensor '%s' begins at byte %d of the data, expected %d: %s"
                                .formatted(
                                        each.getKey(),
                                        each.getValue().begin(),
                                        end,
                                        each.getValue().begin() < end
                                                ? "it overlaps another"
                                                : "there is a gap"));
            }
            end = each.getValue().end();
        }
        if (end != dataBytes) {
            throw damaged(
                    file,
                    "the tensors end at byte %d of the data, which has %d"
                            .formatted(end, dataBytes));
        }
        return ordered;
    }

    private static Described described(Path file, String name, Object value, long dataBytes) {
        if (!(value instanceof Map<?, ?> map)) {
            throw damaged(file, "tensor '%s' is not described by an object".formatted(name));
        }
        if (!"F32".equals(map.get("dtype"))) {
            throw damaged(
                    file,
                    "tensor '%s' has dtype %s, expected F32"
                            .formatted(name, Settings.shown(map.get("dtype"))));
        }
        List<Long> shape = wholeNumbers(file, name, "shape", map.get("shape"));
        List<Long> offsets = wholeNumbers(file, name, "data_offsets", map.get("data_offsets"));
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw damaged(
                    file,
                    "tensor '%s' has data_offsets %s, expected [begin, end]"
                            .formatted(name, Settings.shown(offsets)));
        }
        if (offsets.get(1) > dataBytes) {
            throw damaged(
                    file,
                    "tensor '%s' ends at byte %d of the data, which has %d"
                            .formatted(name, offsets.get(1), dataBytes));
        }
        long bytes = offsets.get(1) - offsets.get(0);
        long needed;
        try {
            needed = shape.stream().reduce((long) Float.BYTES, Math::multiplyExact);
        } catch (ArithmeticException e) {
            throw damaged(file, "tensor '%s' has the impossible shape %s".formatted(name, shape));
        }
        if (needed != bytes) {
            throw damaged(
                    file,
                    "tensor '%s' of shape %s needs %d bytes, found %d"
                            .formatted(name, shape, needed, bytes));
        }
        if (bytes / Float.BYTES > Integer.MAX_VALUE - 8) {
            throw damaged(
                    file,
                    "tensor '%s' of shape %s is too large for this build".formatted(name, shape));
        }
        return new Described(shape, offsets.get(0), offsets.get(1));
    }

    private static List<Long> wholeNumbers(Path file, String name, String key, Object value) {
        if (value instanceof List<?> list
                && list.stream()
                        .allMatch(each -> each instanceof Integer || each instanceof Long)) {
            List<Long> numbers = list.stream().map(each -> ((Number) each).longValue()).toList();
            if (numbers.stream().allMatch(each -> each >= 0)) {
                return numbers;
            }
        }
        throw damaged(
                file,
                "tensor '%s' has %s %s, expected whole numbers"
                        .formatted(name, key, Settings.shown(value)));
    }

    private static float[] readValues(FileChannel channel, long position, int count)
            throws IOException {
        float[] values = new float[count];
        for (int from = 0; from < count; from += PIECE / Float.BYTES) {
            int part = Math.min(PIECE / Float.BYTES, count - from);
            readFully(channel, position + (long) from * Float.BYTES, part * Float.BYTES)
                    .asFloatBuffer()
                    .get(values, from, part);
        }
        return values;
    }

    private static ByteBuffer readFully(FileChannel channel, long position, int count)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    private static DataException damaged(Path file, String what) {
        return new DataException(
                "RUN-004",
                "'%s' is no whole safetensors file: %s. Restore the file, or use another checkpoint."
                        .formatted(file, what));
    }
}
