package org.anira.api.halting;

import org.anira.api.Provider;
import org.anira.api.PublicApi;
import org.anira.api.Settings;

/** Makes a halting mechanism for a model. */
@PublicApi(since = "0.1")
public interface HaltingProvider extends Provider {

    /**
     * Creates the mechanism for a model.
     *
     * @param width W, the size of a state
     * @param maxDepth D, at least 1
     * @param settings values for {@link #options()}
     * @throws org.anira.api.SettingsException CFG-003 if the settings do not fit the model, such as
     *     a fixed depth above D
     */
    HaltingMechanism create(int width, int maxDepth, Settings settings);
}
