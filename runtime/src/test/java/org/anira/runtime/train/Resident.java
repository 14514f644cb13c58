package org.anira.runtime.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Trains for 2,000 steps and prints the resident bytes of its process after every 500.
 *
 * <p>With a heap that is resident from the start, what grows is native: tensors, the allocator's
 * fragments, and compiled code of the virtual machine, which comes to rest.
 */
final class Resident {

    private Resident() {}

    /** Runs it. @param arguments the run folder to make */
    public static void main(String[] arguments) {
        long[] steps = {0};
        new Training(
                        Path.of(arguments[0]),
                        "training.steps=2000",
                        "training.execution=skipping",
                        "training.log-every=100",
                        "training.checkpoint-every=0",
                        "training.evaluate-every=0")
                .run(
                        Long.MAX_VALUE,
                        _ -> {
                            if (++steps[0] % 500 == 0) {
                                System.out.println(bytes());
                            }
                        });
    }

    private static long bytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("[^0-9]", ""))
                    .mapToLong(kilobytes -> Long.parseLong(kilobytes) << 10)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
