package org.anira.backend.onnx;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

import org.anira.api.tensor.DType;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A graph in the making: that of a program, or the body of a loop. */
final class Graph {

    private final Trace trace;
    private final Graph around;
    private final GraphProto.Builder proto;
    private final Set<String> made = new HashSet<>();

    /** Makes an empty graph. @param around the graph it lies in; null for the outermost */
    Graph(Trace trace, Graph around, String name) {
        this.trace = trace;
        this.around = around;
        proto = GraphProto.newBuilder().setName(name);
    }

    /** Returns the graph it lies in, null for the outermost. */
    Graph around() {
        return around;
    }

    /** Adds a node. */
    void node(
            String operation,
            List<String> inputs,
            List<String> outputs,
            List<AttributeProto> attributes) {
        proto.addNode(
                NodeProto.newBuilder()
                        .setName(outputs.getFirst())
                        .setOpType(operation)
                        .addAllInput(inputs)
                        .addAllOutput(outputs)
                        .addAllAttribute(attributes));
        made.addAll(outputs);
    }

    void input(GraphTensor tensor, List<String> axes) {
        proto.addInput(value(tensor.name(), tensor.type(), tensor.sizes(), axes));
    }

    void output(String name, DType type, long[] sizes, List<String> axes) {
        proto.addOutput(value(name, type, sizes, axes));
    }

    /** Makes a tensor an output; under another name if it was not made here or is one already. */
    void output(GraphTensor tensor) {
        String name = tensor.name();
        if (!made.remove(name)) {
            name = trace.fresh("identity");
            node("Identity", List.of(tensor.name()), List.of(name), List.of());
            made.remove(name);
        }
        output(name, tensor.type(), tensor.sizes(), List.of());
    }

    void initialiser(TensorProto tensor) {
        proto.addInitializer(tensor);
    }

    GraphProto build() {
        return proto.build();
    }

    /** Describes a value. Axes that vary have a name where there is one. */
    private static ValueInfoProto value(String name, DType type, long[] sizes, List<String> axes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (int i = 0; i < sizes.length; i++) {
            TensorShapeProto.Dimension.Builder axis = shape.addDimBuilder();
            if (sizes[i] >= 0) {
                axis.setDimValue(sizes[i]);
            } else if (i < axes.size() && !axes.get(i).isEmpty()) {
                axis.setDimParam(axes.get(i));
            }
        }
        TypeProto.Tensor.Builder tensor =
                TypeProto.Tensor.newBuilder().setElemType(number(type)).setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(tensor))
                .build();
    }

    /** Returns ONNX's number of a type. */
    static int number(DType type) {
        return switch (type) {
            case FLOAT32 -> TensorProto.DataType.FLOAT_VALUE;
            case INT64 -> TensorProto.DataType.INT64_VALUE;
            case BOOL -> TensorProto.DataType.BOOL_VALUE;
            case BFLOAT16 -> throw OnnxSession.lacks("BFLOAT16", "a bfloat16 tensor");
        };
    }
}
