package org.anira.backend.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.BackendException;
import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider.Probe;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is peculiar to sessions on ONNX Runtime. */
class OnnxSessionTests {

    private static final OnnxBackendProvider PROVIDER = new OnnxBackendProvider();

    private static Settings settings(String device) {
        return Settings.of(
                "backend.options", PROVIDER.options(), Map.of("device", device, "threads", 1));
    }

    private static BackendException refusal(Runnable call) {
        return assertThrows(BackendException.class, call::run);
    }

    @Test
    void aDeviceOfAnotherFormIsRefused() {
        BackendException thrown = refusal(() -> PROVIDER.open(settings("tpu")));

        assertEquals("BKD-001", thrown.code());
        assertTrue(thrown.getMessage().contains("'tpu'"), thrown.getMessage());
    }

    @Test
    void cudaIsRefusedByNativesWithoutIt() {
        BackendException thrown = refusal(() -> PROVIDER.open(settings("cuda")));

        assertEquals("BKD-001", thrown.code());
        assertTrue(thrown.getMessage().contains("CPU alone"), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("onnxruntime_gpu"), thrown.getMessage());
    }

    @Test
    void nativesWithoutAFolderToUnpackThemAreNotCalledMissing(@TempDir Path folder) {
        Path gone = folder.resolve("gone");

        String told = Engine.unusable(new UnsatisfiedLinkError("no lib"), gone).getMessage();

        assertTrue(told.contains("in '%s': there is no such folder.".formatted(gone)), told);
        assertTrue(told.contains("TMPDIR=DIR"), told);
        assertFalse(told.contains("jar"), told);
    }

    @Test
    void aFolderThatTakesNoProgramsIsToldAsSuch(@TempDir Path folder) {
        UnsatisfiedLinkError thrown =
                new UnsatisfiedLinkError("/x/l.so: failed to map segment from shared object");

        String told = Engine.unusable(thrown, folder).getMessage();

        assertTrue(told.contains("programs there may not be executed"), told);
    }

    @Test
    void nativesThatAreMissingAreCalledSo(@TempDir Path folder) {
        String told = Engine.unusable(new UnsatisfiedLinkError("no lib"), folder).getMessage();

        assertTrue(told.contains("no lib. It needs the jar of ONNX Runtime"), told);
    }

    @Test
    void theProbeSaysWhyThereIsNoCuda() {
        Probe probe = PROVIDER.probe(settings("auto"));

        assertTrue(probe.usable(), probe.detail());
        assertTrue(probe.detail().contains("ONNX Runtime 1."), probe.detail());
        assertTrue(probe.detail().contains("no CUDA"), probe.detail());
        assertFalse(PROVIDER.probe(settings("cuda:1")).usable());
    }

    /** A profile names the provider of each node that was computed. */
    @Test
    void aProfileSaysWhereNodesWereComputed(@TempDir Path folder) throws IOException {
        Settings settings =
                Settings.of(
                        "backend.options",
                        PROVIDER.options(),
                        Map.of("device", "cpu", "profile", folder.resolve("nodes").toString()));
        try (Session session = PROVIDER.open(settings);
                Scope _ = session.scope();
                Executable program =
                        session.compile(
                                (_, x) -> List.of(x.getFirst().exp().tanh()),
                                List.of(Input.of("x", DType.FLOAT32, -1)))) {
            program.run(List.of(session.tensor(new float[] {1}, 1)));
        }
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.toList();
        }
        assertEquals(1, files.size(), files::toString);
        assertTrue(files.getFirst().getFileName().toString().startsWith("nodes"), files::toString);
        String profile = Files.readString(files.getFirst());
        assertTrue(profile.contains("\"op_name\" : \"Tanh\""), profile);
        assertTrue(profile.contains("\"provider\" : \"CPUExecutionProvider\""), profile);
    }

    @Test
    void operationsOutsideOfProgramsAreRefused() {
        try (Session session = PROVIDER.open(settings("cpu"));
                Scope _ = session.scope()) {
            Tensor x = session.tensor(new float[] {1}, 1);

            BackendException thrown = refusal(() -> x.add(x));

            assertEquals("BKD-004", thrown.code());
            assertTrue(thrown.getMessage().contains("add of FLOAT32 [1]"), thrown.getMessage());
        }
    }

    @Test
    void sizesThatVaryAreCheckedByTheRuntime() {
        try (Session session = PROVIDER.open(settings("cpu"));
                Scope _ = session.scope();
                Executable sum =
                        session.compile(
                                (_, in) -> List.of(in.get(0).add(in.get(1))),
                                List.of(
                                        Input.of("a", DType.FLOAT32, -1),
                                        Input.of("b", DType.FLOAT32, -1)))) {
            Tensor two = session.tensor(new float[2], 2);
            Tensor three = session.tensor(new float[3], 3);

            BackendException thrown = refusal(() -> sum.run(List.of(two, three)));

            assertEquals("SHP-001", thrown.code());
            assertTrue(thrown.getMessage().contains("[2]"), thrown.getMessage());
            assertTrue(thrown.getMessage().contains("add"), thrown.getMessage());
            assertEquals(1, thrown.getMessage().lines().count(), thrown.getMessage());
            assertArrayEquals(new float[2], session.floats(sum.run(List.of(two, two)).getFirst()));
        }
    }

    @Test
    void emptyTensorsComeAndGo() {
        try (Session session = PROVIDER.open(settings("cpu"));
                Scope _ = session.scope();
                Executable grow =
                        session.compile(
                                (ops, in) -> List.of(ops.concat(1, in)),
                                List.of(
                                        Input.of("a", DType.FLOAT32, -1, -1),
                                        Input.of("b", DType.FLOAT32, -1, -1)))) {
            Tensor none = session.tensor(new float[0], 2, 0);
            Tensor some = session.tensor(new float[] {1, 2}, 2, 1);

            assertArrayEquals(
                    new float[] {1, 2}, session.floats(grow.run(List.of(none, some)).getFirst()));
            assertArrayEquals(
                    new float[0], session.floats(grow.run(List.of(none, none)).getFirst()));
        }
    }

    /** The values lie in a file that takes no space. */
    @Test
    void aParameterOfTwoGibibytesIsRefused(@TempDir Path folder) throws IOException {
        Parameter parameter = Parameter.constant("large", 0, 1 << 29);
        Path file = folder.resolve("sparse");
        try (Session session = PROVIDER.open(settings("cpu"));
                Arena arena = Arena.ofConfined();
                FileChannel channel =
                        FileChannel.open(
                                file,
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE)) {
            MemorySegment values =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, parameter.bytes(), arena);
            BackendException thrown = refusal(() -> session.define(parameter, values));
            assertEquals("SHP-001", thrown.code());
            assertTrue(thrown.getMessage().contains("2147483647"), thrown.getMessage());
            assertEquals(List.of(), session.parameters());
        }
    }
}
