package org.anira.app.process;

import org.anira.api.SettingsException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Where and with what words the process was started. To Java these are text, and bytes that are no
 * text in the locale's encoding become a mark that stands for any: under such a name it finds
 * nothing, or makes something else. The launcher provides for UTF-8; what is no text all the same
 * is refused here, before anything is read or written.
 */
public final class Surroundings {

    /** The mark. */
    private static final String LOST = "\uFFFD";

    /** Properties of the process that are names of folders, and what people call them. */
    private static final Map<String, String> FOLDERS = new LinkedHashMap<>();

    static {
        FOLDERS.put("user.dir", "The current folder");
        FOLDERS.put("anira.home", "The folder of anira");
        FOLDERS.put("user.home", "The home folder");
        FOLDERS.put("java.io.tmpdir", "The folder of temporary files");
    }

    /** Variables of the environment that name folders. */
    private static final List<String> VARIABLES =
            List.of("ANIRA_PLUGINS", "XDG_CACHE_HOME", "ANIRA_TORCH", "PYTORCH_LIBRARY_PATH");

    private Surroundings() {}

    /**
     * Checks what was typed.
     *
     * @throws SettingsException CFG-009 if one of the arguments is no text
     */
    public static void requireWords(String... arguments) {
        for (String argument : arguments) {
            require("The argument", argument);
        }
    }

    /**
     * Checks the folders that are not typed.
     *
     * @param properties the properties of the process
     * @param environment the variables of its environment
     * @throws SettingsException CFG-009 if the name of one is no text
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
