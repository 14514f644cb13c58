package org.anira.runtime.plugin;

import org.anira.api.Names;
import org.anira.api.PluginException;
import org.anira.api.Provider;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/** A plug-in of a registry. Only its state changes, and only by the registry. Thread-safe. */
public final class Plugin {

    private final PluginFiles files;
    private final Optional<PluginDescriptor> descriptor;
    private volatile Stage stage;

    private Plugin(PluginFiles files, Optional<PluginDescriptor> descriptor, Stage stage) {
        this.files = files;
        this.descriptor = descriptor;
        this.stage = stage;
    }

    /** Returns a plug-in that passed the checks. */
    static Plugin installed(PluginFiles files, PluginDescriptor descriptor) {
        return new Plugin(files, Optional.of(descriptor), new Stage.Installed());
    }

    /**
     * Returns a plug-in that did not pass the checks; its descriptor is known if only a later check
     * failed.
     */
    static Plugin failed(
            PluginFiles files, Optional<PluginDescriptor> descriptor, PluginException reason) {
        return new Plugin(files, descriptor, new Stage.Failed(reason));
    }

    /**
     * Returns the id; for a plug-in whose descriptor could not be read the name of its file or
     * folder.
     */
    public String id() {
        return descriptor.map(PluginDescriptor::id).orElseGet(files::stem);
    }

    /** Returns the jar or folder, as the user gave it. */
    public Path path() {
        return files.path();
    }

    /** Returns all its jars, sorted by name. */
    public List<Path> jars() {
        return files.jars();
    }

    /** Returns its descriptor, unless that could not be read. */
    public Optional<PluginDescriptor> descriptor() {
        return descriptor;
    }

    /** Returns its state. */
    public PluginState state() {
        return stage.state();
    }

    /** Returns why it failed, if it did. */
    public Optional<PluginException> reason() {
        return stage instanceof Stage.Failed(PluginException reason)
                ? Optional.of(reason)
                : Optional.empty();
    }

    /** Returns the names it provides, by kind; empty unless it is active. */
    public Map<Kind<?>, List<String>> names() {
        if (stage
                instanceof
                Stage.Active(PluginLayer _, Map<Kind<?>, Map<String, Provider>> providers)) {
            Map<Kind<?>, List<String>> names = new LinkedHashMap<>();
            providers.forEach((kind, byName) -> names.put(kind, List.copyOf(byName.keySet())));
            return Collections.unmodifiableMap(names);
        }
        return Map.of();
    }

    /**
     * Runs work with the plug-in's class loader as the thread's context class loader, which native
     * libraries and service lookups inside a plug-in rely on. Calls to providers do this
     * themselves. Use it around work with objects that a provider made, such as a session.
     *
     * @return what {@code work} returns
     * @throws PluginException PLG-012 if the plug-in is not active
     */
    public <T> T call(Supplier<? extends T> work) {
        if (stage instanceof Stage.Active(PluginLayer layer, _)) {
            return inContext(layer.loader(), work);
        }
        throw new PluginException(
                "PLG-012",
                "Plugin '%s' is %s and cannot be used. Start it, or choose another."
                        .formatted(id(), state()));
    }

    /** Returns the provider of a kind and name; empty unless active. */
    <P extends Provider> Optional<P> provider(Kind<P> kind, String name) {
        return stage
                        instanceof
                        Stage.Active(PluginLayer _, Map<Kind<?>, Map<String, Provider>> providers)
                ? Optional.ofNullable(providers.getOrDefault(kind, Map.of()).get(name))
                        .map(kind.type()::cast)
                : Optional.empty();
    }

    /** Returns whether its module declares providers of a kind; true if that is unknown. */
    public boolean mayProvide(Kind<?> kind) {
        return descriptor
                .map(PluginDescriptor::provides)
                .filter(provides -> !provides.isEmpty())
                .map(provides -> provides.containsKey(kind))
                .orElse(true);
    }

    /**
     * Returns whether it can be neither stopped nor uninstalled, since a native library may have
     * been loaded.
     */
    boolean bound() {
        boolean linked = stage instanceof Stage.Resolved || stage instanceof Stage.Active;
        return linked && descriptor.map(PluginDescriptor::nativeEngine).orElse(false);
    }

    /** Moves to a stage; called by the registry, which tells the listeners. */
    void enter(Stage next) {
        stage = next;
    }

    /**
     * Makes the layer.
     *
     * @throws PluginException if that fails
     */
    Stage.Resolved resolve(ModuleLayer host) {
        PluginDescriptor known = descriptor.orElseThrow();
        Supplier<PluginLayer> maker = () -> PluginLayer.open(files, known, host);
        return new Stage.Resolved(
                known.nativeEngine() ? NativeEngines.layer(files, known, maker) : maker.get());
    }

    /**
     * Makes the providers.
     *
     * @throws PluginException if that fails
     */
    Stage.Active activate(PluginLayer layer) {
        return inContext(
                layer.loader(),
                () -> {
                    Map<Kind<?>, Map<String, Provider>> providers = new LinkedHashMap<>();
                    for (Kind<?> kind : descriptor.orElseThrow().provides().keySet()) {
                        providers.put(kind, instantiate(kind, layer));
                    }
                    return new Stage.Active(layer, providers);
                });
    }

    private <P extends Provider> Map<String, Provider> instantiate(
            Kind<P> kind, PluginLayer layer) {
        Map<String, Provider> byName = new LinkedHashMap<>();
        ServiceLoader.load(layer.layer(), kind.type()).stream()
                .filter(provider -> provider.type().getModule().equals(layer.module()))
                .map(ServiceLoader.Provider::get)
                .forEach(provider -> register(kind, provider, byName));
        return byName;
    }

    private void register(Kind<?> kind, Provider provider, Map<String, Provider> byName) {
        ProviderCalls calls = ProviderCalls.of(kind, provider, this);
        String name = calls.name();
        if (!Names.isWellFormed(name)) {
            throw new PluginException(
                    "PLG-008",
                    ("Plugin '%s' provides a %s named '%s', which is not of the form"
                                    + " [a-z][a-z0-9-]{0,62}. Change its name().")
                            .formatted(id(), kind.noun(), Excerpt.of(name)));
        }
        if (byName.putIfAbsent(name, calls.proxy()) != null) {
            throw new PluginException(
                    "PLG-004",
                    "Plugin '%s' provides two %s named '%s'. Change the name() of one."
                            .formatted(id(), kind.noun() + "s", name));
        }
    }

    /** Returns the error for a plug-in whose code fails to start. */
    static PluginException failedToStart(String id, Throwable cause) {
        return new PluginException(
                "PLG-005",
                "Plugin '%s' failed to start: %s".formatted(id, Causes.of(cause)),
                cause);
    }

    private static <T> T inContext(ClassLoader loader, Supplier<? extends T> work) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return work.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public String toString() {
        return "%s (%s, %s)".formatted(id(), path(), state());
    }
}
