package org.anira.app.process;

import org.anira.api.PluginException;
import org.anira.runtime.experiment.InstalledPlugins;
import org.anira.runtime.plugin.JarHashes;
import org.anira.runtime.plugin.PluginLock;
import org.anira.runtime.plugin.PluginRegistry;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The folders of anira, of its plug-ins and of its cache. */
public final class Installation {

    private Installation() {}

    /**
     * Opens the registry of all plug-ins; none of their code runs.
     *
     * @param more folders besides the default ones
     * @throws PluginException PLG-013 if a folder that was asked for does not exist, PLG-010 if
     *     there is a lock that cannot be read
     */
    public static InstalledPlugins open(List<Path> more) {
        return open(more, PluginLock.at(lock()));
    }

    /**
     * Opens the registry and ignores the lock, for writing a new one.
     *
     * @throws PluginException PLG-013 if a folder that was asked for does not exist
     */
    public static InstalledPlugins unlocked(List<Path> more) {
        return open(more, Optional.empty());
    }

    private static InstalledPlugins open(List<Path> more, Optional<PluginLock> lock) {
        return new InstalledPlugins(
                PluginRegistry.open(folders(more), JarHashes.cachedIn(cache()), lock));
    }

    /**
     * Returns the folders to search: the distribution's, the user's, the environment's, those asked
     * for.
     */
    public static List<Path> folders(List<Path> more) {
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

    /** Returns the user's own folder of plug-ins, which may not exist. */
    public static Path own() {
        return Path.of(System.getProperty("user.home"), ".anira", "plugins");
    }

    /** Returns the folder of the distribution; empty if anira was started in another way. */
    public static Optional<Path> home() {
        return Optional.ofNullable(System.getProperty("anira.home")).map(Path::of);
    }

    /** Returns the folder for files that can be made again. */
    public static Path cache() {
        String named = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path caches =
                named.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(named);
        return caches.resolve("anira");
    }

    /**
     * Returns the lock file, which pins the plug-ins if it exists: {@code plugins.lock} in the
     * current folder.
     */
    public static Path lock() {
        return Path.of("plugins.lock");
    }
}
