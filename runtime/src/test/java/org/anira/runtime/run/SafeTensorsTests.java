package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.runtime.run.SafeTensors.Entry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

final class SafeTensorsTests {

    private static final ValueLayout.OfInt BITS =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    @TempDir Path folder;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void unmap() {
        arena.close();
    }

    @Test
    void readsBackWhatItWroteBitForBit() {
        SafeTensors written = sample();
        Path file = folder.resolve("a.safetensors");
        written.write(file);
        assertSame(written, read(file));
    }

    @Test
    void readsBackTensorsLargerThanOnePiece() {
        float[] values = new float[700_001];
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        Path file = folder.resolve("a.safetensors");
        new SafeTensors(Map.of("x", new Entry(List.of(700_001L), values)), Map.of()).write(file);
        assertArrayEquals(values, read(file).tensors().get("x").floats());
    }

    @Test
    void writesTensorAfterTensor() throws IOException {
        Path file = folder.resolve("a.safetensors");
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("large", List.of(3L, 200_000L));
        shapes.put("small", List.of(2L));
        List<String> asked = new ArrayList<>();
        FileDigest digest =
                SafeTensors.write(
                        file,
                        shapes,
                        Map.of(),
                        (name, into) -> {
                            asked.add(name + " " + into.byteSize());
                            into.fill((byte) asked.size());
                        });
        assertEquals(List.of("large 2400000", "small 8"), asked);
        assertEquals(FileDigest.of(file), digest);
        Map<String, Entry> tensors = read(file).tensors();
        assertEquals(0x01010101, tensors.get("large").values().get(BITS, 4 * 599_999));
        assertEquals(0x02020202, tensors.get("small").values().get(BITS, 4));
    }

