package org.anira.backend.onnx;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.backend.floor.Graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A program, traced when it is first opened: parameters may be defined until then. */
final class TracedProgram implements OnnxExecutable.Source {

    private final Program program;
    private final List<Input> inputs;
    private final int opset;
    private Lowering.Lowered lowered;

    TracedProgram(Program program, List<Input> inputs, int opset) {
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
        if (lowered == null) {
            Function<String, Parameter> parameters =
                    name -> session.parameters.entry(name).parameter();
            Graph graph = Graph.of(program, inputs, parameters, OnnxSession.REFUSALS, false);
            lowered = Lowering.of(graph, inputs, List.of(), parameters, Map.of(), opset);
        }
        Map<String, OnnxTensorLike> weights = new HashMap<>();
        lowered.weights()
                .forEach(weight -> weights.put(weight.name(), session.parameters.tensor(weight)));
        if (!weights.isEmpty()) {
            options.addExternalInitializers(weights);
        }
        return session.environment()
                .createSession(ModelFile.withoutWeights(lowered).toByteArray(), options);
    }
}
