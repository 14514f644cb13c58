package org.anira.app.process;

import org.anira.app.console.Console;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Starts other processes that run a command of anira, with the same launcher or, without one, the
 * same Java and modules.
 */
public final class ChildProcesses {

    /** The encoding of a process that does not write to a terminal. */
    private static final Charset ENCODING = Console.charset("native.encoding");

    private ChildProcesses() {}

    /**
     * How a process ended.
     *
     * @param code its exit code; empty if it was killed because it took too long
     * @param output its results
     * @param messages its messages for people, line by line
     */
    public record End(Optional<Integer> code, String output, List<String> messages) {}

    /** Returns the words that start a command of anira. */
    static List<String> command(List<String> arguments) {
        List<String> words = new ArrayList<>();
        Optional<Path> launcher =
                Installation.home()
                        .map(home -> home.resolve("bin").resolve("anira"))
                        .filter(Files::isExecutable);
        if (launcher.isPresent()) {
            words.add(launcher.get().toString());
        } else {
            words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            Installation.home().ifPresent(home -> words.add("-Danira.home=" + home));
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
        return Arrays.stream(modulePath.split(File.pathSeparator))
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * Starts a process without input; its messages must be read.
     *
     * @param results where its results go
     */
    public static Process start(List<String> arguments, Redirect results) {
        return start(arguments, Redirect.from(nothing()), results);
    }

    /** Starts a process that takes orders on its standard input; its messages must be read. */
    public static Process converse(List<String> arguments) {
        return start(arguments, Redirect.PIPE, Redirect.PIPE);
    }

    private static Process start(List<String> arguments, Redirect orders, Redirect results) {
        try {
            return new ProcessBuilder(command(arguments))
                    .redirectInput(orders)
                    .redirectOutput(results)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command(arguments), e);
        }
    }

    private static File nothing() {
        return new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null");
    }

    /** Runs a process to its end, and kills it if it takes longer than allowed. */
    public static End run(List<String> arguments, Duration allowed) throws InterruptedException {
        Process process = start(arguments, Redirect.PIPE);
        StringBuffer output = new StringBuffer();
        List<String> messages = new ArrayList<>();
        Thread results = lines(process.getInputStream(), line -> output.append(line).append('\n'));
        Thread errors = follow(process, messages::add);
        boolean ended;
        try {
            ended = process.waitFor(allowed.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            process.destroyForcibly();
        }
        results.join();
        errors.join();
        return new End(
                ended ? Optional.of(process.exitValue()) : Optional.empty(),
                output.toString(),
                messages);
    }

    /** Passes on the lines that a process writes for people, in a thread of its own. */
    public static Thread follow(Process process, Consumer<String> lines) {
        return lines(process.getErrorStream(), lines);
    }

    private static Thread lines(InputStream from, Consumer<String> lines) {
        return Thread.startVirtualThread(() -> {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(from, ENCODING))) {
                reader.lines().forEach(lines);
            } catch (IOException | UncheckedIOException e) {
                lines.accept("(its messages ended: %s)".formatted(e.getMessage()));
            }
        });
    }
}
