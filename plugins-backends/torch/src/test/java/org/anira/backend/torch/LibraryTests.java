package org.anira.backend.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.BackendException;
import org.anira.api.tensor.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is refused when libtorch is loaded, and the number of threads. */
class LibraryTests {

    /** Folders in the file system of the bundled build, so that its files can be linked. */
    static final class BesideTheBundle implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext field, ExtensionContext test)
                throws IOException {
            return Files.createTempDirectory(bundle().getParent().getParent(), "libtorch");
        }
    }

    @TempDir(factory = BesideTheBundle.class)
    private Path temporary;

    private static Path bundle() {
        return Search.ofEnvironment().find(Search.BUNDLED).folder();
    }

    /** Opens a session in a process of its own, on a library, and says how it went. */
    static final class Opening {
        private Opening() {}

        public static void main(String[] arguments) {
            try (Session session =
                    new TorchBackendProvider()
                            .open(
                                    Here.settings(
                                            Map.of("device", "cpu", "library", arguments[0])))) {
                System.out.println(session.info().library());
            } catch (BackendException e) {
                System.out.println(e.code() + " " + e.getMessage());
            }
        }
    }

    private String opening(Path library) throws IOException, InterruptedException {
        Path output = temporary.resolve("output.txt");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--class-path",
                                String.join(
                                        ":",
                                        List.of(
                                                System.getProperty("jdk.module.path", ""),
                                                System.getProperty("java.class.path", ""),
                                                System.getProperty("anira.test.classes"))),
                                Opening.class.getName(),
                                library.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertEquals(0, process.waitFor(), () -> read(output));
        return read(output);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Puts the libraries of the bundled build into a folder, under these names. */
    private Path linked(Map<String, String> libraries) throws IOException {
        for (Map.Entry<String, String> library : libraries.entrySet()) {
            Files.createLink(
                    temporary.resolve(System.mapLibraryName(library.getKey())),
                    bundle().resolve(System.mapLibraryName(library.getValue())));
        }
        return temporary;
    }

    private static void assertContains(String text, Object... parts) {
        for (Object part : parts) {
            assertTrue(text.contains(part.toString()), "'%s' in: %s".formatted(part, text));
        }
    }

    @Test
    void theVersionIsTheLibrarysOwnWhereNoFileSaysIt() throws Exception {
        Path lib = Files.createDirectories(temporary.resolve("libtorch/lib"));
        try (var files = Files.list(bundle())) {
            for (Path file : files.toList()) {
                Files.createLink(lib.resolve(file.getFileName()), file);
            }
        }
        assertContains(opening(lib), "PyTorch 2.");
    }

    @Test
    void aLibraryThatIsMissingIsNamed() throws Exception {
        Path folder = linked(Map.of("c10", "c10", "torch_cpu", "torch_cpu"));
        assertContains(
                opening(folder),
                "BKD-001",
                folder.resolve(System.mapLibraryName("torch_cpu")),
                "does not load",
                "openblas");
    }

    @Test
    void aFileThatIsNoLibraryIsNamed() throws Exception {
        Path folder = linked(Map.of("c10", "c10"));
        Path file = folder.resolve(System.mapLibraryName("torch_cpu"));
        Files.writeString(file, "no library");
        assertContains(opening(folder), "BKD-001", file, "does not load");
    }

    @Test
    void aLibraryWithoutTheInterfaceIsRefused() throws Exception {
        Path folder = linked(Map.of("c10", "c10", "torch_cpu", "c10"));
        assertContains(
                opening(folder), "BKD-001", folder, "no function torch_call_dispatcher", "2.10");
    }

    /** Mapping a file is what loading it looks like from outside. */
    @Test
    void twoInOneProcessAreRefused() throws IOException {
        Here.open().close();
        Path other =
                Files.writeString(
                        temporary.resolve(System.mapLibraryName("torch_cpu")), "not read");
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(other)) {
            channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
            BackendException refused = assertThrows(BackendException.class, () -> Here.open());
            assertEquals("BKD-001", refused.code());
            Path own = Search.ofEnvironment().find(Here.library()).folder();
            assertContains(refused.getMessage(), own, other.toRealPath().getParent());
        }
        Here.open().close();
    }

    /** The one that is loaded stays: another that is asked for is refused, not exchanged. */
    @Test
    void anotherOneLaterIsRefused() throws IOException {
        Here.open().close();
        Path other = Files.createDirectories(temporary.resolve("other"));
        for (String library : Installation.NEEDED) {
            Files.createFile(other.resolve(System.mapLibraryName(library)));
        }
        Installation wanted =
                new Installation(other, "ANIRA_TORCH", Optional.empty(), Optional.empty());
        BackendException refused = assertThrows(BackendException.class, () -> Library.load(wanted));
        assertContains(refused.getMessage(), "ANIRA_TORCH", other, "already");
    }

    @Test
    void openSessionsHaveOneNumberOfThreads() {
        try (Session one = Here.open()) {
            BackendException refused =
                    assertThrows(
                            BackendException.class,
                            () ->
                                    new TorchBackendProvider()
                                            .open(
                                                    Here.settings(
                                                            Map.of(
                                                                    "device",
                                                                    "cpu",
                                                                    "threads",
                                                                    2,
                                                                    "library",
                                                                    Here.library()))));
            assertEquals("BKD-001", refused.code());
            assertContains(refused.getMessage(), "2 threads", "a session with 1");
            Here.open().close();
            assertEquals(1, one.info().threads());
        }
    }

    @Test
    void unknownDevicesAreRefused() {
        for (String device : List.of("tpu", "cuda:x", "cuda:-1")) {
            BackendException refused =
                    assertThrows(
                            BackendException.class,
                            () ->
                                    new TorchBackendProvider()
                                            .open(
                                                    Here.settings(
                                                            Map.of(
                                                                    "device",
                                                                    device,
                                                                    "library",
                                                                    Here.library()))));
            assertEquals("BKD-001", refused.code());
            assertContains(refused.getMessage(), device, "auto, cpu, cuda or cuda:N");
        }
    }
}
