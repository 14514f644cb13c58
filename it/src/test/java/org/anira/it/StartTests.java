package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/** What tells of anira itself works wherever it is started, and opens no plug-ins. */
class StartTests {

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--version",
                "--help",
                "train --help",
                "help eval",
                "list presets",
                "describe preset mano-fixed"
            })
    void needsNeitherPluginsNorHomeNorLocale(String words) {
        Child child =
                App.in(folder)
                        .with("HOME", "/proc/nowhere")
                        .with("XDG_CACHE_HOME", "")
                        .with("LC_ALL", "")
                        // Whoever opens plug-ins ends with PLG-013.
                        .with("ANIRA_PLUGINS", "/nowhere")
                        .run(words.split(" "));

        assertEquals(0, child.exit(), child::errors);
        assertEquals("", child.errors());
        assertTrue(child.output().contains("anira"), child::output);
    }
}
