package org.anira.backend.onnx;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;

import org.anira.api.tensor.DType;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A graph in the making: that of a program, or the body of a loop. */
final class OnnxGraph {

    private final Lowering lowering;
    private final GraphProto.Builder proto;
    private final Set<String> made = new HashSet<>();

    /** Makes an empty graph. */
    OnnxGraph(Lowering lowering, String name) {
        this.lowering = lowering;
        proto = GraphProto.newBuilder().setName(name);
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

    void input(OnnxValue tensor, List<String> axes) {
        proto.addInput(value(tensor.name(), tensor.type(), tensor.sizes(), axes));
    }

    void output(String name, DType type, long[] sizes, List<String> axes) {
        proto.addOutput(value(name, type, sizes, axes));
    }

    /** Makes a tensor an output; under another name if it was not made here or is one already. */
    void output(OnnxValue tensor) {
        String name = tensor.name();
        if (!made.remove(name)) {
            name = lowering.fresh("identity");
            node("Identity", List.of(tensor.name()), List.of(name), List.of());
            made.remove(name);
        }
        output(name, tensor.type(), tensor.sizes(), List.of());
    }

    void initialiser(TensorProto tensor) {
        proto.addInitializer(tensor);
    }

    /** Returns the graph, without nodes and initialisers that no output needs. */
    GraphProto build() {
        Set<String> needed = new HashSet<>();
        proto.getOutputList().forEach(output -> needed.add(output.getName()));
        List<NodeProto> kept = new ArrayList<>();
        for (NodeProto node : proto.getNodeList().reversed()) {
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                kept.add(node);
                read(node, needed);
            }
        }
        List<TensorProto> initialisers =
                proto.getInitializerList().stream()
                        .filter(tensor -> needed.contains(tensor.getName()))
                        .toList();
        return proto.clone()
                .clearNode()
                .addAllNode(kept.reversed())
                .clearInitializer()
                .addAllInitializer(initialisers)
                .build();
    }

    /** Adds the names that a graph reads, of its own and of those around it. */
    static void read(GraphProto graph, Set<String> names) {
        graph.getOutputList().forEach(output -> names.add(output.getName()));
        graph.getNodeList().forEach(node -> read(node, names));
    }

    private static void read(NodeProto node, Set<String> names) {
        names.addAll(node.getInputList());
        node.getAttributeList().stream()
                .filter(AttributeProto::hasG)
                .forEach(attribute -> read(attribute.getG(), names));
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
            case BFLOAT16 -> throw OnnxSession.REFUSALS.lacks("BFLOAT16", "a bfloat16 tensor");
        };
    }
}
