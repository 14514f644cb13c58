package org.anira.runtime.plugin;

import org.anira.api.PluginException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The layers of plug-ins with a native engine. The JVM lets only one class loader load a native
 * library, once. So these layers belong to the process, not to a registry, and are kept until it
 * ends.
 */
final class NativeEngines {

    private static final Map<String, Loaded> LOADED = new HashMap<>();

    private NativeEngines() {}

    /**
     * The layer of a plug-in, and the files it was made from.
     *
     * @param jars paths, sizes and times
     * @param layer the layer
     */
    private record Loaded(List<String> jars, PluginLayer layer) {}

    /**
     * Returns the layer of a plug-in, which is made at the first call in this process.
     *
     * @throws PluginException PLG-011 if a plug-in of the same id was loaded from other files
     */
    static synchronized PluginLayer layer(
            PluginFiles files, PluginDescriptor plugin, Supplier<PluginLayer> maker) {
        List<String> jars = stamps(files.jars());
        Loaded loaded = LOADED.get(plugin.id());
        if (loaded == null) {
            loaded = new Loaded(jars, maker.get());
            LOADED.put(plugin.id(), loaded);
        } else if (!loaded.jars.equals(jars)) {
            throw new PluginException(
                    "PLG-011",
                    ("Plugin '%s' has a native engine, and this process has it from other"
                                    + " files. Start a new process to use '%s'.")
                            .formatted(plugin.id(), files.path()));
        }
        return loaded.layer;
    }

    private static List<String> stamps(List<Path> jars) {
        List<String> stamps = new ArrayList<>();
        for (Path jar : jars) {
            try {
                stamps.add(
                        jar.toRealPath()
                                + " "
                                + Files.size(jar)
                                + " "
                                + Files.getLastModifiedTime(jar));
            } catch (IOException e) {
                throw ModuleFile.unreadable(jar, e);
            }
        }
        return stamps;
    }
}
