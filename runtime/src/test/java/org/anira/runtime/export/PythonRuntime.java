package org.anira.runtime.export;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * ONNX Runtime in Python, in a virtual environment below the build folder. It is made with the
 * machine's {@code python3} and package index; without them the tests are skipped, with the reason.
 */
final class PythonRuntime {

    private static final Path FOLDER = Path.of("target", "python-runtime").toAbsolutePath();
    private static final Path PYTHON = FOLDER.resolve("bin/python");
    private static final List<String> PACKAGES = List.of("onnx", "onnxruntime");
    private static final AtomicReference<String> OBSTACLE = new AtomicReference<>();

    private PythonRuntime() {}

    /** What a process said. */
    private record Said(int code, String out, String err) {}

    /** Makes the environment, or skips the calling test. */
    static synchronized void require() {
        if (OBSTACLE.get() == null) {
            OBSTACLE.set(prepare());
        }
        if (!OBSTACLE.get().isEmpty()) {
            System.out.println("Skipped: " + OBSTACLE.get());
            Assumptions.abort(OBSTACLE.get());
        }
    }

    private static String prepare() {
        Path done = FOLDER.resolve("done");
        if (Files.exists(done)) {
            return "";
        }
        try {
            Said made = say(60, "", "python3", "-m", "venv", FOLDER.toString());
            if (made.code != 0) {
                return "python3 makes no virtual environment: " + last(made);
            }
            Said installed =
                    say(
                            300,
                            "",
                            Stream.concat(
                                            Stream.of(
                                                    PYTHON.toString(),
                                                    "-m",
                                                    "pip",
                                                    "install",
                                                    "--quiet",
                                                    "--disable-pip-version-check",
                                                    "--retries",
                                                    "1"),
                                            PACKAGES.stream())
                                    .toArray(String[]::new));
            if (installed.code != 0) {
                return "pip installs no %s: %s"
                        .formatted(String.join(" and ", PACKAGES), last(installed));
            }
            Files.writeString(done, "");
            return "";
        } catch (IOException e) {
            return "python3 does not start: " + e.getMessage();
        }
    }

    private static String last(Said said) {
        return (said.out + said.err).lines().reduce((_, line) -> line).orElse("no message");
    }

    /** Runs the script {@code run_model.py} on a model. @return what it prints */
    static String run(Path model, String input) throws IOException {
        Path script = FOLDER.resolve("run_model.py");
        try (var in = PythonRuntime.class.getResourceAsStream("run_model.py")) {
            Files.write(script, in.readAllBytes());
        }
        Said said = say(120, input, PYTHON.toString(), script.toString(), model.toString());
        if (said.code != 0) {
            throw new AssertionError(said.err);
        }
        return said.out;
    }

    private static Said say(int seconds, String input, String... command) throws IOException {
        Path out = Files.createTempFile("out", ".txt");
        Path err = Files.createTempFile("err", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
            Process process = builder.start();
            try (var to = process.getOutputStream()) {
                to.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Said(-1, "", "no answer within %d s".formatted(seconds));
            }
            return new Said(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
