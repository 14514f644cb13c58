package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.anira.api.PluginException;
import org.anira.api.halting.HaltingProvider;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What tests of the platform share: a directory of plug-ins. */
abstract class PluginDirectory {

    @TempDir Path directory;

    /** Returns a path in the directory. */
    Path at(String path) {
        return directory.resolve(path);
    }

    PluginRegistry open() {
        return PluginRegistry.open(List.of(directory), JarHashes.uncached(), Optional.empty());
    }

    static HaltingProvider halting(PluginRegistry registry, String name) {
        return registry.find(Kind.HALTING, name).provider();
    }

    /**
     * Returns the message of a failed plug-in, its code before it, and the directory's path taken
     * out.
     */
    String failure(PluginRegistry registry, String id) {
        Plugin plugin =
                registry.plugins().stream()
                        .filter(known -> known.id().equals(id))
                        .findFirst()
                        .orElseThrow();
        assertEquals(PluginState.FAILED, plugin.state(), plugin.toString());
        return shown(plugin.reason().orElseThrow());
    }

    /** Returns what is shown of the exception that an action throws. */
    String refusal(Runnable action) {
        return shown(assertThrows(PluginException.class, action::run));
    }

    String shown(PluginException e) {
        return (e.code() + " " + e.getMessage()).replace(directory + "/", "");
    }
}
