package org.anira.api;

import java.util.Objects;

/**
 * An error that stops the work and that the user, or the author of a plug-in, can fix. Its message
 * says what was asked, what was found and what to do. It is shown without a stack trace.
 */
@PublicApi(since = "0.1")
public abstract sealed class AniraException extends RuntimeException
        permits SettingsException,
                PluginException,
                BackendException,
                DataException,
                TrainingException {

    private static final long serialVersionUID = 1L;

    /** The code, such as {@code CFG-001}: stable, and a heading in {@code docs/errors.md}. */
    private final String code;

    AniraException(String code, String message, Throwable cause) {
        super(Objects.requireNonNull(message), cause);
        this.code = Objects.requireNonNull(code);
    }

    /**
     * Returns the code, such as {@code CFG-001}: stable, and a heading in {@code docs/errors.md}.
     */
    public String code() {
        return code;
    }
}
