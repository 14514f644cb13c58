package org.anira.runtime;

import org.anira.api.Provider;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Session;
import org.anira.runtime.experiment.PluginProviders;
import org.anira.runtime.plugin.Kind;
import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.testkit.reference.ReferenceBackend;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The built-in plug-ins that tests compute with, found as services: their modules export nothing.
 */
public final class BuiltIn {

    /** What they provide. */
    public static final PluginProviders PROVIDERS =
            new PluginProviders() {
                @Override
                public TaskProvider task(String name) {
                    return BuiltIn.task(name);
                }

                @Override
                public HaltingProvider halting(String name) {
                    return BuiltIn.halting(name);
                }

                @Override
                public BackendProvider backend(String name) {
                    return BuiltIn.backend(name);
                }

                @Override
                public List<BackendProvider> backends() {
                    return List.of(BuiltIn.backend("djl"));
                }

                @Override
                public List<PluginSnapshot> pluginsOf(Map<Kind<?>, String> names) {
                    return List.of();
                }

                @Override
                public List<PluginSnapshot> plugins() {
                    return List.of();
                }
            };

    private BuiltIn() {}

    /** Returns a halting mechanism's provider. */
    public static HaltingProvider halting(String name) {
        return named(name, ServiceLoader.load(HaltingProvider.class));
    }

    /** Returns a task's provider. */
    public static TaskProvider task(String name) {
        return named(name, ServiceLoader.load(TaskProvider.class));
    }

    /** Returns a tensor backend's provider. */
    public static BackendProvider backend(String name) {
        return named(name, ServiceLoader.load(BackendProvider.class));
    }

    /** Opens the backend that trains, on one thread, so that equal runs give equal numbers. */
    public static Session training() {
        BackendProvider djl = backend("djl");
        return djl.open(
                Settings.of("backend", djl.options(), Map.of("device", "cpu", "threads", 1)));
    }

    /** Opens the backend that traces, on one thread. */
    public static Session tracing() {
        BackendProvider onnx = backend("onnx");
        return onnx.open(
                Settings.of("backend", onnx.options(), Map.of("device", "cpu", "threads", 1)));
    }

    /** Opens the backend that computes in float64, and cannot train. */
    public static Session reference() {
        ReferenceBackend backend = new ReferenceBackend();
        return backend.open(Settings.defaults(backend.options()));
    }

    private static <P extends Provider> P named(String name, ServiceLoader<P> all) {
        return all.stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                "no plug-in '%s' on the tests' module path".formatted(name)));
    }
}
