package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.runtime.statistics.Estimate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Files of a run that hold something else than what was written into them. */
final class DamagedFilesTests {

    @TempDir Path runs;
    private RunFolder run;

    /** Each file of a run that is read, and what reads it. */
    enum Kind {
        STATUS("status.json") {
            @Override
            void read(RunFolder run) {
                run.status();
            }
        },
        PROVENANCE("provenance.json") {
            @Override
            void read(RunFolder run) {
                Provenance.read(run);
            }
        },
        STATE("checkpoints/0000000004/state.json") {
            @Override
            void read(RunFolder run) {
                new Checkpoints(run).newest();
            }
        },
        EVALUATIONS("evaluations.jsonl") {
            @Override
            void read(RunFolder run) {
                new Evaluations(run).read();
            }
        },
        METRICS("metrics.jsonl") {
            @Override
            void read(RunFolder run) {
                new Metrics(run).read();
            }
        },
        TENSORS("some.safetensors") {
            @Override
            void read(RunFolder run) {
                try (Arena arena = Arena.ofConfined()) {
                    SafeTensors.map(file(run), arena);
                }
            }
        };

        private final String name;

        Kind(String name) {
            this.name = name;
        }

        Path file(RunFolder run) {
            return run.path().resolve(name);
        }

        abstract void read(RunFolder run);
    }

    @BeforeEach
    void write() {
        run = RunFolder.create(runs, "a");
        new Provenance(
                        "0.1.0",
                        Optional.empty(),
                        List.of("train"),
                        List.of(Map.of("id", "some", "sha256", "ab")),
                        new Provenance.Backend("some", "libsome 1.2", "cpu", 2),
                        Optional.of("eager"),
                        Machine.current(),
                        Map.of("training", 3L),
                        "cd",
                        Optional.of(Map.of("L", "operators")),
                        Optional.empty(),
                        Instant.parse("2026-01-02T03:04:05Z"),
                        Optional.empty())
                .write(run);
        SafeTensors.Entry weights = new SafeTensors.Entry(List.of(2L), new float[] {1, 2});
        new SafeTensors(Map.of("w", weights), Map.of()).write(Kind.TENSORS.file(run));
        CheckpointsTests.write(
                new Checkpoints(run),
                CheckpointsTests.state(4),
                new CheckpointTensors(
                        Map.of("w", weights), Map.of("w", weights), Map.of("w", weights)),
                0);
        new Evaluations(run).append(List.of(result(), result()));
        new Metrics(run).append(Map.of("step", 4, "split", "train"), Map.of("seconds", 1.5));
    }

    private static PointResult result() {
        return new PointResult(
                PointResult.SCHEMA,
                4,
                "median",
                "dense",
                Map.of("L", 3),
                true,
                8,
                2,
                0.25,
                0.1,
                0.5,
                OptionalDouble.of(0.5),
                0.5,
                "x",
                0.7,
                new Estimate(1.5, 1, 2),
                new Estimate(1.5, 1, 2),
                1.5,
                OptionalDouble.empty(),
                List.of(4L, 4L),
                List.of(8L, 8L),
                24,
                16,
                16,
                0.5,
                1,
                OptionalLong.empty(),
                Optional.of(Map.of("score", new Estimate(1, 0, 2))),
                Optional.empty());
    }

