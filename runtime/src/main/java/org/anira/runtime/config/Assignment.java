package org.anira.runtime.config;

import org.anira.api.Settings;
import org.anira.api.SettingsException;

/**
 * An override: a setting that replaces the file's.
 *
 * @param path keys, joined by dots
 * @param value in YAML
 * @param origin what was typed
 */
public record Assignment(String path, String value, Origin origin) {

    /**
     * Reads {@code a.b.c=value}.
     *
     * @throws SettingsException CFG-006 if the word has another form
     */
    public static Assignment of(String word) {
        int equals = word.indexOf('=');
        if (equals <= 0) {
            throw new SettingsException(
                    "CFG-006",
                    "%s is not of the form key.path=value, such as model.width=64"
                            .formatted(Settings.shown(word)));
        }
        return new Assignment(
                word.substring(0, equals).strip(),
                word.substring(equals + 1),
                new Origin.CommandLine("override", word));
    }

    /**
     * Returns the assignment that a command-line option stands for.
     *
     * @param option its name, such as {@code --seed}
     */
    public static Assignment option(String option, String path, String value) {
        return new Assignment(path, value, new Origin.CommandLine("option", option + " " + value));
    }

    /** Returns it as a word, {@code a.b.c=value}. */
    public String word() {
        return path + "=" + value;
    }
}
