package org.anira.backend.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.AttributeProto.AttributeType;
import onnx.Onnx.GraphProto;
import onnx.Onnx.TensorProto;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
 * One call of a program's body, by which its graph is made. Knows the graph that nodes go to now,
 * which is the outermost or the body of a loop; the names given; constants and weights, which lie
 * in the outermost graph whoever asks for them.
 */
final class Trace {

    /** The smallest opset that has RMSNormalization and Attention. */
    static final int FUSED = 23;

    private final int opset;
    private final Function<String, Parameter> parameters;
    private final Set<String> names = new HashSet<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<TensorProto, GraphTensor> constants = new LinkedHashMap<>();
    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final Graph outermost;
    private Graph innermost;
    private boolean over;

    /**
     * An initialiser that holds a parameter.
     *
     * @param name in the graph
     * @param parameter whose values it holds
     * @param transposed whether it holds [in, out] of a parameter [out, in]
     */
    record Weight(String name, Parameter parameter, boolean transposed) {

        /** Returns the sizes of its axes. */
        long[] sizes() {
            List<Long> shape = transposed ? parameter.shape().reversed() : parameter.shape();
            return shape.stream().mapToLong(Long::longValue).toArray();
        }

        /**
         * Returns its elements, row-major: those given, or others in memory that lives as long as
         * the arena.
         *
         * @param values those of the parameter
         */
        MemorySegment values(MemorySegment values, Arena arena) {
            if (!transposed) {
                return values;
            }
            long rows = parameter.shape().get(0);
            long columns = parameter.shape().get(1);
            MemorySegment turned = arena.allocate(parameter.bytes(), Float.BYTES);
            for (long row = 0; row < rows; row++) {
                for (long column = 0; column < columns; column++) {
                    turned.setAtIndex(
                            ValueLayout.JAVA_FLOAT,
                            column * rows + row,
                            values.get(
                                    ValueLayout.JAVA_FLOAT_UNALIGNED,
                                    (row * columns + column) * Float.BYTES));
                }
            }
            return turned;
        }
    }

    /**
     * What a program has become.
     *
     * @param opset the operators' version
     * @param graph all but the weights
     * @param weights what it reads of the parameters
     */
    record Traced(int opset, GraphProto graph, List<Weight> weights) {}

    private Trace(int opset, Function<String, Parameter> parameters) {
        this.opset = opset;
        this.parameters = parameters;
        outermost = new Graph(this, null, "program");
        innermost = outermost;
    }

    /**
     * Traces a program.
     *
     * @param outputs names of what the body returns; empty for names of the trace's own
     * @param parameters the parameters by name; throws if there is none
     * @param axes names of axes by input or output
     */
    static Traced of(
            Program program,
            List<Input> inputs,
            List<String> outputs,
            Function<String, Parameter> parameters,
            Map<String, List<String>> axes,
            int opset) {
        Trace trace = new Trace(opset, parameters);
        outputs.forEach(trace::reserve);
        List<Tensor> arguments = new ArrayList<>();
        for (Input input : inputs) {
            long[] sizes = input.axes().stream().mapToLong(Long::longValue).toArray();
            GraphTensor argument =
                    new GraphTensor(
                            trace,
                            trace.outermost,
                            trace.reserve(input.name()),
                            input.type(),
                            sizes);
            trace.outermost.input(argument, axes.getOrDefault(input.name(), List.of()));
            arguments.add(argument);
        }
        List<Tensor> results;
        try {
            results = program.body(new GraphOps(trace), List.copyOf(arguments));
        } finally {
            trace.over = true;
        }
        if (!outputs.isEmpty() && outputs.size() != results.size()) {
            throw new IllegalArgumentException(
                    "the program has %d outputs, but %d names were given: %s"
                            .formatted(results.size(), outputs.size(), outputs));
        }
        for (int i = 0; i < results.size(); i++) {
            GraphTensor result = trace.visible(results.get(i));
            String name = outputs.isEmpty() ? trace.fresh("output") : outputs.get(i);
            trace.outermost.node("Identity", List.of(result.name()), List.of(name), List.of());
            trace.outermost.output(
                    name, result.type(), result.sizes(), axes.getOrDefault(name, List.of()));
        }
        trace.constants.forEach((content, constant) ->
                trace.outermost.initialiser(content.toBuilder().setName(constant.name()).build()));
        GraphProto graph = trace.outermost.build();
        Set<String> read = new HashSet<>();
        Graph.read(graph, read);
        return new Traced(
                opset,
                graph,
                trace.weights.values().stream()
                        .filter(weight -> read.contains(weight.name()))
                        .toList());
    }

