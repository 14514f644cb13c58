package org.anira.backend.onnx;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.testkit.BackendContract;

import java.util.Map;

/** What every backend must do, on the CPU. */
class OnnxBackendContractTests extends BackendContract {

    @Override
    public BackendProvider provider() {
        return new OnnxBackendProvider();
    }

    @Override
    public Settings settings() {
        return Settings.of(
                "backend.options",
                provider().options(),
                Map.of("device", "cpu", "threads", 1, "opset", 23));
    }

    @Override
    public boolean has(Capability capability) {
        return capability != Capability.CUDA && super.has(capability);
    }
}
