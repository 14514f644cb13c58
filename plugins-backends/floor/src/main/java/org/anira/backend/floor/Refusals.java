package org.anira.backend.floor;

import org.anira.api.BackendException;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Makes the errors of a backend, all in one form: what was asked, of which operands, what is
 * expected.
 *
 * @param backend its name
 */
public record Refusals(String backend) {

    /**
     * Returns the error for operands that do not fit, SHP-001.
     *
     * @param what the operation, such as {@code matmul}
     * @param reason what is wrong or expected
     */
    public BackendException misfit(Object what, String reason, Tensor... operands) {
        return new BackendException("SHP-001", asked(what, operands) + "; " + reason);
    }

    /**
     * Returns the error for a failure of the native library: SHP-001, or BKD-005 if it ran out of
     * memory.
     */
    public BackendException refused(
            Object what, String reason, RuntimeException cause, Tensor... operands) {
        if (cause instanceof BackendException known) {
            return known;
        }
        if (reason.contains("allocate memory") || reason.contains("out of memory")) {
            return new BackendException(
                    "BKD-005",
                    "Backend '%s' ran out of memory in %s: %s.".formatted(backend, what, reason),
                    cause);
        }
        return new BackendException("SHP-001", asked(what, operands) + ": " + reason, cause);
    }

    private String asked(Object what, Tensor... operands) {
        String listed =
                Arrays.stream(operands).map(Tensor::toString).collect(Collectors.joining(" and "));
        return "Backend '%s' was asked for %s%s"
                .formatted(backend, what, operands.length == 0 ? "" : " of " + listed);
    }

    /** Returns the error for a wrong use of sessions, scopes or executables, BKD-004. */
    public BackendException misuse(String problem) {
        return new BackendException("BKD-004", "Backend '%s': %s".formatted(backend, problem));
    }

    /** Returns the error for a capability that the backend lacks, BKD-002. */
    public BackendException lacks(String capability, String needed) {
        return new BackendException(
                "BKD-002",
                "Backend '%s' has no capability %s, needed by %s."
                        .formatted(backend, capability, needed));
    }

    /** Returns the first line of an exception's message, or its class if it has none. */
    public static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElseThrow().strip();
    }
}
