package org.anira.app.process;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.SettingsException;
import org.anira.app.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

/** What is no text in the locale's encoding is refused, with what it is. */
class EncodingCheckTests {

    private static void check(Map<String, String> properties, Map<String, String> environment) {
        EncodingCheck.requireFolders(properties::get, environment::get);
    }

    @ParameterizedTest
    @CsvSource({
        "user.dir, The current folder",
        "anira.home, The folder of anira",
        "user.home, The home folder",
        "java.io.tmpdir, The folder of temporary files"
    })
    void aFolderIsNamed(String property, String name) {
        SettingsException e =
                assertThrows(
                        SettingsException.class,
                        () -> check(Map.of(property, "/gr\uFFFDn"), Map.of()));

        assertEquals("CFG-009", e.code());
        assertTrue(e.getMessage().startsWith(name + ", '/gr\uFFFDn', is no text"), e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ANIRA_PLUGINS", "XDG_CACHE_HOME", "ANIRA_TORCH", "PYTORCH_LIBRARY_PATH"})
    void aVariableIsNamed(String variable) {
        SettingsException e =
                assertThrows(
                        SettingsException.class,
                        () -> check(Map.of(), Map.of(variable, "/gr\uFFFDn:/x")));

        assertTrue(e.getMessage().startsWith(variable + ", '/gr\uFFFDn:/x', "), e::getMessage);
    }

    @Test
    void textInAnyScriptIsFine() {
        assertDoesNotThrow(() -> check(Map.of("user.dir", "/größe/漢字/🐘"), Map.of()));
    }

    @Test
    void anArgumentIsRefusedBeforeTheCommandLineIsRead() {
        Outcome outcome = Outcome.of("train", "--nonsense", "gr\uFFFDn");

        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(
                outcome.err().startsWith("CFG-009  The argument, 'gr\uFFFDn', is no text"),
                outcome.err());
    }
}
