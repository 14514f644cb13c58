package org.anira.app;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Other processes that run a command of anira: with the same launcher or, without one, the same
 * Java and modules.
 */
final class Children {

    private Children() {}

    /** Returns the words that start a command of anira. */
    static List<String> command(List<String> arguments) {
        List<String> words = new ArrayList<>();
        Optional<Path> launcher =
                Platform.home()
                        .map(home -> home.resolve("bin").resolve("anira"))
                        .filter(Files::isExecutable);
        if (launcher.isPresent()) {
            words.add(launcher.get().toString());
        } else {
            words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            words.addAll(
                    List.of(
                            "--module-path",
                            absolute(System.getProperty("jdk.module.path", "")),
                            "--add-modules",
                            "ALL-DEFAULT",
                            "--enable-native-access=org.anira.runtime",
                            "--module",
                            "org.anira.app/org.anira.app.Main"));
        }
        words.addAll(arguments);
        return words;
    }

    private static String absolute(String modulePath) {
        return String.join(
                File.pathSeparator,
                java.util.Arrays.stream(modulePath.split(File.pathSeparator))
                        .map(each -> Path.of(each).toAbsolutePath().toString())
                        .toList());
    }

    /**
     * Starts a process that writes messages to {@code err}; its results are read from its output.
     */
    static Process start(List<String> arguments) {
        try {
            return new ProcessBuilder(command(arguments))
                    .redirectInput(ProcessBuilder.Redirect.from(nothing()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command(arguments), e);
        }
    }

    private static File nothing() {
        return new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
    }

    /** Hands over the lines that a process writes for people, in a thread of its own. */
    static Thread follow(Process process, Consumer<String> lines) {
        return Thread.startVirtualThread(() -> {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getErrorStream()))) {
                reader.lines().forEach(lines);
            } catch (IOException | UncheckedIOException e) {
                lines.accept("(its messages ended: %s)".formatted(e.getMessage()));
            }
        });
    }
}
