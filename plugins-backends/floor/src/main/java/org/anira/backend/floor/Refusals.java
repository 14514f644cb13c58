package org.anira.backend.floor;

import org.anira.api.BackendException;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The refusals of a backend, in one form for all: what was asked, of which operands, what is
 * expected.
 *
 * @param backend its name
 */
public record Refusals(String backend) {

    /**
     * Returns the refusal of operands that do not fit, SHP-001.
     *
     * @param what what was asked for, such as {@code matmul}
     * @param reason what is wrong or expected
     */
    public BackendException misfit(Object what, String reason, Tensor... operands) {
        return new BackendException("SHP-001", asked(what, operands) + "; " + reason);
    }

    /** Returns the refusal of a native library, SHP-001, or BKD-005 if it had no memory left. */
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

    /** Returns the refusal of a wrong use of sessions, scopes or executables, BKD-004. */
    public BackendException misuse(String problem) {
        return new BackendException("BKD-004", "Backend '%s': %s".formatted(backend, problem));
    }

    /** Returns the refusal of what needs a capability that the backend lacks, BKD-002. */
    public BackendException lacks(String capability, String needed) {
        return new BackendException(
                "BKD-002",
                "Backend '%s' has no capability %s, needed by %s."
                        .formatted(backend, capability, needed));
    }

    /** Returns the first line of what went wrong, or its kind if it has no words. */
    public static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElseThrow().strip();
    }
}
