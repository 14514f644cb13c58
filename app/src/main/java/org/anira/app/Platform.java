package org.anira.app;

import org.anira.api.PluginException;
import org.anira.api.Provider;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;
import org.anira.runtime.config.Providers;
import org.anira.runtime.plugin.JarHashes;
import org.anira.runtime.plugin.Kind;
import org.anira.runtime.plugin.Plugin;
import org.anira.runtime.plugin.PluginLock;
import org.anira.runtime.plugin.PluginRegistry;
import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.runtime.plugin.Service;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The plug-ins of this process, from the folders where users and the distribution put them. */
final class Platform implements Providers {

    private final PluginRegistry registry;

    private Platform(PluginRegistry registry) {
        this.registry = registry;
    }

    /**
     * Reads the descriptors of all plug-ins; none of their code runs.
     *
     * @param more folders beside the usual ones
     * @throws PluginException PLG-013 if a folder that was asked for does not exist, PLG-010 if
     *     there is a lock that cannot be read
     */
    static Platform open(List<Path> more) {
        return open(more, PluginLock.at(lock()));
    }

    /**
     * Does the same without regard to a lock: for writing a new one.
     *
     * @throws PluginException PLG-013 if a folder that was asked for does not exist
     */
    static Platform unlocked(List<Path> more) {
        return open(more, Optional.empty());
    }

    private static Platform open(List<Path> more, Optional<PluginLock> lock) {
        return new Platform(PluginRegistry.open(folders(more), JarHashes.cachedIn(cache()), lock));
    }

    /**
     * Returns the folders that are looked through: the distribution's, the user's, the
     * environment's, those asked for.
     */
    static List<Path> folders(List<Path> more) {
        List<Path> folders = new ArrayList<>();
        home().map(home -> home.resolve("plugins"))
                .filter(Files::isDirectory)
                .ifPresent(folders::add);
        if (Files.isDirectory(own())) {
            folders.add(own());
        }
        String named = System.getenv().getOrDefault("ANIRA_PLUGINS", "");
        for (String folder : named.split(File.pathSeparator)) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder));
            }
        }
        folders.addAll(more);
        return folders;
    }

    /** Returns the user's own folder of plug-ins, which need not exist. */
    static Path own() {
        return Path.of(System.getProperty("user.home"), ".anira", "plugins");
    }

    /** Returns the folder of the distribution; empty if anira was started in another way. */
    static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty("anira.home")).map(Path::of);
    }

    /** Returns the folder for what can be made again. */
    static Path cache() {
        String named = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path caches =
                named.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(named);
        return caches.resolve("anira");
    }

    /**
     * Returns the file that pins the plug-ins where it exists: {@code plugins.lock} in the current
     * folder.
     */
    static Path lock() {
        return Path.of("plugins.lock");
    }

    PluginRegistry registry() {
        return registry;
    }

    /** Returns what there is to know of the plug-in that provides something. */
    PluginSnapshot pluginOf(Kind<?> kind, String name) {
        return pluginsOf(Map.of(kind, name)).getFirst();
    }

    /** Returns what there is to know of the plug-ins that provide some things, each once. */
    List<PluginSnapshot> pluginsOf(Map<Kind<?>, String> names) {
        Set<Plugin> plugins = new LinkedHashSet<>();
        names.forEach((kind, name) -> plugins.add(registry.find(kind, name).plugin()));
        return registry.snapshot(plugins);
    }

    @Override
    public TaskProvider task(String name) {
        return provider(Kind.TASK, name);
    }

    @Override
    public HaltingProvider halting(String name) {
        return provider(Kind.HALTING, name);
    }

    @Override
    public BackendProvider backend(String name) {
        return provider(Kind.BACKEND, name);
    }

    @Override
    public List<BackendProvider> backends() {
        return registry.services(Kind.BACKEND).stream()
                .filter(service -> service.standing() == Service.Standing.SELECTED)
                .map(Service::provider)
                .toList();
    }

    private <P extends Provider> P provider(Kind<P> kind, String name) {
        return registry.find(kind, name).provider();
    }
}
