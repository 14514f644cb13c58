package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

final class EventFileTests {

    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochMilli(1_800_000_000_250L), ZoneOffset.UTC);

    @TempDir Path folder;

    @Test
    void beginsWithTheFormatsVersion() throws IOException {
        EventFile events = EventFile.create(folder, CLOCK);
        events.close();
        Map<Integer, Object> first = fields(records(events.file()).getFirst());
        assertEquals("brain.Event:2", text(first.get(3)));
        assertEquals(1_800_000_000.25, Double.longBitsToDouble((long) first.get(1)));
    }

    @Test
    void holdsScalars() throws IOException {
        EventFile events = EventFile.create(folder, CLOCK);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("train/loss", 0.25);
        values.put("train/rate", 1e-3);
        events.scalars(50, values);
        events.close();
        Map<Integer, Object> event = fields(records(events.file()).get(1));
        assertEquals(50L, event.get(2));
        List<byte[]> summary = repeated((byte[]) event.get(5));
        assertEquals(2, summary.size());
        assertEquals("train/loss", text(fields(summary.get(0)).get(1)));
        assertEquals(0.25f, Float.intBitsToFloat((int) fields(summary.get(0)).get(2)));
        assertEquals(1e-3f, Float.intBitsToFloat((int) fields(summary.get(1)).get(2)));
    }

    @Test
    void holdsHistogramsOfDepths() throws IOException {
        EventFile events = EventFile.create(folder, CLOCK);
        events.depths(9, "exits", new long[] {3, 0, 2});
        events.close();
        Map<Integer, Object> event = fields(records(events.file()).get(1));
        Map<Integer, Object> value = fields(repeated((byte[]) event.get(5)).getFirst());
        assertEquals("exits", text(value.get(1)));
        Map<Integer, Object> histogram = fields((byte[]) value.get(5));
        assertEquals(5.0, Double.longBitsToDouble((long) histogram.get(3)), "how many");
        assertEquals(9.0, Double.longBitsToDouble((long) histogram.get(4)), "sum of depths");
        assertEquals(21.0, Double.longBitsToDouble((long) histogram.get(5)), "sum of squares");
        assertEquals(List.of(1.5, 2.5, 3.5), doubles((byte[]) histogram.get(6)));
        assertEquals(List.of(3.0, 0.0, 2.0), doubles((byte[]) histogram.get(7)));
    }

    @Test
    void dropsLaterStepsWhenARunGoesOn() throws IOException {
        EventFile events = EventFile.resume(folder, 401, CLOCK);
        events.close();
        Map<Integer, Object> second = fields(records(events.file()).get(1));
        assertEquals(401L, second.get(2), "the first step that TensorBoard drops");
        assertEquals(1L, fields((byte[]) second.get(7)).get(1), "SessionLog.START");
    }

    @Test
    void sortsAfterEarlierFilesEvenIfTheClockStandsStill() {
        EventFile first = EventFile.create(folder, CLOCK);
        EventFile second = EventFile.resume(folder, 1, CLOCK);
        first.close();
        second.close();
        assertTrue(first.file().toString().compareTo(second.file().toString()) < 0);
    }

    @Test
    void cannotBeMadeBelowAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Thrown.message("RUN-005", () -> EventFile.create(file.resolve("tb")), "file/tb");
    }

    /**
     * The check sum that the frames are checked with is the published one (RFC 3720, B.4 has its
     * parameters).
     */
    @Test
    void theCheckSumOfThisTestIsRight() {
        assertEquals(0xE3069283, crc("123456789".getBytes(StandardCharsets.US_ASCII)));
    }

    /**
     * Returns the records, after checking lengths and check sums by an implementation of its own.
     */
    private static List<byte[]> records(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<byte[]> records = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            assertEquals(masked(crc(length)), bytes.getInt());
            byte[] data =
                    new byte
                            [(int)
                                    ByteBuffer.wrap(length)
                                            .order(ByteOrder.LITTLE_ENDIAN)
                                            .getLong()];
            bytes.get(data);
            assertEquals(masked(crc(data)), bytes.getInt());
            records.add(data);
        }
        return records;
    }

    private static int masked(int crc) {
        return (crc >>> 15 | crc << 17) + 0xa282ead8;
    }

    private static int crc(byte[] bytes) {
        int crc = -1;
        for (byte each : bytes) {
            crc ^= each & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ (crc & 1) * 0x82F63B78;
            }
        }
        return ~crc;
    }

    /** Returns the last value of each field: Long, Integer or bytes by wire type. */
    private static Map<Integer, Object> fields(byte[] message) throws IOException {
        Map<Integer, Object> fields = new LinkedHashMap<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            Object value =
                    switch (WireFormat.getTagWireType(tag)) {
                        case WireFormat.WIRETYPE_VARINT -> in.readInt64();
                        case WireFormat.WIRETYPE_FIXED64 -> in.readFixed64();
                        case WireFormat.WIRETYPE_FIXED32 -> in.readFixed32();
                        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readByteArray();
                        default -> throw new IOException("wire type of tag " + tag);
                    };
            fields.put(WireFormat.getTagFieldNumber(tag), value);
        }
        return fields;
    }

    /** Returns all values of field 1. */
    private static List<byte[]> repeated(byte[] message) throws IOException {
        List<byte[]> values = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            assertEquals(1, WireFormat.getTagFieldNumber(tag));
            values.add(in.readByteArray());
        }
        return values;
    }

    private static List<Double> doubles(byte[] packed) {
        double[] values = new double[packed.length / 8];
        ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
        return Arrays.stream(values).boxed().toList();
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
