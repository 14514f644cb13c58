package org.anira.backend.onnx;

import ai.onnxruntime.OnnxTensor;

import org.anira.api.tensor.DType;
import org.anira.backend.floor.HeldTensor;

/**
 * A tensor of a session: numbers, and no operations, which belong into the bodies of programs. A
 * body is given tensors of a graph in its place.
 */
final class RuntimeTensor extends HeldTensor {

    private final OnnxTensor value;

    RuntimeTensor(OnnxSession session, DType type, OnnxTensor value) {
        super(session, type, value.getInfo().getShape());
        this.value = value;
    }

    /** Returns ONNX Runtime's tensor, to the session's thread and until it is freed. */
    OnnxTensor value() {
        requireAlive();
        return value;
    }

    @Override
    protected void release() {
        value.close();
    }
}