    private void refused(Kind kind, String... parts) {
        String message =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () -> Thrown.message("RUN-004", () -> kind.read(run), parts));
        assertTrue(message.contains(kind.file(run).toString()), message);
        assertFalse(message.contains("Exception") || message.contains("java"), message);
        assertFalse(message.contains("`"), message);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatWasWrittenIsRead(Kind kind) {
        kind.read(run);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theDocumentNullIsRefused(Kind kind) throws IOException {
        Files.writeString(kind.file(run), "null\n");

        refused(kind);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anotherDocumentIsRefused(Kind kind) throws IOException {
        for (String other : List.of("[]", "5", "\"text\"", "{} {}", "{}", "[".repeat(100_000))) {
            Files.writeString(kind.file(run), other + "\n");
            refused(kind);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void bytesThatAreNoTextAreRefused(Kind kind) throws IOException {
        Files.write(kind.file(run), "{\"\u00e9\":1}\n".getBytes(StandardCharsets.ISO_8859_1));

        refused(kind);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aFolderIsRefused(Kind kind) throws IOException {
        Files.delete(kind.file(run));
        Files.createDirectory(kind.file(run));

        refused(kind, "it is a folder");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatNeverEndsIsRefusedAtOnce(Kind kind) throws Exception {
        Files.delete(kind.file(run));
        Process made = new ProcessBuilder("mkfifo", kind.file(run).toString()).start();
        assertEquals(0, made.waitFor());
        refused(kind, "it is no regular file");

        Files.delete(kind.file(run));
        Files.createSymbolicLink(kind.file(run), Path.of("/dev/zero"));
        refused(kind, "it is no regular file");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void gigabytesAreRefused(Kind kind) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(kind.file(run).toFile(), "rw")) {
            file.setLength(5L << 30);
        }

        refused(kind);
    }

    @Test
    void aCheckpointOfAnotherSizeIsRefusedBeforeItIsRead() throws IOException {
        Path tensors = Kind.STATE.file(run).resolveSibling(Checkpoint.MODEL);
        try (RandomAccessFile file = new RandomAccessFile(tensors.toFile(), "rw")) {
            file.setLength(1L << 40);
        }

        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () ->
                        Thrown.message(
                                "RUN-004",
                                () -> Kind.STATE.read(run),
                                tensors.toString(),
                                "it has 1099511627776 bytes"));
    }

    @ParameterizedTest
    @EnumSource(names = {"EVALUATIONS", "METRICS"})
    void aLineOfMegabytesIsRefused(Kind kind) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(kind.file(run).toFile(), "rw")) {
            file.setLength(5_000_000);
        }

        refused(kind, "it has more than 4194304 bytes");
    }

    /** What stands in the file, what is put in its place, and what is said. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    STATUS      | "step" : 0              | "step" : null             | 'step'
                    STATUS      | "step" : 0              | "step" : -7               | 'step' is -7
                    STATUS      | "step" : 0              | "step" : "0"              | 'step'
                    STATUS      | "step" : 0              | "step" : 0.5              | 'step'
                    STATUS      | "step" : 0              | "step" : 99999999999999999999 | 'step'
                    STATUS      | "step" : 0              | "stop" : 0                | 'step' is missing
                    STATUS      | "step" : 0              | "step" : 0, "step" : 0    | Duplicate
                    STATUS      | "state" : "running"     | "state" : 0               | 'state'
                    STATUS      | "state" : "running"     | "state" : "asleep"        | 'state'
                    STATUS      | "message" : ""          | "message" : 5             | 'message'
                    PROVENANCE  | "training" : 3          | "training" : null         | 'seeds.training' is null
                    PROVENANCE  | "threads" : 2           | "threads" : true          | 'backend.threads'
                    PROVENANCE  | "sha256" : "ab"         | "sha256" : null           | 'plugins.sha256' is no text
                    PROVENANCE  | [ "train" ]             | [ null ]                  | damaged
                    STATE       | "format" : 1            | "format" : null           | format
                    STATE       | "step" : 4              | "step" : 5                | step 4
                    STATE       | "metrics_bytes" : 12345 | "metrics_bytes" : -7      | 'state.metrics_bytes' is -7
                    STATE       | "exact" : 4.9E-324      | "exact" : null            | 'state.sums.exact'
                    STATE       | "exact" : 4.9E-324      | "exact" : 1e999           | 'state.sums.exact'
                    STATE       | "exact" : 4.9E-324      | "exact" : "1"             | 'state.sums.exact'
                    STATE       | "some-plugin" : "ab"    | "some-plugin" : null      | 'state.plugins.some-plugin'
                    STATE       | "threads" : 2           | "threads" : -2            | 'state.threads' is -2
                    STATE       | "bytes" :               | "bytes" : -               | state.json
                    EVALUATIONS | "n":8                   | "n":-8                    | line 1: 'n' is -8
                    EVALUATIONS | "n":8                   | "n":9007199254740993      | line 1: 'n' is
                    EVALUATIONS | "correct":2             | "correct":9               | 9 of 8
                    EVALUATIONS | "accuracy":0.25         | "accuracy":"0.25"         | 'accuracy'
                    EVALUATIONS | "accuracy":0.25         | "accuracy":25             | 'accuracy' is 25
                    EVALUATIONS | "trained":true          | "trained":1               | 'trained'
                    EVALUATIONS | {"L":3}                 | {}                        | 'point' has no axis
                    EVALUATIONS | {"L":3}                 | {"L":null}                | 'point.L' is null
                    EVALUATIONS | {"L":3}                 | {"M":3}                   | line 2: its axes are
                    EVALUATIONS | [4,4]                   | [4,null]                  | line 1
                    EVALUATIONS | [4,4]                   | [4,-4]                    | 'exits' is -4
                    EVALUATIONS | {"score":               | {"none":null,"score":     | 'scores.none' is null
                    EVALUATIONS | "seconds":0.5           | "seconds":null            | 'seconds'
                    EVALUATIONS | anira.evaluation/1      | anira.evaluation/2        | anira.evaluation/2
                    METRICS     | "step":4                | "step":null               | line 1: it has no step
                    METRICS     | "step":4                | "step":4,"loss":"low"     | the value of 'loss'
                    METRICS     | "step":4                | "step":4,"loss":[1]       | the value of 'loss'
                    METRICS     | {"seconds":1.5}         | 1.5                       | the value of 'time'
                    """)
    void aValueThatDoesNotFitIsRefused(Kind kind, String before, String after, String said)
            throws IOException {
        String text = Files.readString(kind.file(run));
        assertTrue(text.contains(before), text);
        Files.writeString(
                kind.file(run),
                text.substring(0, text.indexOf(before))
                        + after
                        + text.substring(text.indexOf(before) + before.length()));

        refused(kind, said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluations.jsonl", "metrics.jsonl"})
    void nothingIsAppendedToWhatIsNoFile(String name) throws Exception {
        Path file = run.path().resolve(name);
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/dev/null"));

        Thrown.message(
                "RUN-005",
                () -> {
                    if (name.startsWith("m")) {
                        new Metrics(run).append(Map.of("step", 1), Map.of());
                    } else {
                        new Evaluations(run).append(List.of(result()));
                    }
                },
                "it is no regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"NaN\""})
    void anUnknownNumberOfAStateIsNullHoweverItIsWritten(String unknown) throws IOException {
        Path file = Kind.STATE.file(run);
        Files.writeString(
                file,
                Files.readString(file).replace("\"accuracy\" : 0.5", "\"accuracy\" : " + unknown));

        Map<String, Object> read =
                new Checkpoints(run).newest().orElseThrow().state().lastEvaluation();
        assertTrue(read.containsKey("accuracy"));
        assertEquals(null, read.get("accuracy"));
    }
}