    /** The file takes no space but for its ends. */
    @Test
    void mapsATensorOfMoreThanTwoGibibytes() throws IOException {
        long elements = (1L << 29) + 1;
        long end = Float.BYTES * elements;
        String header = described("x", "F32", "[" + elements + "]", "[0," + end + "]");
        Path file = raw(header.length(), header, 0);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer last = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 7);
            channel.write(last, Long.BYTES + header.length() + end - Float.BYTES);
        }
        MemorySegment values = read(file).tensors().get("x").values();
        assertEquals(end, values.byteSize());
        assertEquals(Float.floatToIntBits(7), values.get(BITS, end - Float.BYTES));
    }

    @Test
    void whatIsMappedOutlivesItsFile() throws IOException {
        Path file = folder.resolve("a.safetensors");
        sample().write(file);
        SafeTensors replaced = read(file);
        new SafeTensors(Map.of(), Map.of()).write(file);
        assertSame(sample(), replaced);
        sample().write(file);
        SafeTensors deleted = read(file);
        Files.delete(file);
        assertSame(sample(), deleted);
    }

    @Test
    void whatIsMappedEndsWithItsArena() {
        Path file = folder.resolve("a.safetensors");
        sample().write(file);
        Entry entry;
        try (Arena shorter = Arena.ofConfined()) {
            entry = SafeTensors.map(file, shorter).tensors().get("scalar");
        }
        assertThrows(IllegalStateException.class, entry::floats);
    }

    /** The process goes on. */
    @Test
    void whatIsMappedCanBeCutOff() throws IOException {
        Path file = folder.resolve("a.safetensors");
        long size = 1 << 20;
        SafeTensors.write(file, Map.of("x", List.of(size)), Map.of(), (_, _) -> {});
        Entry entry = read(file).tensors().get("x");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        try (Arena copy = Arena.ofConfined()) {
            MemorySegment into = copy.allocate(entry.values().byteSize());
            assertThrows(InternalError.class, () -> into.copyFrom(entry.values()));
        }
    }

    /** Parses the bytes by the format's text alone. */
    @Test
    void writesTheFormat() throws IOException {
        Path file = folder.resolve("a.safetensors");
        sample().write(file);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) bytes.getLong();
        assertEquals(0, length % 8);
        byte[] text = new byte[length];
        bytes.get(text);
        assertEquals('{', text[0]);
        JsonNode header = new ObjectMapper().readTree(text);
        assertEquals("1", header.get("__metadata__").get("step").asString());
        JsonNode matrix = header.get("recurrent.0.w");
        assertEquals("F32", matrix.get("dtype").asString());
        assertEquals("[2,3]", matrix.get("shape").toString());
        assertEquals("[0,24]", matrix.get("data_offsets").toString());
        assertEquals("[24,28]", header.get("scalar").get("data_offsets").toString());
        assertEquals("[]", header.get("scalar").get("shape").toString());
        assertEquals("[28,28]", header.get("empty").get("data_offsets").toString());
        for (float expected :
                new float[] {1.5f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, 3, 7}) {
            assertEquals(Float.floatToRawIntBits(expected), bytes.getInt());
        }
        assertEquals(0, bytes.remaining());
    }

    @Test
    void refusesAFileCutOffAtAnyByte() throws IOException {
        Path file = folder.resolve("a.safetensors");
        sample().write(file);
        byte[] whole = Files.readAllBytes(file);
        Path cut = folder.resolve("cut.safetensors");
        for (int length = 0; length < whole.length; length++) {
            Files.write(cut, Arrays.copyOf(whole, length));
            Thrown.message("RUN-004", () -> read(cut), cut.toString());
        }
    }

    @Test
    void refusesBytesAfterTheData() throws IOException {
        Path file = folder.resolve("a.safetensors");
        sample().write(file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length + 1));
        Thrown.message("RUN-004", () -> read(file), "end at byte 28 of the data, which has 29");
    }

    @Test
    void refusesAMissingFile() {
        Path file = folder.resolve("none.safetensors");
        Thrown.message("RUN-004", () -> read(file), file.toString(), "no such file");
    }

    @Test
    void refusesAHeaderLongerThanTheFile() throws IOException {
        Path file = raw(Long.MAX_VALUE, "{}", 0);
        Thrown.message("RUN-004", () -> read(file), "9223372036854775807 bytes, the file has 10");
    }

    @Test
    void refusesANegativeHeaderLength() throws IOException {
        Path file = raw(-1, "{}", 0);
        Thrown.message("RUN-004", () -> read(file), "18446744073709551615 bytes");
    }

    @Test
    void refusesAHeaderThatIsNoJson() throws IOException {
        refuses("{\"x\": ", 0, "the header is no JSON object");
        refuses("[1]", 0, "the header is no JSON object");
        refuses(
                described("x", "F32", "[1]", "[0,4]").replace("}}", "}} {}"),
                4,
                "the header is no JSON object");
    }

    @Test
    void refusesAnotherType() throws IOException {
        refuses(
                described("x", "BF16", "[2]", "[0,4]"),
                4,
                "tensor 'x' has dtype 'BF16', expected F32");
    }

    @Test
    void refusesAShapeThatDoesNotFitTheBytes() throws IOException {
        refuses(described("x", "F32", "[3]", "[0,8]"), 8, "shape [3] needs 12 bytes, found 8");
        refuses(described("x", "F32", "[4611686018427387904,4]", "[0,8]"), 8, "impossible shape");
        refuses(described("x", "F32", "[-2]", "[0,8]"), 8, "shape [-2], expected whole numbers");
        refuses(described("x", "F32", "[2.0]", "[0,8]"), 8, "expected whole numbers");
        refuses(described("x", "F32", "null", "[0,8]"), 8, "expected whole numbers");
    }

    @Test
    void refusesOffsetsThatMakeNoSense() throws IOException {
        refuses(described("x", "F32", "[2]", "[8,0]"), 8, "data_offsets [8, 0]");
        refuses(described("x", "F32", "[2]", "[0]"), 8, "data_offsets [0]");
        refuses(
                described("x", "F32", "[2]", "[0,8]"),
                4,
                "ends at byte 8 of the data, which has 4");
        refuses(
                described("x", "F32", "[1]", "[4,8]"),
                8,
                "begins at byte 4 of the data, expected 0: there is a gap");
    }

    @Test
    void refusesTensorsThatOverlap() throws IOException {
        String header =
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"y\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}";
        refuses(
                header,
                12,
                "tensor 'y' begins at byte 4 of the data, expected 8: it overlaps another");
    }

    @Test
    void refusesTheSameNameTwice() throws IOException {
        String header =
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                        + "\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
        refuses(header, 8, "the header is no JSON object");
    }

    @Test
    void keepsTheOldFileIfTheNewOneCannotBeWritten() throws IOException {
        Path blocked = Files.writeString(folder.resolve("file"), "x").resolve("a.safetensors");
        Thrown.message(
                "RUN-005", () -> sample().write(blocked), blocked.toString(), "Not a directory");
        assertEquals("x", Files.readString(folder.resolve("file")));
    }

    @Test
    void keepsTheOldFileIfTheNewOneHasNoSource() throws IOException {
        Path file = folder.resolve("a.safetensors");
        sample().write(file);
        assertThrows(
                IllegalStateException.class,
                () ->
                        SafeTensors.write(
                                file,
                                Map.of("x", List.of(1L)),
                                Map.of(),
                                (_, _) -> {
                                    throw new IllegalStateException("on purpose");
                                }));
        assertSame(sample(), read(file));
        assertEquals(List.of(file), DurableFiles.entries(folder));
    }

    @Test
    void aShapeMustFitItsValues() {
        assertThrows(IllegalArgumentException.class, () -> new Entry(List.of(2L), new float[3]));
    }

    /**
     * Needs Python with the packages safetensors and numpy; {@code -Danira.python} names another
     * interpreter.
     */
    @Test
    void agreesWithThePythonLibrary() throws IOException, InterruptedException {
        String python = System.getProperty("anira.python", "python3");
        if (run(python, "-c", "import safetensors.numpy, numpy") != 0) {
            String reason = "'%s' has no packages safetensors and numpy".formatted(python);
            System.out.println("Skipped: agreesWithThePythonLibrary: " + reason);
            Assumptions.abort(reason);
        }
        Path ours = folder.resolve("ours.safetensors");
        Path theirs = folder.resolve("theirs.safetensors");
        sample().write(ours);
        String script =
                """
                import sys, safetensors, safetensors.numpy as st
                with safetensors.safe_open(sys.argv[1], 'numpy') as f:
                    assert f.metadata() == {'step': '1'}, f.metadata()
                t = st.load_file(sys.argv[1])
                assert {k: v.shape for k, v in t.items()} == {'recurrent.0.w': (2, 3), 'scalar': (), 'empty': (0, 2)}
                assert t['recurrent.0.w'][0, 0] == 1.5 and t['scalar'] == 7
                st.save_file(t, sys.argv[2], metadata={'step': '1'})
                """;
        assertEquals(0, run(python, "-c", script, ours.toString(), theirs.toString()));
        SafeTensors back = read(theirs);
        assertEquals(sample().metadata(), back.metadata());
        assertEquals(sample().tensors().keySet(), back.tensors().keySet());
        sample().tensors().forEach((name, entry) -> assertEntry(entry, back.tensors().get(name)));
    }

    private SafeTensors read(Path file) {
        return SafeTensors.map(file, arena);
    }

    private static SafeTensors sample() {
        Map<String, Entry> tensors = new LinkedHashMap<>();
        tensors.put(
                "recurrent.0.w",
                new Entry(
                        List.of(2L, 3L),
                        new float[] {1.5f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, 3}));
        tensors.put("scalar", new Entry(List.of(), new float[] {7}));
        tensors.put("empty", new Entry(List.of(0L, 2L), new float[0]));
        return new SafeTensors(tensors, Map.of("step", "1"));
    }

    private static void assertSame(SafeTensors expected, SafeTensors found) {
        assertEquals(expected.metadata(), found.metadata());
        assertEquals(
                List.copyOf(expected.tensors().keySet()), List.copyOf(found.tensors().keySet()));
        expected.tensors().forEach((name, entry) -> assertEntry(entry, found.tensors().get(name)));
    }

    private static void assertEntry(Entry expected, Entry found) {
        assertEquals(expected.shape(), found.shape());
        assertArrayEquals(bits(expected.floats()), bits(found.floats()));
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    private static String described(String name, String type, String shape, String offsets) {
        return "{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
                .formatted(name, type, shape, offsets);
    }

    private void refuses(String header, int dataBytes, String what) throws IOException {
        Path file = raw(header.length(), header, dataBytes);
        String message = Thrown.message("RUN-004", () -> read(file), file.toString(), what);
        assertTrue(message.endsWith("Restore the file, or use another checkpoint."), message);
    }

    private Path raw(long length, String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + text.length + dataBytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(
                folder.resolve("raw.safetensors"), bytes.putLong(length).put(text).array());
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1; // there is no such interpreter
        }
    }
}
