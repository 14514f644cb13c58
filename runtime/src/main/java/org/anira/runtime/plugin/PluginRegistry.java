package org.anira.runtime.plugin;

import org.anira.api.Names;
import org.anira.api.PluginException;
import org.anira.api.Provider;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The plug-ins of a process, and the providers by kind and name. There is no static instance; it is
 * passed to whoever needs it.
 *
 * <p>Of two plug-ins with one id, the one with the higher ranking, then the higher version, is
 * used; the other is set aside. Of two services of one kind and name, the one of the plug-in with
 * the higher ranking is used. If the rankings are equal, none is chosen: asking for the name is an
 * error.
 *
 * <p>A running process may change what there is: {@link #install}, {@link #stop}, {@link
 * #uninstall} and listeners. No command does so yet; those that manage plug-ins will.
 *
 * <p>May be used from several threads; changes are made one after the other.
 */
public final class PluginRegistry {

    /** The largest number of failed plug-ins that a message quotes. */
    private static final int QUOTED = 5;

    private final ModuleLayer host;
    private final JarHashes hashes;
    private final Optional<PluginLock> lock;
    private final List<Plugin> plugins = new ArrayList<>();
    private final List<PluginListener> listeners = new CopyOnWriteArrayList<>();

    private PluginRegistry(ModuleLayer host, JarHashes hashes, Optional<PluginLock> lock) {
        this.host = host;
        this.hashes = hashes;
        this.lock = lock;
    }

    /**
     * Opens a registry of the plug-ins in some directories. Descriptors are read and checked; no
     * code of a plug-in runs.
     *
     * @param directories each holds plug-in jars and folders; a plug-in found twice, by a link or
     *     because a directory is given twice, counts once
     * @param hashes computes and remembers the SHA-256 of jars
     * @param lock the only plug-ins that may be used, if that is restricted
     * @throws PluginException PLG-013 if a directory does not exist or cannot be read
     * @throws IllegalStateException if this class was loaded from the class path
     */
    public static PluginRegistry open(
            List<Path> directories, JarHashes hashes, Optional<PluginLock> lock) {
        ModuleLayer host = PluginRegistry.class.getModule().getLayer();
        if (host == null) {
            throw new IllegalStateException(
                    "plug-ins are modules: put the runtime on the module path");
        }
        PluginRegistry registry = new PluginRegistry(host, hashes, lock);
        Set<Path> seen = new LinkedHashSet<>();
        for (Path directory : directories) {
            for (Path path : PluginFiles.in(directory)) {
                if (seen.add(real(path))) {
                    registry.plugins.add(registry.inspect(path));
                }
            }
        }
        return registry;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path.toAbsolutePath().normalize();
        }
    }

    /** Returns all plug-ins in the order they were found. */
    public synchronized List<Plugin> plugins() {
        return List.copyOf(plugins);
    }

    /** Returns the sound plug-ins that are not used since another has their id. */
    public synchronized List<Plugin> setAside() {
        return plugins.stream()
                .filter(plugin -> Precedence.replacement(plugin, plugins).isPresent())
                .toList();
    }

    /**
     * Returns the service of a kind and name. Plug-ins that provide the kind become active.
     *
     * @throws PluginException PLG-001 if there is none, naming the nearest and all others, and the
     *     plug-ins that failed; the reason of a failed plug-in if the name is its id; PLG-004 if
     *     several have the highest ranking
     */
    public synchronized <P extends Provider> Service<P> find(Kind<P> kind, String name) {
        activate(kind);
        Claim first =
                Claim.of(kind, plugins).stream()
                        .filter(claim -> claim.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> unknown(kind, name));
        first.reason()
                .ifPresent(reason -> {
                    throw new PluginException(reason.code(), reason.getMessage(), reason);
                });
        return service(kind, first);
    }

    /**
     * Returns all services of a kind by name, the selected one of each name first. Plug-ins of the
     * kind become active.
     */
    public synchronized <P extends Provider> List<Service<P>> services(Kind<P> kind) {
        activate(kind);
        return Claim.of(kind, plugins).stream().map(claim -> service(kind, claim)).toList();
    }

    private static <P extends Provider> Service<P> service(Kind<P> kind, Claim claim) {
        return new Service<>(
                kind,
                claim.name(),
                claim.plugin().provider(kind, claim.name()).orElseThrow(),
                claim.plugin(),
                claim.standing());
    }

    /**
     * Starts all plug-ins that can be started, to learn which can be used. Those that are set aside
     * are left alone.
     */
    public synchronized void startAll() {
        Kind.ALL.forEach(this::activate);
    }

    /**
     * Adds a plug-in while the process runs. One that does not pass the checks is added as failed.
     *
     * @param path a jar or a folder
     * @throws PluginException PLG-004 if a sound plug-in with its id or path is there already
     */
    public synchronized Plugin install(Path path) {
        Plugin plugin = inspect(path);
        for (Plugin other : plugins) {
            boolean same =
                    other.path().equals(path)
                            || plugin.state() != PluginState.FAILED
                                    && other.id().equals(plugin.id());
            if (same && other.state() != PluginState.FAILED) {
                throw new PluginException(
                        "PLG-004",
                        ("Plugin '%s' is already installed, from '%s'. Uninstall it before"
                                        + " installing '%s'.")
                                .formatted(other.id(), other.path(), path));
            }
        }
        plugins.removeIf(other -> other.path().equals(path));
        plugins.add(plugin);
        tell(plugin, Optional.empty());
        return plugin;
    }

    /**
     * Starts a plug-in, if it is not active.
     *
     * @throws PluginException why that fails; PLG-001 if there is no such plug-in
     */
    public synchronized void start(String id) {
        Plugin plugin = byId(id);
        switch (plugin.state()) {
            case INSTALLED, STOPPED -> activate(plugin);
            case RESOLVED, ACTIVE, UNINSTALLED, FAILED -> {}
        }
        plugin.reason()
                .ifPresent(reason -> {
                    throw new PluginException(reason.code(), reason.getMessage(), reason);
                });
    }

    /**
     * Stops a plug-in: its providers are withdrawn, and throw PLG-012 if they are still called.
     *
     * @throws PluginException PLG-001 if there is no such plug-in, PLG-011 if it has a native
     *     engine
     */
    public synchronized void stop(String id) {
        Plugin plugin = byId(id);
        checkUnbound(plugin);
        if (plugin.state() == PluginState.ACTIVE) {
            enter(plugin, new Stage.Stopped());
        }
    }

    /**
     * Removes a plug-in from the registry. Its files stay.
     *
     * @throws PluginException PLG-001 if there is no such plug-in, PLG-011 if it has a native
     *     engine
     */
    public synchronized void uninstall(String id) {
        Plugin plugin = byId(id);
        checkUnbound(plugin);
        stop(id);
        plugins.remove(plugin);
        enter(plugin, new Stage.Uninstalled());
    }

    /** Adds a listener for changes after this call. */
    public void addListener(PluginListener listener) {
        listeners.add(listener);
    }

    /** Removes a listener. */
    public void removeListener(PluginListener listener) {
        listeners.remove(listener);
    }

    /**
     * Returns snapshots of all plug-ins, in the order they were found. Hashes the jars of those
     * that did not fail.
     */
    public synchronized List<PluginSnapshot> snapshot() {
        return snapshot(plugins);
    }

    /** Returns snapshots of some plug-ins, and hashes their jars only. */
    public synchronized List<PluginSnapshot> snapshot(Collection<Plugin> some) {
        List<PluginSnapshot> snapshots =
                some.stream()
                        .map(plugin ->
                                PluginSnapshot.of(
                                        plugin,
                                        plugins,
                                        plugin.jars().stream()
                                                .map(jar -> hashed(plugin, jar))
                                                .toList()))
                        .toList();
        hashes.save();
        return snapshots;
    }

    /**
     * Writes a lock file that allows the plug-ins as they are now, except those that failed or are
     * set aside.
     *
     * @throws PluginException PLG-010 if that fails
     */
    public synchronized void writeLock(Path file) {
        PluginLock.write(
                file,
                plugins.stream()
                        .filter(plugin ->
                                plugin.state() != PluginState.FAILED
                                        && Precedence.replacement(plugin, plugins).isEmpty())
                        .toList());
    }

    /** Returns the plug-in at a path. A broken plug-in does not affect others. */
    private Plugin inspect(Path path) {
        PluginFiles files = PluginFiles.unread(path);
        Optional<PluginDescriptor> descriptor = Optional.empty();
        try {
            files = PluginFiles.at(path);
            PluginDescriptor described = PluginInspector.describe(files);
            descriptor = Optional.of(described);
            PluginInspector.check(described, files, host);
            if (lock.isPresent()) {
                lock.get().check(described, files);
            }
            return Plugin.installed(files, described);
        } catch (PluginException e) {
            return Plugin.failed(files, descriptor, e);
        } catch (RuntimeException | Error e) {
            return Plugin.failed(files, descriptor, ModuleFile.unreadable(path, e));
        }
    }

    private void activate(Kind<?> kind) {
        plugins.stream()
                .filter(plugin ->
                        plugin.state() == PluginState.INSTALLED && plugin.mayProvide(kind))
                .sorted(Precedence.HIGHEST_FIRST)
                .filter(plugin -> Precedence.replacement(plugin, plugins).isEmpty())
                .forEach(this::activate);
    }

    private void activate(Plugin plugin) {
        Stage resolved = attempt(plugin, () -> plugin.resolve(host));
        enter(plugin, resolved);
        if (resolved instanceof Stage.Resolved(PluginLayer layer)) {
            enter(plugin, attempt(plugin, () -> plugin.activate(layer)));
        }
    }

    private static Stage attempt(Plugin plugin, Supplier<Stage> step) {
        try {
            return step.get();
        } catch (PluginException e) {
            return new Stage.Failed(e);
        } catch (Throwable e) {
            return new Stage.Failed(Plugin.failedToStart(plugin.id(), e));
        }
    }

    private void enter(Plugin plugin, Stage stage) {
        PluginState before = plugin.state();
        plugin.enter(stage);
        tell(plugin, Optional.of(before));
    }

    private void tell(Plugin plugin, Optional<PluginState> before) {
        PluginEvent event = new PluginEvent(plugin, before, plugin.state());
        listeners.forEach(listener -> listener.changed(event));
    }

    private Plugin byId(String id) {
        List<Plugin> named =
                plugins.stream()
                        .filter(plugin ->
                                plugin.state() != PluginState.FAILED && plugin.id().equals(id))
                        .sorted(Precedence.HIGHEST_FIRST)
                        .toList();
        if (named.size() > 1 && Precedence.HIGHEST_FIRST.compare(named.get(0), named.get(1)) == 0) {
            throw Precedence.twice(id, named.get(0), named.get(1));
        }
        return named.stream()
                .findFirst()
                .or(() -> plugins.stream().filter(plugin -> plugin.id().equals(id)).findFirst())
                .orElseThrow(() -> {
                    List<String> ids = plugins.stream().map(Plugin::id).sorted().toList();
                    return new PluginException(
                            "PLG-001",
                            "Unknown plugin '%s'. %s"
                                            .formatted(id, Names.suggestion(id, ids))
                                            .strip()
                                    + "%nInstalled: %s".formatted(String.join(", ", ids)));
                });
    }

    private static void checkUnbound(Plugin plugin) {
        if (plugin.bound()) {
            throw new PluginException(
                    "PLG-011",
                    ("Plugin '%s' has a native engine, which stays until the process ends."
                                    + " Change '%s' and start a new process.")
                            .formatted(plugin.id(), plugin.path()));
        }
    }

    private PluginException unknown(Kind<?> kind, String name) {
        List<Plugin> failed =
                plugins.stream()
                        .filter(plugin ->
                                plugin.state() == PluginState.FAILED && plugin.mayProvide(kind))
                        .toList();
        for (Plugin plugin : failed) {
            if (plugin.id().equals(name)) {
                PluginException reason = plugin.reason().orElseThrow();
                return new PluginException(reason.code(), reason.getMessage(), reason);
            }
        }
        Set<String> available = new TreeSet<>();
        plugins.forEach(plugin -> available.addAll(plugin.names().getOrDefault(kind, List.of())));
        StringBuilder message =
                new StringBuilder(
                        "Unknown %s '%s'. %s"
                                .formatted(kind.noun(), name, Names.suggestion(name, available))
                                .strip());
        message.append(
                "%nAvailable: %s. More: anira list %s"
                        .formatted(
                                available.isEmpty() ? "none" : String.join(", ", available),
                                kind.plural()));
        for (Plugin plugin : failed.subList(0, Math.min(QUOTED, failed.size()))) {
            PluginException reason = plugin.reason().orElseThrow();
            message.append(
                    "%nIt may be in a plugin that failed: %s %s"
                            .formatted(reason.code(), reason.getMessage()));
        }
        if (failed.size() > QUOTED) {
            message.append(
                    "%nIt may be in one of %d others that failed: anira plugins"
                            .formatted(failed.size() - QUOTED));
        }
        lock.map(this::notFound)
                .filter(ids -> !ids.isEmpty())
                .ifPresent(ids ->
                        message.append(
                                "%nLocked plugins that are not there: %s"
                                        .formatted(String.join(", ", ids))));
        return new PluginException("PLG-001", message.toString());
    }

    private Set<String> notFound(PluginLock locked) {
        Set<String> ids = new TreeSet<>(locked.hashes().keySet());
        plugins.forEach(plugin -> ids.remove(plugin.id()));
        return ids;
    }

    private PluginSnapshot.Jar hashed(Plugin plugin, Path jar) {
        if (plugin.state() == PluginState.FAILED) {
            return new PluginSnapshot.Jar(jar, Optional.empty());
        }
        try {
            return new PluginSnapshot.Jar(jar, Optional.of(hashes.of(jar)));
        } catch (IOException e) {
            return new PluginSnapshot.Jar(jar, Optional.empty());
        }
    }
}
