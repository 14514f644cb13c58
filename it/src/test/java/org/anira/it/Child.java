package org.anira.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a child process printed, and how it ended. */
record Child(int exit, String output, String errors) {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    /**
     * Runs a command in a folder with nothing in its environment but the given variables, and waits
     * for its end.
     */
    static Child run(Path folder, Map<String, String> environment, String... command) {
        try {
            Path output = Files.createTempFile("anira-it", ".out");
            Path errors = Files.createTempFile("anira-it", ".err");
            try {
                ProcessBuilder builder =
                        new ProcessBuilder(command)
                                .directory(folder.toFile())
                                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                                .redirectOutput(output.toFile())
                                .redirectError(errors.toFile());
                builder.environment().clear();
                builder.environment().putAll(environment);
                Process process = builder.start();
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                    throw new AssertionError(
                            "no end after %s: %s\n%s\n%s"
                                    .formatted(
                                            LIMIT,
                                            String.join(" ", command),
                                            Files.readString(output),
                                            Files.readString(errors)));
                }
                return new Child(
                        process.exitValue(), Files.readString(output), Files.readString(errors));
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
