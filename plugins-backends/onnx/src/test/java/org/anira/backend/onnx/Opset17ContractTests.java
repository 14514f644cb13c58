package org.anira.backend.onnx;

import org.anira.api.Settings;

import java.util.Map;

/** The same with the operators that older runtimes have. */
class Opset17ContractTests extends OnnxBackendContractTests {

    @Override
    public Settings settings() {
        return Settings.of(
                "backend.options",
                provider().options(),
                Map.of("device", "cpu", "threads", 1, "opset", 17));
    }
}
