package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program that tries and measures anira on a GPU, {@code it/gpu}, on the CPU: all of its parts
 * with sizes that are tiny. The Python on the PATH runs it; what it says of the peer depends on
 * whether that has torch.
 */
class GpuTests {

    @TempDir private Path folder;

    private String[] command(String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "python3",
                                Distribution.ROOT.resolve("it/gpu").toString(),
                                "--anira",
                                Distribution.HOME.toString(),
                                "--contract",
                                Distribution.ROOT
                                        .resolve("plugins-backends/torch/target/contract")
                                        .toString(),
                                "--out",
                                "out"));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private static Map<String, String> environment() {
        return Map.of(
                "PATH",
                System.getenv("PATH"),
                "ANIRA_JAVA_HOME",
                System.getProperty("java.home"),
                "XDG_CACHE_HOME",
                Distribution.ROOT.resolve("it/target/cache").toString());
    }

    private String text(String file) {
        try {
            return Files.readString(folder.resolve("out").resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the one row of results.csv that begins so. */
    private String row(String begin) {
        List<String> rows =
                text("results.csv")
                        .lines()
                        .filter(line -> line.replace("\"", "").startsWith(begin))
                        .toList();
        assertEquals(1, rows.size(), () -> begin + ": " + text("results.csv"));
        return rows.getFirst().replace("\"", "");
    }

    private static void assertNumber(String row, String begin) {
        String value = row.substring(begin.length() + 1).split(",")[0];
        assertTrue(value.matches("[0-9.e+]+") && Double.parseDouble(value) > 0, row);
    }

    /** Halves the jar of ONNX Runtime, as it would be carried to another machine. */
    private Path halves() throws IOException {
        Path parts = Files.createDirectory(folder.resolve("parts"));
        Path jar =
                Distribution.jars(Distribution.PLUGINS.resolve("onnx")).stream()
                        .filter(file -> file.getFileName().toString().startsWith("onnxruntime"))
                        .findFirst()
                        .orElseThrow();
        try (InputStream whole = Files.newInputStream(jar)) {
            Files.write(
                    parts.resolve(jar.getFileName() + ".aa"),
                    whole.readNBytes(Math.toIntExact(Files.size(jar) / 2)));
            Files.copy(whole, parts.resolve(jar.getFileName() + ".ab"));
        }
        return parts;
    }

    @Test
    void allPartsAreRehearsed() throws IOException {
        boolean hasTorch =
                Child.run(folder, environment(), "python3", "-c", "import torch").exit() == 0;
        Child child =
                Child.run(
                        folder,
                        environment(),
                        command(
                                "--device=cpu",
                                "--tiny",
                                "--minutes=4",
                                "--onnxruntime-gpu=" + halves()));
        assertEquals(0, child.exit(), () -> child.output() + child.errors());

        String report = text("results.md");
        assertTrue(report.contains("**Not run on a GPU**"), report);
        assertTrue(report.contains("* state: complete after "), report);
        assertTrue(row("backends,backend torch,").contains(",ok,"), report);
        for (String half : List.of("bfloat16", "float32 and all else")) {
            String begin = "contract," + half;
            String[] cells = row(begin).split(",");
            assertNumber(row(begin), begin);
            assertEquals("of %s tests passed".formatted(cells[2]), cells[3]);
        }
        String size = "speed,tiny, 64 wide, D = 3, 4 × 8, float32: ";
        for (String form : List.of("dense", "skipping at mean D/2")) {
            String begin = size + "anira, eager, " + form;
            assertNumber(row(begin), begin);
        }
        if (hasTorch) {
            assertNumber(row(size + "Python, eager, dense"), size + "Python, eager, dense");
        } else {
            assertTrue(row(size + "Python").contains("this Python has no torch"), report);
        }
        for (String mechanism : List.of("anira-e", "anira-o")) {
            assertNumber(
                    row("training,%s, both side by side".formatted(mechanism)),
                    "training,%s, both side by side".formatted(mechanism));
            assertNumber(
                    row("training,%s, step 40 of 40: depth at L = 16".formatted(mechanism)),
                    "training,%s, step 40 of 40: depth at L = 16".formatted(mechanism));
        }
        assertNumber(row("onnx,CPUExecutionProvider"), "onnx,CPUExecutionProvider");

        Child unpacked = Child.run(folder, environment(), "tar", "xzf", "out/runs.tar.gz");
        assertEquals(0, unpacked.exit(), unpacked::errors);
        assertFalse(Files.exists(folder.resolve("runs/anira-o/checkpoints/0000000040")));
        App.in(folder).succeed("compare", "runs/anira-e", "runs/anira-o");
    }

    @Test
    void whatIsKnownSurvivesItsEnd() {
        try (Running running =
                Running.start(
                        folder, environment(), command("--device=cpu", "--tiny", "--minutes=2"))) {
            running.awaitThat(
                    "the first results",
                    () ->
                            Files.exists(folder.resolve("out/results.csv"))
                                    && text("results.csv").contains("backend torch"));
            running.signal("TERM");
            Child child = running.await();
            assertAll(
                    () -> assertEquals(1, child.exit(), child::errors),
                    () -> assertTrue(text("results.md").contains("stopped by a signal after ")),
                    () -> assertTrue(row("backends,backend torch,").contains(",ok,")),
                    () -> assertTrue(text("log.txt").contains("==== doctor")));
        }
    }

    @Test
    void aDeviceOfAnotherFormIsRefused() {
        Child child = Child.run(folder, environment(), command("--device=tpu"));
        assertAll(
                () -> assertEquals(2, child.exit()),
                () ->
                        assertTrue(
                                child.errors()
                                        .contains("--device is 'tpu', expected cpu or cuda:N"),
                                child::errors),
                () -> assertFalse(Files.exists(folder.resolve("out"))));
    }
}
