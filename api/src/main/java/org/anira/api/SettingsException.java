package org.anira.api;

/**
 * A setting, option or argument that is unknown, of the wrong type or out of range. Exit code 2.
 */
public final class SettingsException extends AniraException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one without a cause.
     *
     * @param code the code, such as {@code CFG-001}
     * @param message what was asked, what was found, what to do
     */
    public SettingsException(String code, String message) {
        super(code, message, null);
    }

    /**
     * Makes one with a cause.
     *
     * @param code the code, such as {@code CFG-001}
     * @param message what was asked, what was found, what to do
     * @param cause what happened
     */
    public SettingsException(String code, String message, Throwable cause) {
        super(code, message, cause);
    }
}
