package org.anira.runtime.plugin;

import org.anira.api.Names;
import org.anira.api.PluginException;

import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolutionException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The modules of one plug-in: a layer over the host's, with one class loader that sees the
 * plug-in's jars, the modules they read and the JDK, but not the class path.
 *
 * <p>All jars of the folder become modules. A jar without a descriptor whose name is not a legal
 * module name (native libraries are often packed so) cannot be one: such jars form the class path
 * of the loader's parent, where the modules without descriptors, which read everything, find their
 * content.
 *
 * @param layer the layer
 * @param module the plug-in's own module in it
 */
record PluginLayer(ModuleLayer layer, Module module) {

    /** Name of the module that a plug-in must share with the host. */
    private static final String API = Names.class.getModule().getName();

    /** Returns the loader of all modules of the layer. */
    ClassLoader loader() {
        return module.getClassLoader();
    }

    /**
     * Makes the layer of a plug-in.
     *
     * @param host the parent
     * @throws PluginException PLG-006 if a module is missing, PLG-007 if a jar is no module for
     *     another reason than its name, PLG-005 if the modules do not fit together, PLG-011 if the
     *     host may not grant native access
     */
    static PluginLayer open(PluginFiles files, PluginDescriptor plugin, ModuleLayer host) {
        List<Path> nameless = new ArrayList<>();
        Map<String, ModuleReference> modules = new LinkedHashMap<>();
        List<ModuleFinder> finders = new ArrayList<>();
        for (Path jar : files.jars()) {
            ModuleFinder finder = ModuleFinder.of(jar);
            try {
                for (ModuleReference module : finder.findAll()) {
                    checkAlone(plugin, jar, module, modules);
                    modules.put(module.descriptor().name(), module);
                }
                finders.add(finder);
            } catch (FindException e) {
                if (ModuleFile.read(jar).moduleInfo().isPresent()) {
                    throw new PluginException(
                            "PLG-007",
                            "'%s' cannot be used as a module: %s. Build it again."
                                    .formatted(jar, e.getMessage()),
                            e);
                }
                nameless.add(jar);
            }
        }
        checkRequires(plugin, modules, host);
        checkApart(plugin, modules.values(), host);
        return define(plugin, host, finders, modules.keySet(), nameless);
    }

    private static PluginLayer define(
            PluginDescriptor plugin,
            ModuleLayer host,
            List<ModuleFinder> finders,
            Set<String> roots,
            List<Path> nameless) {
        try {
            Configuration configuration =
                    host.configuration()
                            .resolve(
                                    ModuleFinder.compose(finders.toArray(ModuleFinder[]::new)),
                                    ModuleFinder.of(),
                                    roots);
            ModuleLayer.Controller controller =
                    ModuleLayer.defineModulesWithOneLoader(
                            configuration, List.of(host), parent(plugin, nameless));
            ModuleLayer layer = controller.layer();
            if (plugin.nativeEngine()) {
                grantNativeAccess(plugin, controller);
            }
            return new PluginLayer(layer, layer.findModule(plugin.module()).orElseThrow());
        } catch (FindException | ResolutionException | LayerInstantiationException e) {
            throw Plugin.failedToStart(plugin.id(), e);
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

    /** Checks that a jar brings neither a module that is there already nor the host's API. */
    private static void checkAlone(
            PluginDescriptor plugin,
            Path jar,
            ModuleReference module,
            Map<String, ModuleReference> others) {
        String name = module.descriptor().name();
        if (name.equals(API)) {
            throw new PluginException(
                    "PLG-007",
                    ("Plugin '%s' brings its own copy of %s: '%s'. Remove that jar; the host"
                                    + " has the module.")
                            .formatted(plugin.id(), API, jar));
        }
        if (others.containsKey(name)) {
            throw new PluginException(
                    "PLG-007",
                    "Plugin '%s' has module '%s' twice: '%s' and '%s'. Remove one."
                            .formatted(plugin.id(), name, file(others.get(name)), jar));
        }
    }

    /** Checks that what every module requires is in the folder or the host. */
    private static void checkRequires(
            PluginDescriptor plugin, Map<String, ModuleReference> modules, ModuleLayer host) {
        Map<String, Set<String>> missing = new LinkedHashMap<>();
        for (ModuleReference module : modules.values()) {
            Set<String> absent =
                    module.descriptor().requires().stream()
                            .filter(required ->
                                    !required.modifiers()
                                            .contains(ModuleDescriptor.Requires.Modifier.STATIC))
                            .map(ModuleDescriptor.Requires::name)
                            .filter(name ->
                                    !modules.containsKey(name) && host.findModule(name).isEmpty())
                            .collect(Collectors.toCollection(LinkedHashSet::new));
            if (!absent.isEmpty()) {
                missing.put(module.descriptor().name(), absent);
            }
        }
        if (!missing.isEmpty()) {
            throw PluginInspector.missing(
                    plugin,
                    String.join("', '", missing.keySet()),
                    missing.values().stream().flatMap(Set::stream).toList());
        }
    }

    /**
     * Checks that no module reads two of one name. A module without a descriptor reads all of the
     * host's, so beside one the folder can hold no other version of a host's module; between
     * modules with descriptors it can.
     */
    private static void checkApart(
            PluginDescriptor plugin, Collection<ModuleReference> modules, ModuleLayer host) {
        Optional<ModuleReference> automatic =
                modules.stream().filter(module -> module.descriptor().isAutomatic()).findFirst();
        Optional<ModuleReference> shared =
                modules.stream()
                        .filter(module -> host.findModule(module.descriptor().name()).isPresent())
                        .findFirst();
        if (automatic.isPresent() && shared.isPresent()) {
            throw new PluginException(
                    "PLG-007",
                    ("Plugin '%s' brings module '%s', which the host has too, and '%s' would see"
                         + " both since it has no module descriptor. Use a jar of it that has one,"
                         + " or rename the packages of the first.")
                            .formatted(
                                    plugin.id(),
                                    shared.get().descriptor().name(),
                                    file(automatic.get())));
        }
    }

    private static Path file(ModuleReference module) {
        return module.location().map(Path::of).orElseThrow();
    }

    /**
     * Restricted, and meant: the launcher allows native access to this module, which hands it on to
     * the engine's.
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
