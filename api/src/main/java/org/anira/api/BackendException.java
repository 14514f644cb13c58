package org.anira.api;

/** A backend that cannot be used here, or an operation or shape it refuses. Exit code 3. */
@PublicApi(since = "0.1")
public final class BackendException extends AniraException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one without a cause.
     *
     * @param code the code, such as {@code BKD-001}
     * @param message what was asked, what was found, what to do
     */
    public BackendException(String code, String message) {
        super(code, message, null);
    }

    /**
     * Makes one with a cause.
     *
     * @param code the code, such as {@code BKD-001}
     * @param message what was asked, what was found, what to do
     * @param cause what happened
     */
    public BackendException(String code, String message, Throwable cause) {
        super(code, message, cause);
    }
}