    /** Returns whether there are operators for norm and attention. */
    boolean fused() {
        return opset >= FUSED;
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

    // Tensors.

    /** Returns a tensor as one of this trace that can be used where the trace is now. */
    GraphTensor own(Tensor tensor) {
        if (over) {
            throw OnnxSession.misuse(
                    "a tensor was used after its program's body had ended. Return what is needed"
                            + " later.");
        }
        return visible(tensor);
    }

    private GraphTensor visible(Tensor tensor) {
        if (!(tensor instanceof GraphTensor t) || t.trace() != this) {
            throw OnnxSession.misuse(
                    "a tensor from outside was used in the body of a program (%s). Make it an input."
                            .formatted(tensor));
        }
        for (Graph graph = innermost; graph != null; graph = graph.around()) {
            if (graph == t.graph()) {
                return t;
            }
        }
        throw OnnxSession.misuse(
                "a tensor made in a loop was used outside of it (%s). Make it part of the carry."
                        .formatted(t));
    }

    /** Adds a node with one output to the innermost graph. */
    GraphTensor node(
            String operation,
            DType type,
            long[] sizes,
            List<AttributeProto> attributes,
            GraphTensor... inputs) {
        String name = fresh(operation.toLowerCase(Locale.ROOT));
        innermost.node(
                operation,
                Arrays.stream(inputs).map(input -> own(input).name()).toList(),
                List.of(name),
                attributes);
        return new GraphTensor(this, innermost, name, type, sizes);
    }

    Graph innermost() {
        return innermost;
    }

    /** Lets nodes go to another graph while an action runs. */
    void within(Graph graph, Runnable action) {
        Graph before = innermost;
        innermost = graph;
        try {
            action.run();
        } finally {
            innermost = before;
        }
    }

    // Constants and weights.

    GraphTensor floats(float[] values, long... shape) {
        Shapes.requireCount(values.length, shape);
        return constant(DType.FLOAT32, bytes(values), shape);
    }

    GraphTensor longs(long... values) {
        return constant(DType.INT64, bytes(values), values.length);
    }

    GraphTensor integer(long value) {
        return constant(DType.INT64, bytes(new long[] {value}));
    }

    private GraphTensor constant(DType type, ByteString bytes, long... shape) {
        TensorProto content =
                TensorProto.newBuilder()
                        .setDataType(Graph.number(type))
                        .addAllDims(Arrays.stream(shape).boxed().toList())
                        .setRawData(bytes)
                        .build();
        return constants.computeIfAbsent(
                content, _ -> new GraphTensor(this, outermost, fresh("constant"), type, shape));
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

    /** Returns a parameter; it becomes an initialiser when a node reads it. */
    GraphTensor parameter(String name) {
        Parameter parameter = parameters.apply(name);
        return new GraphTensor(this, outermost, parameter);
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

    /** Returns the error for operands that do not fit. */
    static BackendException misfit(String what, String reason, Tensor... operands) {
        String shapes =
                String.join(" and ", Arrays.stream(operands).map(Tensor::toString).toList());
        return new BackendException(
                "SHP-001",
                "Backend 'onnx' was asked for %s of %s: %s".formatted(what, shapes, reason));
    }
}
