package org.anira.runtime.experiment;

import org.anira.api.Provider;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;
import org.anira.runtime.plugin.Kind;
import org.anira.runtime.plugin.Plugin;
import org.anira.runtime.plugin.PluginRegistry;
import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.runtime.plugin.Service;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The providers of a registry's plug-ins.
 *
 * @param registry knows the plug-ins
 */
public record InstalledPlugins(PluginRegistry registry) implements PluginProviders {

    @Override
    public List<PluginSnapshot> pluginsOf(Map<Kind<?>, String> names) {
        Set<Plugin> plugins = new LinkedHashSet<>();
        names.forEach((kind, name) -> plugins.add(registry.find(kind, name).plugin()));
        return registry.snapshot(plugins);
    }

    @Override
    public List<PluginSnapshot> plugins() {
        return registry.snapshot();
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
