package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.TrainingException;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;
import org.anira.runtime.run.SafeTensors.Entry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class CheckpointsTests {

    @TempDir Path runs;

    private RunFolder run;
    private Checkpoints checkpoints;

    @BeforeEach
    void start() {
        run = RunFolder.create(runs, "a");
        checkpoints = new Checkpoints(run);
    }

    @Test
    void thereIsNoneAtFirst() {
        assertEquals(Optional.empty(), checkpoints.newest());
    }

    @Test
    void readsBackTheState() {
        write(checkpoints, state(1000), tensors(8, 1000), 0);
        CheckpointState read = checkpoints.newest().orElseThrow().state();
        assertEquals(state(1000), read);
        assertEquals(List.of("loss", "exact"), List.copyOf(read.sums().keySet()));
    }

    @Test
    void readsBackTheTensors() {
        write(checkpoints, state(1000), tensors(8, 1000), 0);
        CheckpointTensors written = tensors(8, 1000);
        try (Arena arena = Arena.ofConfined()) {
            CheckpointTensors read = checkpoints.at(1000).tensors(arena);
            assertSame(written.values(), read.values());
            assertSame(written.first(), read.first());
            assertSame(written.second(), read.second());
            assertSame(written.values(), checkpoints.at(1000).model(arena));
        }
    }

    private static void assertSame(Map<String, Entry> expected, Map<String, Entry> found) {
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(found.keySet()));
        expected.forEach(
                (name, entry) -> assertArrayEquals(entry.floats(), found.get(name).floats(), name));
    }

    /** As an evaluation reads one while a training goes on. */
    @Test
    void aDeletedOneCanBeReadAsLongAsItIsMapped() {
        write(checkpoints, state(100), tensors(8, 100), 1);
        try (Arena arena = Arena.ofConfined()) {
            CheckpointTensors read = checkpoints.at(100).tensors(arena);
            write(checkpoints, state(200), tensors(8, 200), 1);
            assertEquals(List.of(200L), checkpoints.steps());
            assertSame(tensors(8, 100).values(), read.values());
            assertSame(tensors(8, 100).second(), read.second());
        }
    }

    @Test
    void nothingIsLeftOfOneWhoseTensorsCannotBeRead() throws IOException {
        write(checkpoints, state(100), tensors(8, 100), 1);
        List<Parameter> parameters = List.of(Parameter.constant("w", 0, 8));
        for (Slot failing : List.of(Slot.VALUE, Slot.FIRST_MOMENT, Slot.SECOND_MOMENT)) {
            TrainingException thrown =
                    assertThrows(
                            TrainingException.class,
                            () ->
                                    checkpoints.write(
                                            state(200),
                                            parameters,
                                            (_, slot, _) -> {
                                                if (slot == failing) {
                                                    throw new TrainingException("RUN-002", "no");
                                                }
                                            },
                                            1));
            assertEquals("RUN-002", thrown.code());
            assertEquals(List.of("0000000100"), names(run.checkpoints()));
        }
        assertEquals(100, checkpoints.newest().orElseThrow().state().step());
    }

    @Test
    void hasTheFilesThatItsDocumentationNames() throws IOException {
        Checkpoint checkpoint = write(checkpoints, state(1000), tensors(8, 1000), 0);
        assertEquals(run.checkpoints().resolve("0000001000"), checkpoint.folder());
        assertEquals(
                List.of("model.safetensors", "optimizer.safetensors", "state.json"),
                names(checkpoint.folder()));
    }

    @Test
    void keepsTheNewest() {
        for (long step = 100; step <= 500; step += 100) {
            write(checkpoints, state(step), tensors(8, step), 2);
        }
        assertEquals(List.of(400L, 500L), checkpoints.steps());
    }

    @Test
    void keepsAllIfAsked() {
        for (long step = 100; step <= 500; step += 100) {
            write(checkpoints, state(step), tensors(8, step), 0);
        }
        assertEquals(5, checkpoints.steps().size());
    }

    @Test
    void cleansUpAfterACrash() throws IOException {
        write(checkpoints, state(100), tensors(8, 100), 2);
        Path left = Files.createDirectories(run.checkpoints().resolve(".0000000200.tmp"));
        Files.write(left.resolve("model.safetensors"), new byte[100]);
        assertEquals(List.of(100L), checkpoints.steps());
        checkpoints.resumeAt(100);
        assertFalse(Files.exists(left));
        Files.createDirectories(left);
        write(checkpoints, state(200), tensors(8, 200), 2);
        assertEquals(List.of("0000000100", "0000000200"), names(run.checkpoints()));
    }

    @Test
    void setsNewerOnesAsideWhenTrainingGoesOnBeforeThem() throws IOException {
        for (long step = 100; step <= 300; step += 100) {
            write(checkpoints, state(step), tensors(8, step), 0);
        }
        checkpoints.resumeAt(100);
        assertEquals(List.of(100L), checkpoints.steps());
        assertEquals(
                List.of("0000000100", "0000000200.aside", "0000000300.aside"),
                names(run.checkpoints()));
        write(checkpoints, state(200), tensors(8, 200), 0);
        checkpoints.resumeAt(100);
        assertTrue(names(run.checkpoints()).contains("0000000200-2.aside"));
    }

    @Test
    void leavesTheSameCheckpointAsItIs() throws IOException {
        Path folder = write(checkpoints, state(100), tensors(8, 100), 0).folder();
        Object key = Files.getLastModifiedTime(folder.resolve("state.json"));
        write(checkpoints, state(100), tensors(8, 100), 0);
        assertEquals(key, Files.getLastModifiedTime(folder.resolve("state.json")));
        assertEquals(List.of("0000000100"), names(run.checkpoints()));
    }

    @Test
    void refusesTensorFilesCutOffAnywhereAndNamesAGoodOne() throws IOException {
        write(checkpoints, state(900), tensors(1, 900), 0);
        write(checkpoints, state(1000), tensors(1, 1000), 0);
        Path file = run.checkpoints().resolve("0000001000/optimizer.safetensors");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            Thrown.message(
                    "RUN-004",
                    checkpoints::newest,
                    file.toString(),
                    "it has %d bytes, expected %d".formatted(length, whole.length),
                    "The checkpoint of step 900 is whole: 'anira train --resume %s --checkpoint 900'"
                            .formatted(run.path()));
        }
        assertEquals(900, checkpoints.at(900).state().step());
    }

    @Test
    void refusesAChangedByte() throws IOException {
        write(checkpoints, state(1000), tensors(8, 1000), 0);
        Path file = run.checkpoints().resolve("0000001000/model.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        Thrown.message(
                "RUN-004",
                checkpoints::newest,
                file.toString(),
                "contents have changed",
                "no older checkpoint");
    }

    @Test
    void refusesAStateCutOffAnywhere() throws IOException {
        write(checkpoints, state(1000), tensors(1, 1000), 0);
        Path file = run.checkpoints().resolve("0000001000/state.json");
        String whole = Files.readString(file).stripTrailing();
        for (int length = 0; length < whole.length(); length++) {
            Files.writeString(file, whole.substring(0, length));
            Thrown.message("RUN-004", checkpoints::newest, file.toString());
        }
    }

    @Test
    void refusesAMissingFile() throws IOException {
        write(checkpoints, state(1000), tensors(8, 1000), 0);
        Path file = run.checkpoints().resolve("0000001000/model.safetensors");
        Files.delete(file);
        Thrown.message("RUN-004", checkpoints::newest, file.toString(), "no such file");
    }

    @Test
    void passesOverADamagedOneWhenItLooksForAGoodOne() throws IOException {
        for (long step = 100; step <= 300; step += 100) {
            write(checkpoints, state(step), tensors(8, step), 0);
        }
        Files.delete(run.checkpoints().resolve("0000000300/state.json"));
        Files.delete(run.checkpoints().resolve("0000000200/state.json"));
        Thrown.message("RUN-004", checkpoints::newest, "0000000300", "--checkpoint 100");
    }

    @Test
    void refusesAFormatOfALaterBuild() throws IOException {
        write(checkpoints, state(1000), tensors(8, 1000), 0);
        Path file = run.checkpoints().resolve("0000001000/state.json");
        Files.writeString(file, "{\"format\": 3, \"what\": [\"this build cannot know\"]}");
        Thrown.message(
                "RUN-004",
                checkpoints::newest,
                file.toString(),
                "checkpoint format 3, this build reads up to 1");
    }

    @Test
    void refusesTheStateOfAnotherStep() throws IOException {
        write(checkpoints, state(1000), tensors(8, 1000), 0);
        Files.move(
                run.checkpoints().resolve("0000001000"), run.checkpoints().resolve("0000002000"));
        Thrown.message("RUN-004", checkpoints::newest, "it is not the state of step 2000");
    }

    @Test
    void saysWhichOnesThereAre() {
        write(checkpoints, state(100), tensors(8, 100), 0);
        write(checkpoints, state(200), tensors(8, 200), 0);
        Thrown.message(
                "RUN-004",
                () -> checkpoints.at(150),
                "no checkpoint of step 150",
                "There are: [100, 200]");
    }

    @Test
    void cannotBeWrittenBelowAFile() throws IOException {
        Files.writeString(run.checkpoints(), "x");
        Thrown.message(
                "RUN-005",
                () -> write(checkpoints, state(100), tensors(8, 100), 0),
                run.checkpoints().toString(),
                "Check that its folder exists");
    }

    static CheckpointState state(long step) {
        Map<String, Double> sums = new LinkedHashMap<>();
        sums.put("loss", 0.1 + 0.2 * step);
        sums.put("exact", Double.MIN_VALUE);
        return new CheckpointState(
                step,
                -3L,
                step * 64,
                sums,
                12_345,
                Map.of("accuracy", 0.5, "n", 1000, "exits", List.of(1, 2, 3)),
                "0123",
                Map.of("some-plugin", "ab"),
                "float32",
                2,
                32,
                Optional.of("compiled"));
    }

    /** Returns tensors of which one has so many elements; all have the step in them. */
    static CheckpointTensors tensors(int size, long step) {
        float[] values = new float[size];
        Arrays.fill(values, step);
        Entry large = new Entry(List.of((long) size), values);
        Entry small = new Entry(List.of(), new float[] {-step});
        Map<String, Entry> parameters = new LinkedHashMap<>();
        parameters.put("w", large);
        parameters.put("b", small);
        Map<String, Entry> moments = new LinkedHashMap<>();
        moments.put("w", new Entry(List.of((long) size), values.clone()));
        moments.put("b", new Entry(List.of(), new float[] {step + 0.5f}));
        return new CheckpointTensors(parameters, moments, parameters);
    }

    /** Writes a checkpoint of tensors that are there. */
    static Checkpoint write(
            Checkpoints checkpoints, CheckpointState state, CheckpointTensors tensors, int keep) {
        List<Parameter> parameters =
                tensors.values().entrySet().stream()
                        .map(each ->
                                new Parameter(
                                        each.getKey(),
                                        each.getValue().shape(),
                                        new Parameter.Init.Constant(0)))
                        .toList();
        return checkpoints.write(
                state,
                parameters,
                (name, slot, into) -> {
                    Map<String, Entry> held =
                            switch (slot) {
                                case VALUE -> tensors.values();
                                case FIRST_MOMENT -> tensors.first();
                                case SECOND_MOMENT -> tensors.second();
                                case GRADIENT -> throw new IllegalArgumentException(name);
                            };
                    into.copyFrom(held.get(name).values());
                },
                keep);
    }

    private static List<String> names(Path folder) throws IOException {
        return DurableFiles.entries(folder).stream()
                .map(entry -> entry.getFileName().toString())
                .toList();
    }
}
