package org.anira.api;

import java.util.List;

/**
 * A setting, option or argument that is unknown, of the wrong type or out of range. Exit code 2.
 *
 * <p>It carries the settings that it is about, so that the host can say where the user gave them.
 */
@PublicApi(since = "0.1")
public final class SettingsException extends AniraException {

    private static final long serialVersionUID = 1L;

    private final String[] settings;

    /**
     * Makes one that names no settings.
     *
     * @param code the code, such as {@code CFG-001}
     * @param message what was asked, what was found, what to do
     */
    public SettingsException(String code, String message) {
        this(code, List.of(), message, null);
    }

    /**
     * Makes one with a cause that names no settings.
     *
     * @param code the code, such as {@code CFG-001}
     * @param message what was asked, what was found, what to do
     * @param cause what happened
     */
    public SettingsException(String code, String message, Throwable cause) {
        this(code, List.of(), message, cause);
    }

    /**
     * Makes one about settings.
     *
     * @param code the code, such as {@code CFG-003}
     * @param settings as {@link #settings()} returns them
     * @param message what was asked, what was found, what to do
     */
    public SettingsException(String code, List<String> settings, String message) {
        this(code, settings, message, null);
    }

    /**
     * Makes one about settings, with a cause.
     *
     * @param code the code, such as {@code CFG-003}
     * @param settings as {@link #settings()} returns them
     * @param message what was asked, what was found, what to do
     * @param cause what happened; may be null
     */
    public SettingsException(String code, List<String> settings, String message, Throwable cause) {
        super(code, message, cause);
        this.settings = settings.toArray(String[]::new);
    }

    /**
     * Returns the settings that it is about, the one most likely to need a change first; empty if
     * it names none. A provider gives the names of its own options, such as {@code max-length}. The
     * host gives dotted paths, such as {@code task.options.max-length}.
     */
    public List<String> settings() {
        return List.of(settings);
    }
}
