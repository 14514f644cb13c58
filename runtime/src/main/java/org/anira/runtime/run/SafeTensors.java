package org.anira.runtime.run;

import org.anira.api.DataException;
import org.anira.api.Settings;
import org.anira.runtime.hash.Sha256;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named float32 tensors in the safetensors format: the length of the header in eight bytes,
 * little-endian; the header, a JSON object padded with spaces to a multiple of eight; the elements,
 * row-major and little-endian, in the header's order without gaps (<a
 * href="https://github.com/huggingface/safetensors#format">format</a>). Files are read by mapping
 * and written tensor by tensor, so they may be larger than the heap.
 *
 * @param tensors by name, in the file's order
 * @param metadata texts by key, the header's {@code __metadata__}
 */
public record SafeTensors(Map<String, Entry> tensors, Map<String, String> metadata) {

    private static final String METADATA = "__metadata__";
    private static final int MOST_HEADER_BYTES = 100_000_000;
    private static final int PIECE = 1 << 20;

    /** Little-endian, as are the machines that the backends run on; at any alignment. */
    private static final ValueLayout.OfFloat ELEMENT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Keeps the order of the maps. */
    public SafeTensors {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        if (tensors.containsKey(METADATA)) {
            throw new IllegalArgumentException("'%s' is no name for a tensor".formatted(METADATA));
        }
    }

    /**
     * One tensor.
     *
     * @param shape sizes of its axes; none for a single number
     * @param values its elements, row-major; not copied, so not to be changed
     */
    public record Entry(List<Long> shape, MemorySegment values) {

        /** Checks that the sizes fit the elements. */
        public Entry {
            shape = List.copyOf(shape);
            if (bytes(shape) != values.byteSize()) {
                throw new IllegalArgumentException(
                        "shape %s needs %d bytes, found %d"
                                .formatted(shape, bytes(shape), values.byteSize()));
            }
        }

        /** Makes a tensor from an array; throws as above. */
        public Entry(List<Long> shape, float[] values) {
            this(shape, MemorySegment.ofArray(values));
        }

        /** Returns a copy of the elements, which must fit an array. */
        public float[] floats() {
            return values.toArray(ELEMENT);
        }
    }

    /** Supplies the elements of tensors while they are written. */
    @FunctionalInterface
    public interface Source {
        /** Fills a segment, which has the size of a tensor, with its elements. */
        void read(String name, MemorySegment into);
    }

    /**
     * Writes a file atomically, and syncs it to disk. The elements are read tensor by tensor,
     * through off-heap memory of the size of the largest one.
     *
     * @param shapes by name, in the file's order
     * @param source supplies the elements; an exception ends the writing, and nothing is left
     *     behind
     * @return size and hash of the file
     * @throws DataException RUN-005 if that fails
     */
    static FileDigest write(
            Path file,
            Map<String, List<Long>> shapes,
            Map<String, String> metadata,
            Source source) {
        byte[] header = header(shapes, metadata);
        MessageDigest digest = Sha256.digest();
        long largest = shapes.values().stream().mapToLong(SafeTensors::bytes).max().orElse(0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(largest, Float.BYTES);
            DurableFiles.write(
                    file,
                    channel -> {
                        ByteBuffer start =
                                ByteBuffer.allocate(Long.BYTES + header.length)
                                        .order(ByteOrder.LITTLE_ENDIAN)
                                        .putLong(header.length)
                                        .put(header);
                        write(channel, digest, MemorySegment.ofBuffer(start.flip()));
                        for (Map.Entry<String, List<Long>> each : shapes.entrySet()) {
                            MemorySegment values = memory.asSlice(0, bytes(each.getValue()));
                            source.read(each.getKey(), values);
                            write(channel, digest, values);
                        }
                    });
        }
        long written = shapes.values().stream().mapToLong(SafeTensors::bytes).sum();
        return new FileDigest(Long.BYTES + header.length + written, Sha256.hex(digest));
    }

    private static void write(FileChannel channel, MessageDigest digest, MemorySegment bytes)
            throws IOException {
        for (long from = 0; from < bytes.byteSize(); from += PIECE) {
            long size = Math.min(PIECE, bytes.byteSize() - from);
            ByteBuffer piece = bytes.asSlice(from, size).asByteBuffer();
            digest.update(piece.duplicate());
            DurableFiles.writeFully(channel, piece);
        }
    }

    /**
     * Writes a file as above.
     *
     * @throws DataException RUN-005 if that fails
     */
    public void write(Path file) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        tensors.forEach((name, entry) -> shapes.put(name, entry.shape()));
        write(file, shapes, metadata, (name, into) -> into.copyFrom(tensors.get(name).values()));
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
     * Writes a new file tensor by tensor, in the order of the shapes.
     *
     * @param source supplies the elements; an exception ends the writing, and nothing is left
     *     behind
     * @throws DataException RUN-001 if it exists; RUN-005 if it cannot be made
     */
    public static void create(
            Path file,
            Map<String, List<Long>> shapes,
            Map<String, String> metadata,
            Source source) {
        DurableFiles.create(file, path -> write(path, shapes, metadata, source));
    }

    /**
     * Maps a file. Replacing or deleting the file does not affect the mapping. If it is truncated
     * in place, access to the lost part throws {@link InternalError}. Do not pass the mapped values
     * to native code: there, such an access would end the process.
     *
     * @param arena the caller's; it determines how long, and by which thread, the values can be
     *     read
     * @throws DataException RUN-004 if it is missing, cut off, damaged, or holds anything but
     *     float32
     */
    public static SafeTensors map(Path file, Arena arena) {
        try (FileChannel channel = RegularFiles.open(file)) {
            return map(file, channel, arena);
        } catch (IOException e) {
            throw DurableFiles.cannotRead(file, e);
        }
    }

    private static long bytes(List<Long> shape) {
        return shape.stream().reduce((long) Float.BYTES, Math::multiplyExact);
    }

    private static byte[] header(Map<String, List<Long>> shapes, Map<String, String> metadata) {
        Map<String, Object> header = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            header.put(METADATA, metadata);
        }
        long begin = 0;
        for (Map.Entry<String, List<Long>> each : shapes.entrySet()) {
            long end = Math.addExact(begin, bytes(each.getValue()));
            Map<String, Object> described = new LinkedHashMap<>();
            described.put("dtype", "F32");
            described.put("shape", each.getValue());
            described.put("data_offsets", List.of(begin, end));
            header.put(each.getKey(), described);
            begin = end;
        }
        String json = Json.line(header);
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return (json + " ".repeat(Math.floorMod(-length, Long.BYTES)))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static SafeTensors map(Path file, FileChannel channel, Arena arena) throws IOException {
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
        MemorySegment data =
                channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asSlice(dataStart);
        described.forEach((name, tensor) ->
                tensors.put(
                        name,
                        new Entry(
                                tensor.shape(),
                                data.asSlice(tensor.begin(), tensor.end() - tensor.begin()))));
        return new SafeTensors(tensors, metadata);
    }

    /** The header's entry of one tensor; offsets in bytes from the end of the header. */
    private record Described(List<Long> shape, long begin, long end) {}

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
     * Returns the header's entries of the tensors, in the order of their data, checked against the
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
            needed = bytes(shape);
        } catch (ArithmeticException e) {
            throw damaged(file, "tensor '%s' has the impossible shape %s".formatted(name, shape));
        }
        if (needed != bytes) {
            throw damaged(
                    file,
                    "tensor '%s' of shape %s needs %d bytes, found %d"
                            .formatted(name, shape, needed, bytes));
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
