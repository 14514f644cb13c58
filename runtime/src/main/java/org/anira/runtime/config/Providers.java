package org.anira.runtime.config;

import org.anira.api.PluginException;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;

import java.util.List;

/** Where the providers that an experiment names are looked up. */
public interface Providers {

    /**
     * Returns the task with a name.
     *
     * @throws PluginException PLG-001 if there is none
     */
    TaskProvider task(String name);

    /**
     * Returns the halting mechanism with a name.
     *
     * @throws PluginException PLG-001 if there is none
     */
    HaltingProvider halting(String name);

    /**
     * Returns the tensor backend with a name.
     *
     * @throws PluginException PLG-001 if there is none
     */
    BackendProvider backend(String name);

    /** Returns all tensor backends. */
    List<BackendProvider> backends();
}
