package org.anira.backend.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;

import org.anira.api.BackendException;

/** ONNX Runtime, loaded once per process and never unloaded. */
final class Engine {

    private static OrtEnvironment environment;

    private Engine() {}

    /**
     * Loads the natives if that has not been done.
     *
     * @throws BackendException BKD-001 if there are none for this machine or they do not load
     */
    static synchronized OrtEnvironment load() {
        if (environment == null) {
            try {
                environment =
                        OrtEnvironment.getEnvironment(
                                OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "anira");
            } catch (RuntimeException | LinkageError e) {
                String platform =
                        System.getProperty("os.name") + " " + System.getProperty("os.arch");
                throw new BackendException(
                        "BKD-001",
                        ("Backend 'onnx' is present but not usable here (%s): %s. It needs the jar"
                             + " of ONNX Runtime with natives for this platform in the plug-in's"
                             + " folder.")
                                .formatted(platform, firstLine(e)),
                        e);
            }
        }
        return environment;
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
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines()
                        .findFirst()
                        .orElseThrow()
                        .replaceFirst("^Error code - \\S+ - message: ", "")
                        .strip();
    }
}
