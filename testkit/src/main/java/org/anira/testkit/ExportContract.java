package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import org.anira.api.DataException;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Programs become files that say what they are and give the program's numbers. */
interface ExportContract extends BackendTrial {

    /**
     * A file runs as the program it was written from, and says of itself what it was given; what is
     * no such file is refused. Without EXPORT there is no exporter, and loading is refused.
     *
     * @param folder for the files
     */
    @TestFactory
    default Stream<DynamicTest> export(@TempDir Path folder) {
        if (!has(Capability.EXPORT)) {
            return Stream.of(dynamicTest("refused", () -> exportIsRefused(folder)));
        }
        return Stream.of(
                dynamicTest("a file runs as its program", () -> aFileRuns(folder)),
                dynamicTest("a file says what it is", () -> aFileSaysWhatItIs(folder)),
                dynamicTest("other files are refused", () -> otherFilesAreRefused(folder)));
    }

    private void exportIsRefused(Path folder) {
        assertTrue(provider().exporter().isEmpty(), "an exporter without EXPORT");
        try (Bench bench = open()) {
            Refusal.BKD_002.of(
                    List.of("EXPORT"), () -> bench.session.load(folder.resolve("program")));
        }
    }

    private static Program program() {
        return (ops, x) -> {
            List<Tensor> end =
                    ops.loop(
                            1,
                            4,
                            x,
                            (d, carry) ->
                                    List.of(
                                            carry.get(0),
                                            carry.get(1)
                                                    .linear(ops.parameter("w"))
                                                    .tanh()
                                                    .add(d.cast(DType.FLOAT32))));
            return List.of(end.get(1), end.get(1).argmax(-1));
        };
    }

    private Exporter written(Path file) {
        Exporter exporter = provider().exporter().orElseThrow();
        exporter.write(
                new Exporter.Exported(
                        program(),
                        List.of(
                                Input.of("active", DType.BOOL, -1, -1),
                                Input.of("x", DType.FLOAT32, -1, -1, 2)),
                        List.of("state", "place"),
                        Map.of("x", List.of("batch", "time"), "state", List.of("batch", "time")),
                        List.of(Parameter.linear("w", 2, 2, 1)),
                        _ -> MemorySegment.ofArray(new float[] {1, -0.5f, 0.25f, 2}),
                        Map.of("task", "none", "rule", "α ≥ ½\nand more")),
                file,
                settings());
        return exporter;
    }

    private void aFileRuns(Path folder) {
        Path file = folder.resolve("program");
        written(file);
        try (Bench bench = open();
                Executable loaded = bench.session.load(file)) {
            assertEquals(List.of(), bench.session.parameters());
            for (long[] shape : List.of(new long[] {1, 1, 2}, new long[] {2, 3, 2})) {
                Numbers x = Numbers.of(DType.FLOAT32, shape, i -> 0.3 * i - 1);
                Numbers active = Numbers.of(DType.BOOL, new long[] {shape[0], shape[1]}, _ -> 1);
                try (Bench reference = Bench.reference();
                        Scope _ = bench.session.scope()) {
                    reference.define("w", Numbers.floats(new long[] {2, 2}, 1, -0.5, 0.25, 2));
                    List<Numbers> expected = reference.run(program(), active, x);
                    List<Tensor> outputs =
                            loaded.run(List.of(active.on(bench.session), x.on(bench.session)));
                    for (int i = 0; i < expected.size(); i++) {
                        expected.get(i)
                                .assertNear(
                                        Numbers.read(bench.session, outputs.get(i)),
                                        tolerance(),
                                        "output " + i);
                    }
                }
            }
        }
    }

    private void aFileSaysWhatItIs(Path folder) {
        Path file = folder.resolve("described");
        Exporter.Contents contents = written(file).read(file);
        assertEquals(
                List.of(
                        Input.of("active", DType.BOOL, -1, -1),
                        Input.of("x", DType.FLOAT32, -1, -1, 2)),
                contents.inputs());
        assertEquals(
                List.of(
                        Input.of("state", DType.FLOAT32, -1, -1, 2),
                        Input.of("place", DType.INT64, -1, -1)),
                contents.outputs());
        assertEquals(
                Map.of("task", "none", "rule", "α ≥ ½\nand more"), contents.metadata(), "metadata");
    }

    private void otherFilesAreRefused(Path folder) throws IOException {
        Exporter exporter = provider().exporter().orElseThrow();
        Path text = Files.writeString(folder.resolve("text"), "no program");
        for (Path file : List.of(text, folder.resolve("missing"))) {
            DataException thrown = assertThrows(DataException.class, () -> exporter.read(file));
            assertEquals("EXP-001", thrown.code(), thrown.getMessage());
            assertTrue(thrown.getMessage().contains(file.toString()), thrown.getMessage());
        }
    }
}
