package org.anira.api;

/** A file or folder that is missing, damaged, in the way, or cannot be written. Exit code 4. */
@PublicApi(since = "0.1")
public final class DataException extends AniraException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one without a cause.
     *
     * @param code the code, such as {@code RUN-001}
     * @param message what was asked, what was found, what to do
     */
    public DataException(String code, String message) {
        super(code, message, null);
    }

    /**
     * Makes one with a cause.
     *
     * @param code the code, such as {@code RUN-001}
     * @param message what was asked, what was found, what to do
     * @param cause what happened
     */
    public DataException(String code, String message, Throwable cause) {
        super(code, message, cause);
    }
}
