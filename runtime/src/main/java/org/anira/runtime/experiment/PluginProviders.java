package org.anira.runtime.experiment;

import org.anira.api.PluginException;
import org.anira.runtime.config.Experiment;
import org.anira.runtime.config.Providers;
import org.anira.runtime.plugin.Kind;
import org.anira.runtime.plugin.PluginSnapshot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Providers with the plug-ins that they come from, for the provenance of runs. */
public interface PluginProviders extends Providers {

    /**
     * Returns the plug-ins of some providers, each once, in this order. A provider without a
     * plug-in, as on the class path, is left out.
     *
     * @throws PluginException PLG-001 if a provider does not exist
     */
    List<PluginSnapshot> pluginsOf(Map<Kind<?>, String> names);

    /** Returns all plug-ins, including those that are set aside. */
    List<PluginSnapshot> plugins();

    /** Returns the plug-ins of an experiment: of its task, mechanism and backend, each once. */
    default List<PluginSnapshot> pluginsOf(Experiment experiment) {
        Map<Kind<?>, String> names = new LinkedHashMap<>();
        names.put(Kind.TASK, experiment.task().name());
        names.put(Kind.HALTING, experiment.halting().choice().name());
        names.put(Kind.BACKEND, experiment.backend().name());
        return pluginsOf(names);
    }
}
