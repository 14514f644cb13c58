package org.anira.app.bench;

import org.anira.app.process.Installation;
import org.anira.runtime.bench.Workload;
import org.anira.runtime.config.ModelSettings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The same model in Python with PyTorch: {@code peers/torch_step.py} of the distribution.
 *
 * @param found its versions, or why it cannot be measured
 * @param usable whether it can
 */
public record PythonPeer(String found, boolean usable) {

    private static final String PYTHON = "python3";

    /** How it runs. */
    public enum Mode {
        EAGER,
        COMPILED,
        /** Compiled, with CUDA graphs. */
        GRAPHS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Looks for Python with torch. */
    public static PythonPeer find() throws InterruptedException {
        if (script().isEmpty()) {
            return new PythonPeer(
                    "anira was started without its distribution, which has it", false);
        }
        try {
            Process process =
                    new ProcessBuilder(
                                    PYTHON,
                                    "-c",
                                    "import platform, torch; print('PyTorch', torch.__version__,"
                                            + " 'in Python', platform.python_version())")
                            .redirectErrorStream(true)
                            .start();
            process.outputWriter().close();
            List<String> lines = process.inputReader().readAllLines();
            String last = lines.isEmpty() ? "" : lines.getLast();
            return process.waitFor() == 0
                    ? new PythonPeer(last, true)
                    : new PythonPeer(
                            "%s on the PATH cannot use torch: %s".formatted(PYTHON, last), false);
        } catch (IOException e) {
            return new PythonPeer("there is no %s on the PATH".formatted(PYTHON), false);
        }
    }

    private static Optional<Path> script() {
        return Installation.home()
                .map(home -> home.resolve("peers").resolve("torch_step.py"))
                .filter(Files::isReadable);
    }

    /**
     * Starts it.
     *
     * @param engine how the backend beside it describes itself
     */
    public static Process start(
            Mode mode, Workload workload, String precision, Map<String, Object> engine) {
        ModelSettings model = workload.model().settings();
        List<String> words = new ArrayList<>(List.of(PYTHON, script().orElseThrow().toString()));
        words.addAll(List.of("--width", Integer.toString(model.width())));
        words.addAll(List.of("--heads", Integer.toString(model.heads())));
        words.addAll(List.of("--mlp", Integer.toString(model.mlp())));
        words.addAll(List.of("--depth", Integer.toString(model.maxDepth())));
        words.addAll(List.of("--vocabulary", Integer.toString(Workload.VOCABULARY)));
        words.addAll(List.of("--batch", Integer.toString(workload.batch())));
        words.addAll(List.of("--length", Integer.toString(workload.length())));
        words.addAll(List.of("--threads", engine.get("threads").toString()));
        words.addAll(List.of("--mode", mode.toString()));
        words.addAll(List.of("--precision", precision));
        words.addAll(List.of("--device", engine.get("device").toString()));
        ProcessBuilder builder = new ProcessBuilder(words);
        // The launcher sets it for Java; Python must not inherit it.
        builder.environment().remove("OMP_WAIT_POLICY");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
