package org.anira.api.task;

import org.anira.api.Provider;
import org.anira.api.PublicApi;
import org.anira.api.Settings;

/** Makes a task. */
@PublicApi(since = "0.1")
public interface TaskProvider extends Provider {

    /**
     * Creates the task.
     *
     * @param settings values for {@link #options()}
     * @throws org.anira.api.SettingsException CFG-003 if the settings contradict each other
     * @throws org.anira.api.DataException if a file the settings name is missing or damaged
     */
    Task create(Settings settings);
}
