package org.anira.backend.onnx;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program, traced when it is first opened: parameters may be defined until then. */
final class TracedProgram implements OnnxExecutable.Source {

    private final OnnxSession session;
    private final Program program;
    private final List<Input> inputs;
    private final int opset;
    private Trace.Traced traced;

    TracedProgram(OnnxSession session, Program program, List<Input> inputs, int opset) {
        this.session = session;
        this.program = program;
        this.inputs = List.copyOf(inputs);
        this.opset = opset;
    }

    @Override
    public List<Input> inputs() {
        return inputs;
    }

    /** The weights stay where they are: ONNX Runtime reads them from the session's memory. */
    @Override
    public OrtSession open(OnnxSession session, OrtSession.SessionOptions options)
            throws OrtException {
        if (traced == null) {
            traced =
                    Trace.of(
                            program,
                            inputs,
                            List.of(),
                            this.session.parameters::parameter,
                            Map.of(),
                            opset);
        }
        Map<String, OnnxTensorLike> weights = new HashMap<>();
        traced.weights()
                .forEach(weight -> weights.put(weight.name(), session.parameters.tensor(weight)));
        if (!weights.isEmpty()) {
            options.addExternalInitializers(weights);
        }
        return session.environment()
                .createSession(ModelFile.withoutWeights(traced).toByteArray(), options);
    }
}
