package org.anira.runtime.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The machine and the Java that a run was made with.
 *
 * @param host its name
 * @param system name, version and architecture of the operating system
 * @param processor model of the CPU, or the architecture if that is unknown
 * @param processors how many processors Java sees
 * @param heapBytes the most memory that Java's heap may take, in bytes
 * @param java version of the JDK
 * @param javaVendor who built the JDK
 */
public record Machine(
        String host,
        String system,
        String processor,
        int processors,
        long heapBytes,
        String java,
        String javaVendor) {

    /** Returns the current machine. */
    public static Machine current() {
        String architecture = System.getProperty("os.arch");
        Runtime runtime = Runtime.getRuntime();
        return new Machine(
                hostName(),
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                architecture),
                firstLine(Path.of("/proc/cpuinfo"), "model name")
                        .or(() -> Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")))
                        .orElse(architecture),
                runtime.availableProcessors(),
                runtime.maxMemory(),
                Runtime.version().toString(),
                System.getProperty("java.vendor"));
    }

    /** Returns the machine's name without a network lookup. */
    static String hostName() {
        return firstLine(Path.of("/proc/sys/kernel/hostname"), "")
                .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
                .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
                .orElse("localhost");
    }

    /**
     * Returns the first line with a key, without the key; empty where there is no such file or
     * line.
     */
    private static Optional<String> firstLine(Path file, String key) {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            return Files.readString(file)
                    .lines()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.isEmpty() ? 0 : line.indexOf(':') + 1).strip())
                    .filter(value -> !value.isEmpty())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
