package org.anira.backend.onnx;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Parameter;
import org.anira.backend.floor.Interpreter;
import org.anira.backend.floor.ShapedTensor;
import org.anira.backend.floor.Shapes;

import java.util.Optional;

/** What a node computes, an input, a constant or a parameter, by its name. */
final class OnnxValue extends ShapedTensor {

    private final Lowering lowering;
    private final String name;
    private final Optional<Parameter> parameter;

    OnnxValue(Lowering lowering, String name, DType type, long... sizes) {
        super(type, sizes);
        this.lowering = lowering;
        this.name = name;
        parameter = Optional.empty();
    }

    /** Makes that of a parameter. */
    OnnxValue(Lowering lowering, Parameter parameter) {
        super(DType.FLOAT32, Shapes.array(parameter.shape()));
        this.lowering = lowering;
        name = "";
        this.parameter = Optional.of(parameter);
    }

    @Override
    protected Interpreter interpreter() {
        return lowering;
    }

    /** Returns its name, to a node that reads it. */
    String name() {
        return parameter.map(weight -> lowering.weight(weight, false).name()).orElse(name);
    }

    /** Returns the parameter that it is, if it is one. */
    Optional<Parameter> parameter() {
        return parameter;
    }
}
