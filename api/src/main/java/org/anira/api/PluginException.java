package org.anira.api;

/** A plug-in that is missing, does not fit this host, or fails. Exit code 3. */
@PublicApi(since = "0.1")
public final class PluginException extends AniraException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one without a cause.
     *
     * @param code the code, such as {@code PLG-001}
     * @param message what was asked, what was found, what to do
     */
    public PluginException(String code, String message) {
        super(code, message, null);
    }

    /**
     * Makes one with a cause.
     *
     * @param code the code, such as {@code PLG-001}
     * @param message what was asked, what was found, what to do
     * @param cause what happened
     */
    public PluginException(String code, String message, Throwable cause) {
        super(code, message, cause);
    }
}
