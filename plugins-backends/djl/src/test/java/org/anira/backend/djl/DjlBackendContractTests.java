package org.anira.backend.djl;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.testkit.BackendContract;

import java.util.Map;

/** What every backend must do, on the CPU. */
class DjlBackendContractTests extends BackendContract {

    @Override
    public BackendProvider provider() {
        return new DjlBackendProvider();
    }

    @Override
    public Settings settings() {
        return Settings.of(
                "backend.options", provider().options(), Map.of("device", "cpu", "threads", 1));
    }
}
