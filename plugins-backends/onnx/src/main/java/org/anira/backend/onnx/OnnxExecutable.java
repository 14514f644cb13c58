package org.anira.backend.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.OpenExecutable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph that ONNX Runtime computes. It is opened when it first runs, and again when a parameter
 * was written since.
 */
final class OnnxExecutable extends OpenExecutable {

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

    OnnxExecutable(OnnxSession session, Source source) {
        super(session);
        this.session = session;
        this.source = source;
    }

    @Override
    public List<Tensor> run(List<Tensor> given) {
        check(given);
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < given.size(); i++) {
            inputs.put(inputs().get(i).name(), session.own(given.get(i)).value());
        }
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
        throw OnnxSession.REFUSALS.lacks("TRAINING", "a gradient");
    }

    @Override
    protected List<Input> inputs() {
        return source.inputs();
    }

    /** Closes the graph, which is opened again when needed. */
    void reset() {
        if (graph != null) {
            try (OrtSession ended = graph) {
                if (session.isProfiled()) {
                    ended.endProfiling();
                }
            } catch (OrtException e) {
                throw Engine.refused("BKD-004", "the end of a graph", e);
            } finally {
                graph = null;
            }
        }
    }

    @Override
    protected void release() {
        reset();
    }
}
