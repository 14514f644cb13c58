package org.anira.runtime.plugin;

import org.anira.api.PluginException;

import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * The modules of one plug-in: a layer over the host's, with one class loader that sees the
 * plug-in's jars, the modules they read and the JDK, but not the class path.
 *
 * <p>Jars that are no modules form the class path of the loader's parent. Modules without
 * descriptors, which read everything, find their classes there.
 *
 * @param layer the layer
 * @param module the plug-in's own module in it
 */
record PluginLayer(ModuleLayer layer, Module module) {

    /** Returns the loader of all modules of the layer. */
    ClassLoader loader() {
        return module.getClassLoader();
    }

    /**
     * Makes the layer of a plug-in.
     *
     * @param host the parent
     * @throws PluginException PLG-006 or PLG-007 if its jars have changed since it was checked,
     *     PLG-005 if the modules do not fit together, PLG-011 if the host may not grant native
     *     access
     */
    static PluginLayer open(PluginFiles files, PluginDescriptor plugin, ModuleLayer host) {
        PluginModules modules = PluginModules.of(files, plugin, host);
        try {
            Configuration configuration =
                    host.configuration()
                            .resolve(
                                    modules.finder(),
                                    ModuleFinder.of(),
                                    modules.references().keySet());
            ModuleLayer.Controller controller =
                    ModuleLayer.defineModulesWithOneLoader(
                            configuration, List.of(host), parent(plugin, modules.nameless()));
            ModuleLayer layer = controller.layer();
            if (plugin.nativeEngine()) {
                grantNativeAccess(plugin, controller);
            }
            return new PluginLayer(layer, layer.findModule(plugin.module()).orElseThrow());
        } catch (FindException | ResolutionException | LayerInstantiationException e) {
            throw new PluginException(
                    "PLG-005",
                    "Plugin '%s' failed to start: its modules do not fit together: %s"
                            .formatted(plugin.id(), Causes.innermost(e)),
                    e);
        }
    }

    private static ClassLoader parent(PluginDescriptor plugin, List<Path> nameless) {
        ClassLoader jdk = ClassLoader.getPlatformClassLoader();
        return nameless.isEmpty()
                ? jdk
                : new URLClassLoader(
                        plugin.id(),
                        nameless.stream().map(PluginLayer::url).toArray(URL[]::new),
                        jdk);
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(
                    "'" + jar + "' is not in a file system that has URLs", e);
        }
    }

    /**
     * A restricted method, used on purpose: the launcher allows native access to this module, which
     * passes it on to the engine's.
     */
    @SuppressWarnings("restricted")
    private static void grantNativeAccess(
            PluginDescriptor plugin, ModuleLayer.Controller controller) {
        try {
            controller.layer().modules().forEach(controller::enableNativeAccess);
        } catch (IllegalCallerException e) {
            throw new PluginException(
                    "PLG-011",
                    ("Plugin '%s' loads a native library, which this process forbids. Start"
                                    + " Java with --enable-native-access=%s.")
                            .formatted(plugin.id(), PluginLayer.class.getModule().getName()),
                    e);
        }
    }
}
