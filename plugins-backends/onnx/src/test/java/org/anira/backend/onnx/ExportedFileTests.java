package org.anira.backend.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.Settings;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Files: with weights inside and beside, and files that are none of ours. */
class ExportedFileTests {

    private static final OnnxBackendProvider PROVIDER = new OnnxBackendProvider();
    private static final Parameter W = Parameter.linear("w", 2, 3, 1);

    @TempDir Path folder;

    private static Settings settings(int opset) {
        return Settings.of(
                "backend.options",
                PROVIDER.options(),
                Map.of("device", "cpu", "threads", 1, "opset", opset));
    }

    /** x · wᵀ + Σ w, so that w is stored in both forms. */
    private Path written(long largest, int opset) {
        Path file = folder.resolve("model.onnx");
        new OnnxExporter(largest)
                .write(
                        new Exporter.Exported(
                                (ops, in) ->
                                        List.of(
                                                in.getFirst()
                                                        .linear(ops.parameter("w"))
                                                        .add(ops.parameter("w").sum())),
                                List.of(Input.of("x", DType.FLOAT32, -1, 3)),
                                List.of("y"),
                                Map.of("x", List.of("rows"), "y", List.of("rows")),
                                List.of(W),
                                _ -> MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6}),
                                Map.of("who", "a test")),
                        file,
                        settings(opset));
        return file;
    }

    private static float[] run(Path file) {
        try (Session session = PROVIDER.open(settings(23));
                Scope _ = session.scope();
                Executable program = session.load(file)) {
            return session.floats(
                    program.run(List.of(session.tensor(new float[] {1, 0, -1}, 1, 3))).getFirst());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {23, 20, 17})
    void aFileRunsAsItsProgram(int opset) {
        assertArrayEquals(new float[] {19, 19}, run(written(1000, opset)));
        assertFalse(Files.exists(folder.resolve("model.onnx.data")));
    }

    @Test
    void largeWeightsLieBesideTheModel() throws IOException {
        Path file = written(10, 23);

        assertArrayEquals(new float[] {19, 19}, run(file));
        assertEquals(4096 + 24, Files.size(folder.resolve("model.onnx.data")));
        assertTrue(
                ModelProto.parseFrom(Files.readAllBytes(file))
                        .getGraph()
                        .getInitializerList()
                        .stream()
                        .filter(tensor -> tensor.getName().startsWith("w"))
                        .allMatch(tensor -> tensor.getExternalDataCount() == 3));
    }

    @Test
    void aFileWithoutTheOneBesideItIsRefused() throws IOException {
        Path file = written(10, 23);
        Files.delete(folder.resolve("model.onnx.data"));

        assertRefused(file, "model.onnx.data");
    }

    @Test
    void weightsThatWereCutOrChangedAreRefused() throws IOException {
        Path file = written(10, 23);
        Path beside = folder.resolve("model.onnx.data");
        byte[] whole = Files.readAllBytes(beside);

        Files.write(beside, Arrays.copyOf(whole, whole.length - 1));
        assertRefused(file, "4119 bytes, expected 4120");

        whole[whole.length - 1] ^= 1;
        Files.write(beside, whole);
        assertRefused(file, "model.onnx.data' was changed");
    }

    @Test
    void weightsElsewhereAreRefused() throws IOException {
        Path file = written(10, 23);
        ModelProto.Builder model = undigested(file).toBuilder();
        model.getGraphBuilder()
                .getInitializerBuilder(0)
                .getExternalDataBuilder(0)
                .setValue("/etc/passwd");
        Files.write(file, model.build().toByteArray());

        assertRefused(file, "'/etc/passwd'");
    }

    /** Returns the model as builds without digests wrote it. */
    private static ModelProto undigested(Path file) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        model.removeMetadataProps(model.getMetadataPropsCount() - 1);
        return model.build();
    }

    @Test
    void aFileOfABuildWithoutDigestsRuns() throws IOException {
        Path file = written(1000, 23);
        Files.write(file, undigested(file).toByteArray());

        assertArrayEquals(new float[] {19, 19}, run(file));
    }

    @Test
    void aChangedByteBeforeTheDigestIsFound() throws IOException {
        Path file = written(1000, 23);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length - 80; at += 7) {
            byte[] changed = whole.clone();
            changed[at] ^= 4;
            Files.write(file, changed);
            assertRefused(file, "cannot be used as a model");
        }
    }

    @Test
    void aFileSaysWhatItIs() {
        Exporter.Contents contents = PROVIDER.exporter().orElseThrow().read(written(1000, 23));

        assertEquals(List.of(Input.of("x", DType.FLOAT32, -1, 3)), contents.inputs());
        assertEquals(List.of(Input.of("y", DType.FLOAT32, -1, 2)), contents.outputs());
        assertEquals(Map.of("who", "a test"), contents.metadata());
    }

    @Test
    void axesThatVaryHaveTheirNames() throws IOException {
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(written(1000, 23)));

        assertEquals(
                "rows",
                model.getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDim(0)
                        .getDimParam());
    }

    @Test
    void aParameterThatIsNotGivenIsNamed() {
        Exporter.Exported lacking =
                new Exporter.Exported(
                        (ops, _) -> List.of(ops.parameter("v")),
                        List.of(),
                        List.of("y"),
                        Map.of(),
                        List.of(W),
                        _ -> MemorySegment.ofArray(new float[6]),
                        Map.of());

        BackendException thrown =
                assertThrows(
                        BackendException.class,
                        () ->
                                new OnnxExporter()
                                        .write(
                                                lacking,
                                                folder.resolve("model.onnx"),
                                                settings(23)));

        assertEquals("BKD-003", thrown.code());
        assertTrue(thrown.getMessage().contains("'v'"), thrown.getMessage());
    }

    @Test
    void aCutFileIsRefused() throws IOException {
        Path file = written(1000, 23);
        byte[] whole = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertRefused(file, "model.onnx");
        }
    }

    @Test
    void whatIsNoModelIsRefused() throws IOException {
        Path file = folder.resolve("model.onnx");
        Files.writeString(file, "This is not the file you are looking for.");
        assertRefused(file, "no ONNX model");
    }

    @Test
    void aMissingFileIsRefused() {
        assertRefused(folder.resolve("nowhere.onnx"), "no such file");
    }

    @Test
    void operatorsOfAnotherVersionAreRefused() throws IOException {
        Path file = written(1000, 23);
        ModelProto model = undigested(file);
        Files.write(
                file,
                model.toBuilder()
                        .clearOpsetImport()
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(99))
                        .build()
                        .toByteArray());

        assertRefused(file, "99");
    }

    @Test
    void elementsOfAnotherTypeAreRefused() throws IOException {
        Path file = written(1000, 23);
        ModelProto.Builder model = undigested(file).toBuilder();
        model.getGraphBuilder()
                .getInputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .setElemType(10);
        Files.write(file, model.build().toByteArray());

        assertRefused(file, "type 10");
    }

    private static void assertRefused(Path file, String named) {
        DataException thrown = assertThrows(DataException.class, () -> run(file));
        assertEquals("EXP-001", thrown.code());
        assertTrue(thrown.getMessage().contains(named), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(file.toString()), thrown.getMessage());
    }
}
