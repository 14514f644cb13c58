package org.anira.api;

/** A training that diverged: its numbers are no longer finite. Exit code 5. */
@PublicApi(since = "0.1")
public final class TrainingException extends AniraException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one without a cause.
     *
     * @param code the code, such as {@code RUN-002}
     * @param message what was asked, what was found, what to do
     */
    public TrainingException(String code, String message) {
        super(code, message, null);
    }

    /**
     * Makes one with a cause.
     *
     * @param code the code, such as {@code RUN-002}
     * @param message what was asked, what was found, what to do
     * @param cause what happened
     */
    public TrainingException(String code, String message, Throwable cause) {
        super(code, message, cause);
    }
}
