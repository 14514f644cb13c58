package org.anira.backend.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;

import org.anira.api.BackendException;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.Refusals;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** ONNX Runtime, loaded once per process and never unloaded. */
final class Engine {

    /** Bytes that its largest library does not exceed. */
    private static final int LARGEST = 32 << 20;

    /** Where ONNX Runtime tells, with a stack trace, what it cannot unpack. */
    private static final Logger UNPACKING = Logger.getLogger("ai.onnxruntime.OnnxRuntime");

    private static OrtEnvironment environment;

    private Engine() {}

    /**
     * Loads the natives if that has not been done.
     *
     * @throws BackendException BKD-001 if there are none for this machine, they do not load, or
     *     there is no place to unpack them
     */
    static synchronized OrtEnvironment load() {
        if (environment == null) {
            try {
                // It is told as an error of ours.
                UNPACKING.setLevel(Level.OFF);
                environment =
                        OrtEnvironment.getEnvironment(
                                OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "anira");
            } catch (RuntimeException | LinkageError e) {
                throw unusable(e, Path.of(System.getProperty("java.io.tmpdir")));
            }
        }
        return environment;
    }

    /**
     * Returns what is in the way of the natives.
     *
     * @param temporary the folder that they are unpacked into
     */
    static BackendException unusable(Throwable thrown, Path temporary) {
        Optional<String> obstacle =
                firstLine(thrown).contains("failed to map segment")
                        ? Optional.of("programs there may not be executed")
                        : obstacle(temporary);
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        return new BackendException(
                "BKD-001",
                "Backend 'onnx' is present but not usable here (%s): %s"
                        .formatted(
                                platform,
                                obstacle.map(reason ->
                                                ("its natives cannot be unpacked in '%s': %s. Name"
                                                     + " another folder for temporary files, as in"
                                                     + " TMPDIR=DIR, or make room.")
                                                        .formatted(temporary, reason))
                                        .orElseGet(() ->
                                                ("%s. It needs the jar of ONNX Runtime with natives"
                                                     + " for this platform in the plug-in's"
                                                     + " folder.")
                                                        .formatted(firstLine(thrown)))),
                thrown);
    }

    /** Returns why no library can be written into a folder, which ONNX Runtime does not say. */
    private static Optional<String> obstacle(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.of("there is no such folder");
        }
        try {
            Path file = Files.createTempFile(folder, "anira-onnx", null);
            try {
                Files.write(file, new byte[LARGEST]);
            } finally {
                Files.delete(file);
            }
            return Optional.empty();
        } catch (AccessDeniedException e) {
            return Optional.of("permission denied");
        } catch (FileSystemException e) {
            return Optional.of(e.getReason() == null ? "it cannot be written" : e.getReason());
        } catch (IOException e) {
            return Optional.of(firstLine(e));
        }
    }

    /** Returns ONNX Runtime's version, such as {@code 1.28.0}. */
    static String version() {
        return load().getVersion();
    }

    /** Returns whether the natives were built with CUDA. */
    static boolean hasCuda() {
        load();
        return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    }

    /** Returns what is in the way of computing on a CUDA device, if anything. */
    static Optional<String> obstacle(Device cuda) {
        if (!hasCuda()) {
            return Optional.of("these natives of ONNX Runtime were built for the CPU alone");
        }
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            require(cuda, true, options);
            return Optional.empty();
        } catch (OrtException e) {
            return Optional.of(firstLine(e));
        }
    }

    /**
     * Asks for a device.
     *
     * @param cpuFallback whether nodes may be left to the CPU in its place
     */
    static void require(Device device, boolean cpuFallback, OrtSession.SessionOptions options)
            throws OrtException {
        if (!device.isCpu()) {
            options.addCUDA(device.index());
            options.addConfigEntry("session.disable_cpu_ep_fallback", cpuFallback ? "0" : "1");
        }
    }

    /**
     * Returns ONNX Runtime's own words as an error of ours. @param what what it was asked for
     *
     * @param code the error's code unless memory was short
     */
    static BackendException refused(String code, String what, OrtException cause) {
        String reason = firstLine(cause);
        boolean memory = reason.contains("allocate memory") || reason.contains("bad_alloc");
        return memory
                ? new BackendException(
                        "BKD-005",
                        "Backend 'onnx' ran out of memory in %s: %s.".formatted(what, reason),
                        cause)
                : new BackendException(
                        code, "Backend 'onnx' was asked for %s: %s".formatted(what, reason), cause);
    }

    /** Returns the first line of what went wrong, without ONNX Runtime's number of the error. */
    static String firstLine(Throwable failure) {
        return failure.getMessage() == null && failure.getCause() != null
                ? firstLine(failure.getCause())
                : Refusals.firstLine(failure)
                        .replaceFirst("^Error code - \\S+ - message: ", "")
                        .strip();
    }
}
