package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

final class MetricsTests {

    @TempDir Path runs;

    private RunFolder run;
    private Metrics metrics;

    @BeforeEach
    void start() {
        run = RunFolder.create(runs, "a");
        metrics = new Metrics(run);
    }

    @Test
    void writesOneObjectPerLineInTheOrderGiven() throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("step", 50);
        values.put("split", "train");
        values.put("loss", 0.1);
        values.put("exits", List.of(3, 1));
        metrics.append(values, Map.of("seconds", 1.5));
        metrics.append(Map.of("step", 100L), Map.of());
        assertEquals(
                """
                {"step":50,"split":"train","loss":0.1,"exits":[3,1],"time":{"seconds":1.5}}
                {"step":100}
                """,
                Files.readString(run.metrics()));
    }

    @Test
    void keepsTheClockApart() {
        assertThrows(
                IllegalArgumentException.class, () -> metrics.append(Map.of("time", 1), Map.of()));
    }

    @Test
    void readsBackEveryDoubleExactly() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 2000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                String json = Json.line(Map.of("x", value));
                assertEquals("{\"x\":" + value + "}", json);
                assertEquals(value, Json.object(json).get("x"));
            }
        }
    }

    @Test
    void writesNullForNumbersThatAreNotFinite() throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("step", 1);
        values.put("a", Double.NaN);
        values.put("b", Double.POSITIVE_INFINITY);
        values.put("c", Float.NEGATIVE_INFINITY);
        metrics.append(values, Map.of());
        assertEquals(
                "{\"step\":1,\"a\":null,\"b\":null,\"c\":null}\n", Files.readString(run.metrics()));
        assertEquals(Double.NaN, Metrics.number(metrics.read().getFirst().get("a")));
    }

    @Test
    void readsTextsThatEarlierBuildsWroteInPlaceOfNull() throws IOException {
        Files.writeString(run.metrics(), "{\"step\":1,\"a\":\"NaN\",\"b\":\"-Infinity\"}\n");
        Map<String, Object> read = metrics.read().getFirst();
        assertEquals(Double.NaN, Metrics.number(read.get("a")));
        assertEquals(Double.NaN, Metrics.number(read.get("b")));
    }

    @Test
    void cutsOffWhatCameAfterACheckpoint() {
        metrics.append(Map.of("step", 1), Map.of());
        long length = metrics.syncedLength();
        metrics.append(Map.of("step", 2), Map.of());
        metrics.truncate(length);
        metrics.append(Map.of("step", 3), Map.of());
        assertEquals(List.of(Map.of("step", 1), Map.of("step", 3)), metrics.read());
    }

    @Test
    void refusesAFileShorterThanTheCheckpointSays() throws IOException {
        metrics.append(Map.of("step", 1), Map.of());
        String before = Files.readString(run.metrics());
        Thrown.message(
                "RUN-004",
                () -> metrics.truncate(100),
                run.metrics().toString(),
                "11 bytes",
                "had 100");
        assertEquals(before, Files.readString(run.metrics()));
    }

    @Test
    void refusesAMissingFileThatHadLines() {
        Thrown.message("RUN-004", () -> metrics.truncate(11), "0 bytes", "had 11");
    }

    @Test
    void refusesToCutWithinALine() throws IOException {
        metrics.append(Map.of("step", 1), Map.of());
        String before = Files.readString(run.metrics());
        Thrown.message("RUN-004", () -> metrics.truncate(5), "no line that ends at byte 5");
        assertEquals(before, Files.readString(run.metrics()));
    }

    @Test
    void cutsToNothingBeforeTheFirstLine() {
        metrics.truncate(0);
        assertEquals(List.of(), metrics.read());
    }

    @Test
    void dropsALineThatAKilledProcessLeftUnfinished() throws IOException {
        metrics.append(Map.of("step", 1), Map.of());
        Files.writeString(run.metrics(), "{\"step\":2,\"lo", StandardOpenOption.APPEND);
        assertEquals(List.of(Map.of("step", 1)), metrics.read());
        metrics.append(Map.of("step", 3), Map.of());
        assertEquals("{\"step\":1}\n{\"step\":3}\n", Files.readString(run.metrics()));
    }

    @Test
    void namesTheLineThatIsDamaged() throws IOException {
        metrics.append(Map.of("step", 1), Map.of());
        Files.writeString(run.metrics(), "{\"step\":\n{\"step\":3}\n", StandardOpenOption.APPEND);
        Thrown.message("RUN-004", metrics::read, run.metrics().toString(), "damaged in line 2");
    }
}
