package org.anira.backend.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph that ONNX Runtime computes. It is opened when it first runs, and again when a parameter
 * was written since.
 */
final class OnnxExecutable implements Executable {

    /** Where a graph comes from. */
    interface Source {
        /** Returns the inputs, in order. */
        List<Input> inputs();

        /** Opens the graph. */
        OrtSession open(OnnxSession session, OrtSession.SessionOptions options) throws OrtException;
    }

    private final OnnxSession session;
    private final Source source;
    private OrtSession graph;
    private boolean closed;

    OnnxExecutable(OnnxSession session, Source source) {
        this.session = session;
        this.source = source;
    }

    @Override
    public List<Tensor> run(List<Tensor> given) {
        session.requireUsable();
        if (closed) {
            throw OnnxSession.misuse(
                    "an executable was run after it had closed. Compile the program again.");
        }
        Map<String, OnnxTensor> inputs = check(given);
        try {
            OrtSession.Result result = graph().run(inputs);
            List<Tensor> outputs = new ArrayList<>();
            for (int i = 0; i < result.size(); i++) {
                OnnxTensor value = (OnnxTensor) result.get(i);
                outputs.add(session.made(type(value), value));
            }
            return List.copyOf(outputs);
        } catch (OrtException e) {
            throw Engine.refused("SHP-001", "a program with the inputs " + given, e);
        }
    }

    private OrtSession graph() {
        if (graph == null) {
            try (OrtSession.SessionOptions options = session.options()) {
                graph = source.open(session, options);
            } catch (OrtException e) {
                throw Engine.refused("BKD-001", "a session for a graph", e);
            }
        }
        return graph;
    }

    private static DType type(OnnxTensor value) {
        return switch (value.getInfo().type) {
            case FLOAT -> DType.FLOAT32;
            case INT64 -> DType.INT64;
            case BOOL -> DType.BOOL;
            default ->
                    throw new BackendException(
                            "SHP-001",
                            "Backend 'onnx' found an output of type %s; expected FLOAT, INT64 or BOOL."
                                    .formatted(value.getInfo().type));
        };
    }

    @Override
    public List<Tensor> differentiate(List<Tensor> given) {
        throw OnnxSession.lacks("TRAINING", "a gradient");
    }

    private Map<String, OnnxTensor> check(List<Tensor> given) {
        List<Input> inputs = source.inputs();
        if (given.size() != inputs.size()) {
            throw new BackendException(
                    "SHP-001",
                    "The program takes %d inputs %s, but %d were given."
                            .formatted(
                                    inputs.size(),
                                    inputs.stream().map(Input::name).toList(),
                                    given.size()));
        }
        Map<String, OnnxTensor> values = new LinkedHashMap<>();
        for (int i = 0; i < given.size(); i++) {
            HeldTensor tensor = session.own(given.get(i));
            values.put(inputs.get(i).name(), tensor.value());
            inputs.get(i).require(tensor);
        }
        return values;
    }

    /** Closes the graph, which is opened again when needed. */
    void reset() {
        if (graph != null) {
            try {
                graph.close();
            } catch (OrtException e) {
                throw Engine.refused("BKD-004", "the end of a graph", e);
            } finally {
                graph = null;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        reset();
        session.forget(this);
    }
}
