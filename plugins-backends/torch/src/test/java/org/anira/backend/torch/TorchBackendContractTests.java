package org.anira.backend.torch;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.testkit.BackendContract;

/**
 * What every backend must do, on the CPU: by the build that comes with the plug-in, or the one that
 * {@code -Danira.torch=FOLDER} names.
 */
class TorchBackendContractTests extends BackendContract {

    @Override
    public BackendProvider provider() {
        return new TorchBackendProvider();
    }

    @Override
    public Settings settings() {
        return Here.settings();
    }

    /** All but CUDA, which is not tried here. */
    @Override
    public boolean has(Capability capability) {
        return capability != Capability.CUDA && super.has(capability);
    }
}
