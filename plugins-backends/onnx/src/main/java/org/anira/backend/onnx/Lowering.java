package org.anira.backend.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.TensorProto;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Graph;
import org.anira.backend.floor.Interpreter;
import org.anira.backend.floor.Operation;
import org.anira.backend.floor.Refusals;
import org.anira.backend.floor.ShapedTensor;
import org.anira.backend.floor.Shapes;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A graph's way to ONNX. Knows the graph that nodes go to now, which is the outermost or the body
 * of a loop; the names given; constants and weights, which lie in the outermost graph whoever asks
 * for them.
 */
final class Lowering implements Interpreter {

    /** The smallest opset that has RMSNormalization and Attention. */
    static final int FUSED = 23;

    private final OnnxOperations operations = new OnnxOperations(this);
    private final int opset;
    private final Function<String, Parameter> parameters;
    private final Set<String> names = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<TensorProto, OnnxValue> constants = new LinkedHashMap<>();
    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final OnnxGraph outermost;
    private OnnxGraph innermost;

    /**
     * What a program has become.
     *
     * @param opset the operators' version
     * @param graph all but the weights
     * @param weights what it reads of the parameters
     */
    record Lowered(int opset, GraphProto graph, List<Weight> weights) {}

    private Lowering(int opset, Function<String, Parameter> parameters) {
        this.opset = opset;
        this.parameters = parameters;
        outermost = new OnnxGraph(this, "program");
        innermost = outermost;
    }

    /**
     * Lowers a graph.
     *
     * @param inputs of the graph's program
     * @param outputs names of what it returns; empty for names that are made here
     * @param parameters the parameters by name
     * @param axes names of axes by input or output
     */
    static Lowered of(
            Graph graph,
            List<Input> inputs,
            List<String> outputs,
            Function<String, Parameter> parameters,
            Map<String, List<String>> axes,
            int opset) {
        if (!outputs.isEmpty() && outputs.size() != graph.outputs().size()) {
            throw new IllegalArgumentException(
                    "the program has %d outputs, but %d names were given: %s"
                            .formatted(graph.outputs().size(), outputs.size(), outputs));
        }
        return new Lowering(opset, parameters).lower(graph, inputs, outputs, axes);
    }

    private Lowered lower(
            Graph graph, List<Input> inputs, List<String> outputs, Map<String, List<String>> axes) {
        outputs.forEach(this::reserve);
        List<Tensor> arguments = new ArrayList<>();
        for (Input input : inputs) {
            OnnxValue argument =
                    new OnnxValue(
                            this, reserve(input.name()), input.type(), Shapes.array(input.axes()));
            outermost.input(argument, axes.getOrDefault(input.name(), List.of()));
            arguments.add(argument);
        }
        List<Tensor> results = new OnnxReplay(this, operations).of(graph, arguments);
        for (int i = 0; i < results.size(); i++) {
            OnnxValue result = own(results.get(i));
            String name = outputs.isEmpty() ? fresh("output") : outputs.get(i);
            outermost.node("Identity", List.of(result.name()), List.of(name), List.of());
            outermost.output(
                    name, result.type(), result.sizes(), axes.getOrDefault(name, List.of()));
        }
        constants.forEach((content, constant) ->
                outermost.initialiser(content.toBuilder().setName(constant.name()).build()));
        GraphProto built = outermost.build();
        Set<String> read = new HashSet<>();
        OnnxGraph.read(built, read);
        return new Lowered(
                opset,
                built,
                weights.values().stream().filter(weight -> read.contains(weight.name())).toList());
    }

    @Override
    public Refusals refusals() {
        return OnnxSession.REFUSALS;
    }

    @Override
    public boolean hasBfloat16() {
        return false;
    }

    /** Norm and attention have an operator of their own in newer versions. */
    @Override
    public boolean fuses(Operation.Primitive operation, ShapedTensor... operands) {
        return switch (operation) {
            case Operation.RmsNorm _, Operation.Attention _ -> opset >= FUSED;
            default -> operation == Operation.Plain.OVERWRITE;
        };
    }

    @Override
    public OnnxValue compute(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        return operations.compute(operation, type, sizes, operands);
    }

    /** Returns a parameter; it becomes an initialiser when a node reads it. */
    @Override
    public OnnxValue parameter(String name) {
        return new OnnxValue(this, parameters.apply(name));
    }

    @Override
    public OnnxValue constant(float[] values, long... shape) {
        return constant(DType.FLOAT32, bytes(values), shape);
    }

    @Override
    public OnnxValue scalar(double value) {
        return constant(new float[] {(float) value});
    }

    @Override
    public OnnxValue scalar(long value) {
        return constant(DType.INT64, bytes(new long[] {value}));
    }

    @Override
    public OnnxValue own(Tensor tensor) {
        return (OnnxValue) tensor;
    }

    /** Returns whether axes to reduce by maximum are an input, not an attribute. */
    boolean axesAreInputs() {
        return opset >= 18;
    }

    // Names.

    private String reserve(String name) {
        if (!names.add(name)) {
            throw new IllegalArgumentException(
                    "the name '%s' is used twice among inputs and outputs".formatted(name));
        }
        return name;
    }

    /** Returns a name that nothing has yet. */
    String fresh(String kind) {
        String name;
        do {
            name = kind + "_" + numbers.merge(kind, 1, Integer::sum);
        } while (!names.add(name));
        return name;
    }

    // Nodes.

    /** Adds a node with one output to the innermost graph. */
    OnnxValue node(
            String operation,
            DType type,
            long[] sizes,
            List<AttributeProto> attributes,
            ShapedTensor... inputs) {
        String name = fresh(operation.toLowerCase(Locale.ROOT));
        innermost.node(
                operation,
                Arrays.stream(inputs).map(input -> own(input).name()).toList(),
                List.of(name),
                attributes);
        return new OnnxValue(this, name, type, sizes);
    }

    OnnxGraph innermost() {
        return innermost;
    }

    /** Lets nodes go to another graph while an action runs. */
    void within(OnnxGraph graph, Runnable action) {
        OnnxGraph before = innermost;
        innermost = graph;
        try {
            action.run();
        } finally {
            innermost = before;
        }
    }

    // Constants and weights.

    OnnxValue longs(long... values) {
        return constant(DType.INT64, bytes(values), values.length);
    }

    private OnnxValue constant(DType type, ByteString bytes, long... shape) {
        TensorProto content =
                TensorProto.newBuilder()
                        .setDataType(OnnxGraph.number(type))
                        .addAllDims(Arrays.stream(shape).boxed().toList())
                        .setRawData(bytes)
                        .build();
        return constants.computeIfAbsent(
                content, _ -> new OnnxValue(this, fresh("constant"), type, shape));
    }

    private static ByteString bytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    private static ByteString bytes(long[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** Returns the initialiser of a parameter. @param transposed as [in, out] */
    Weight weight(Parameter parameter, boolean transposed) {
        String key = parameter.name() + (transposed ? ".transposed" : "");
        return weights.computeIfAbsent(
                key,
                _ -> {
                    String name = names.add(key) ? key : fresh(key);
                    return new Weight(name, parameter, transposed);
                });
    }

    // Attributes.

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto attribute(String name, long[] values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList())
                .build();
    }

    static AttributeProto attribute(String name, GraphProto value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.GRAPH)
                .setG(value)
                .build();
    }

    static AttributeProto attribute(String name, TensorProto value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeType.TENSOR)
                .setT(value)
                .build();
    }
}
