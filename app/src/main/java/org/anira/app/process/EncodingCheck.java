package org.anira.app.process;

import org.anira.api.SettingsException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Checks that the arguments and folder names of the process were decoded correctly. Java replaces
 * bytes that are invalid in the locale's encoding by the replacement character; under such a name
 * it would find nothing, or create a different file. The launcher sets UTF-8. Names that are still
 * invalid are refused here, before anything is read or written.
 */
public final class EncodingCheck {

    /** The replacement character. */
    private static final String LOST = "\uFFFD";

    /** System properties that name folders, with their names in messages. */
    private static final Map<String, String> FOLDERS = new LinkedHashMap<>();

    static {
        FOLDERS.put("user.dir", "The current folder");
        FOLDERS.put("anira.home", "The folder of anira");
        FOLDERS.put("user.home", "The home folder");
        FOLDERS.put("java.io.tmpdir", "The folder of temporary files");
    }

    /** Environment variables that name folders. */
    private static final List<String> VARIABLES =
            List.of("ANIRA_PLUGINS", "XDG_CACHE_HOME", "ANIRA_TORCH", "PYTORCH_LIBRARY_PATH");

    private EncodingCheck() {}

    /**
     * Checks the command-line arguments.
     *
     * @throws SettingsException CFG-009 if one of them is no text
     */
    public static void requireArguments(String... arguments) {
        for (String argument : arguments) {
            require("The argument", argument);
        }
    }

    /**
     * Checks the folder names in system properties and environment variables.
     *
     * @param properties the system properties
     * @param environment the environment variables
     * @throws SettingsException CFG-009 if one of them is no text
     */
    public static void requireFolders(
            UnaryOperator<String> properties, UnaryOperator<String> environment) {
        FOLDERS.forEach((property, name) -> require(name, properties.apply(property)));
        VARIABLES.forEach(variable -> require(variable, environment.apply(variable)));
    }

    private static void require(String what, String value) {
        if (value != null && value.contains(LOST)) {
            throw unreadable(what, value);
        }
    }

    /** Returns the error for a name that the system cannot have or that Java cannot read. */
    static SettingsException unreadable(String what, String value) {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        return new SettingsException(
                "CFG-009",
                encoding.equals("UTF-8")
                        ? "%s, '%s', is no text in UTF-8. Rename the file or folder, or use another."
                                .formatted(what, value)
                        : "%s, '%s', is no text in %s, the encoding of this locale. Choose a UTF-8 locale, as in: LC_ALL=C.UTF-8 anira …"
                                .formatted(what, value, encoding));
    }
}
