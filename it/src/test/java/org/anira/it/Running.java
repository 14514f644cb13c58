package org.anira.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A child process that may not have ended yet; one that still runs is killed on closing. */
final class Running implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final String command;
    private final Process process;
    private final Path output;
    private final Path errors;

    private Running(String command, Process process, Path output, Path errors) {
        this.command = command;
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /**
     * Starts a command in a folder with nothing in its environment but the given variables, and
     * nothing to read.
     */
    static Running start(Path folder, Map<String, String> environment, String... command) {
        try {
            Path output = Files.createTempFile("anira-it", ".out");
            Path errors = Files.createTempFile("anira-it", ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectOutput(output.toFile())
                            .redirectError(errors.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            return new Running(String.join(" ", command), builder.start(), output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end. */
    Child await() {
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw lost("no end after " + LIMIT);
            }
            return new Child(
                    process.exitValue(), Files.readString(output), Files.readString(errors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until something holds, which must come before its end. */
    void awaitThat(String what, BooleanSupplier condition) {
        Instant end = Instant.now().plus(LIMIT);
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() && !condition.getAsBoolean()) {
                throw lost("it ended with %d before %s".formatted(process.exitValue(), what));
            }
            if (Instant.now().isAfter(end)) {
                throw lost("waited in vain for: " + what);
            }
            Thread.onSpinWait();
        }
    }

    /** Returns what it wrote to its standard error so far. */
    String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it, without a chance to do anything about it, and waits for its end. */
    Child kill() {
        process.destroyForcibly();
        return await();
    }

    /** Bit of SIGINT in the masks of {@code /proc/PID/status}. */
    private static final long INTERRUPT = 1L << 1;

    /**
     * Sends it what Ctrl-C sends; a request to end, which anira hears alike, where tests were
     * started in the background by a shell, which makes all below it deaf to Ctrl-C.
     */
    void interrupt() {
        signal("INT");
    }

    /** Sends it a signal; a request to end in place of one that it is deaf to. */
    void signal(String name) {
        send(name.equals("INT") && isDeafToInterrupts() ? "-TERM" : "-" + name);
    }

    private boolean isDeafToInterrupts() {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(status)) {
            return false;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .anyMatch(mask -> (mask & INTERRUPT) != 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(String signal) {
        try {
            int code =
                    new ProcessBuilder(List.of("kill", signal, Long.toString(process.pid())))
                            .inheritIO()
                            .start()
                            .waitFor();
            if (code != 0) {
                throw lost("it cannot be interrupted");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
            Files.delete(output);
            Files.delete(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private AssertionError lost(String reason) {
        try {
            return new AssertionError(
                    "%s: %s\n%s\n%s"
                            .formatted(reason, command, Files.readString(output), errors()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
