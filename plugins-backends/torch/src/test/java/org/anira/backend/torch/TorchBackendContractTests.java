package org.anira.backend.torch;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.testkit.BackendContract;

/**
 * What every backend must do: by the build that comes with the plug-in, or the one that {@code
 * -Danira.torch=FOLDER} names; on the CPU, or on {@code -Danira.torch.device=cuda:0}, on a machine
 * without Maven by {@link ContractRun}.
 */
class TorchBackendContractTests extends BackendContract {

    @Override
    public BackendProvider provider() {
        return new TorchBackendProvider();
    }

    @Override
    public Settings settings() {
        return Here.settingsOn(Here.device());
    }

    /** All; CUDA where it is what computes. */
    @Override
    public boolean has(Capability capability) {
        return capability == Capability.CUDA
                ? Here.device().startsWith("cuda")
                : super.has(capability);
    }
}
