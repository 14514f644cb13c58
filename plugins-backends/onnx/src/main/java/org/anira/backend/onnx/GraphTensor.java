package org.anira.backend.onnx;

import static org.anira.backend.onnx.Trace.attribute;

import onnx.Onnx.AttributeProto;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A value of a graph in the making: what a node computes, an input, a constant or a parameter.
 * Every operation adds a node to the innermost graph of its trace. Types, ranks and sizes that do
 * not vary are checked here; sizes that vary are checked by ONNX Runtime, when the graph runs.
 */
final class GraphTensor implements Tensor {

    private final Trace trace;
    private final Graph graph;
    private final String name;
    private final DType type;
    private final long[] sizes;
    private final Optional<Parameter> parameter;

    GraphTensor(Trace trace, Graph graph, String name, DType type, long... sizes) {
        this.trace = trace;
        this.graph = graph;
        this.name = name;
        this.type = type;
        this.sizes = sizes;
        parameter = Optional.empty();
    }

    /** Makes the tensor of a parameter. */
    GraphTensor(Trace trace, Graph outermost, Parameter parameter) {
        this.trace = trace;
        graph = outermost;
        name = "";
        type = DType.FLOAT32;
        sizes = parameter.shape().stream().mapToLong(Long::longValue).toArray();
        this.parameter = Optional.of(parameter);
    }

    Trace trace() {
        return trace;
    }

    /** Returns the graph that makes it. */
    Graph graph() {
        return graph;
    }

    /** Returns its name in the graph, to a node that reads it. */
    String name() {
        return parameter.map(weight -> trace.weight(weight, false).name()).orElse(name);
    }

    /** Returns the sizes of the axes, −1 where they vary; not to be changed. */
    long[] sizes() {
        return sizes;
    }

    @Override
    public DType type() {
        return type;
    }

    @Override
    public List<Long> shape() {
        return Arrays.stream(sizes).boxed().toList();
    }

    @Override
    public int rank() {
        return sizes.length;
    }

    // Arithmetic.

    @Override
    public Tensor add(Tensor other) {
        return arithmetic("add", "Add", other);
    }

    @Override
    public Tensor subtract(Tensor other) {
        return arithmetic("subtract", "Sub", other);
    }

    @Override
    public Tensor multiply(Tensor other) {
        return arithmetic("multiply", "Mul", other);
    }

    @Override
    public Tensor divide(Tensor other) {
        requireFloat("divide");
        return arithmetic("divide", "Div", other);
    }

    @Override
    public Tensor minimum(Tensor other) {
        requireFloat("minimum");
        return arithmetic("minimum", "Min", other);
    }

    @Override
    public Tensor maximum(Tensor other) {
        requireFloat("maximum");
        return arithmetic("maximum", "Max", other);
    }

    @Override
    public Tensor add(double scalar) {
        return arithmetic("add", "Add", scalar("add", scalar));
    }

    @Override
    public Tensor multiply(double scalar) {
        return arithmetic("multiply", "Mul", scalar("multiply", scalar));
    }

    @Override
    public Tensor negate() {
        requireNumbers("negate");
        return same("Neg");
    }

    // Functions of one tensor.

    @Override
    public Tensor exp() {
        return function("exp", "Exp");
    }

    @Override
    public Tensor log() {
        return function("log", "Log");
    }

    @Override
    public Tensor sqrt() {
        return function("sqrt", "Sqrt");
    }

    @Override
    public Tensor abs() {
        return function("abs", "Abs");
    }

    @Override
    public Tensor tanh() {
        return function("tanh", "Tanh");
    }

    @Override
    public Tensor sigmoid() {
        return function("sigmoid", "Sigmoid");
    }

    /** −softplus(−x), which loses no precision. */
    @Override
    public Tensor logSigmoid() {
        requireFloat("logSigmoid");
        return same("Neg").same("Softplus").same("Neg");
    }

    // Comparison and choice.

    @Override
    public Tensor greaterOrEqual(Tensor other) {
        requireNumbers("greaterOrEqual");
        return pair("greaterOrEqual", "GreaterOrEqual", DType.BOOL, other);
    }

    @Override
    public Tensor equalTo(Tensor other) {
        requireNumbers("equalTo");
        return pair("equalTo", "Equal", DType.BOOL, other);
    }

    @Override
    public Tensor and(Tensor other) {
        require("and", type == DType.BOOL, "expected BOOL");
        return pair("and", "And", DType.BOOL, other);
    }

    @Override
    public Tensor or(Tensor other) {
        require("or", type == DType.BOOL, "expected BOOL");
        return pair("or", "Or", DType.BOOL, other);
    }

    @Override
    public Tensor not() {
        require("not", type == DType.BOOL, "expected BOOL");
        return same("Not");
    }

    @Override
    public Tensor where(Tensor condition, Tensor other) {
        GraphTensor test = trace.own(condition);
        GraphTensor otherwise = trace.own(other);
        if (test.type != DType.BOOL || type != otherwise.type) {
            throw Trace.misfit(
                    "where", "expected BOOL and two tensors of one type", test, this, otherwise);
        }
        if (type == DType.BOOL) { // for which ONNX Runtime has no Where
            return test.and(this).or(test.not().and(otherwise));
        }
        long[] result =
                fitting(
                        "where",
                        () ->
                                Shapes.broadcast(
                                        test.sizes, Shapes.broadcast(sizes, otherwise.sizes)),
                        test,
                        this,
                        otherwise);
        return trace.node("Where", type, result, List.of(), test, this, otherwise);
    }

    @Override
    public Tensor cast(DType wanted) {
        if (wanted == DType.BFLOAT16) {
            throw OnnxSession.lacks("BFLOAT16", "a cast to bfloat16");
        }
        return wanted == type
                ? this
                : node("Cast", wanted, sizes, attribute("to", Graph.number(wanted)));
    }

    @Override
    public Tensor detach() {
        return this;
    }

    // Along an axis.

    @Override
    public Tensor sum(int axis) {
        requireNumbers("sum");
        int along = axis("sum", axis);
        return trace.node(
                "ReduceSum",
                type,
                Shapes.without(sizes, along),
                List.of(attribute("keepdims", 0)),
                this,
                trace.longs(along));
    }

    @Override
    public Tensor sum() {
        requireNumbers("sum");
        return node("ReduceSum", type, new long[0], attribute("keepdims", 0));
    }

    @Override
    public Tensor max(int axis) {
        requireNumbers("max");
        int along = axis("max", axis);
        long[] result = Shapes.without(sizes, along);
        return trace.axesAreInputs()
                ? trace.node(
                        "ReduceMax",
                        type,
                        result,
                        List.of(attribute("keepdims", 0)),
                        this,
                        trace.longs(along))
                : node(
                        "ReduceMax",
                        type,
                        result,
                        attribute("axes", new long[] {along}),
                        attribute("keepdims", 0));
    }

    /** Returns the largest of all elements, a scalar. */
    GraphTensor max() {
        return node("ReduceMax", type, new long[0], attribute("keepdims", 0));
    }

    @Override
    public Tensor argmax(int axis) {
        requireNumbers("argmax");
        int along = axis("argmax", axis);
        return node(
                "ArgMax",
                DType.INT64,
                Shapes.without(sizes, along),
                attribute("axis", along),
                attribute("keepdims", 0));
    }

    @Override
    public Tensor cumulativeSum(int axis) {
        return cumulativeSum(axis, false);
    }

    /** Returns the running sum; without the element itself if {@code exclusive}. */
    GraphTensor cumulativeSum(int axis, boolean exclusive) {
        requireNumbers("cumulativeSum");
        GraphTensor along = trace.integer(axis("cumulativeSum", axis));
        return trace.node(
                "CumSum",
                type,
                sizes,
                exclusive ? List.of(attribute("exclusive", 1)) : List.of(),
                this,
                along);
    }

    @Override
    public Tensor softmax(int axis) {
        requireFloat("softmax");
        return node("Softmax", type, sizes, attribute("axis", axis("softmax", axis)));
    }

    @Override
    public Tensor logSoftmax(int axis) {
        requireFloat("logSoftmax");
        return node("LogSoftmax", type, sizes, attribute("axis", axis("logSoftmax", axis)));
    }

    // Shape.

    @Override
    public Tensor reshape(long... wanted) {
        long[] result =
                fitting(
                        "reshape to " + Arrays.toString(wanted),
                        () -> Shapes.reshaped(sizes, wanted),
                        this);
        return trace.node("Reshape", type, result, List.of(), this, trace.longs(wanted));
    }

    @Override
    public Tensor transpose(int... order) {
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        require(
                "transpose to " + Arrays.toString(order),
                Arrays.equals(sorted, IntStream.range(0, rank()).toArray()),
                "expected each axis once");
        return node(
                "Transpose",
                type,
                Arrays.stream(order).mapToLong(axis -> sizes[axis]).toArray(),
                attribute("perm", Arrays.stream(order).asLongStream().toArray()));
    }

    @Override
    public Tensor slice(int axis, long from, long to) {
        int along = axis("slice", axis);
        long size = sizes[along];
        require(
                "slice %d … %d of axis %d".formatted(from, to, axis),
                from >= 0 && to >= from && (size < 0 || to <= size),
                "the axis does not reach there");
        long[] result = sizes.clone();
        result[along] = to - from;
        return trace.node(
                "Slice",
                type,
                result,
                List.of(),
                this,
                trace.longs(from),
                trace.longs(to),
                trace.longs(along));
    }

    @Override
    public Tensor unsqueeze(int axis) {
        int place = axis < 0 ? axis + rank() + 1 : axis;
        require("unsqueeze at " + axis, place >= 0 && place <= rank(), "it has no such place");
        long[] result =
                Shapes.join(
                        Shapes.join(Arrays.copyOf(sizes, place), 1),
                        Arrays.copyOfRange(sizes, place, rank()));
        return trace.node("Unsqueeze", type, result, List.of(), this, trace.longs(place));
    }

    /** Returns the tensor without an axis of size 1. */
    GraphTensor squeeze(int axis) {
        return trace.node(
                "Squeeze", type, Shapes.without(sizes, axis), List.of(), this, trace.longs(axis));
    }

    // Products and look-ups.

    @Override
    public Tensor matmul(Tensor other) {
        GraphTensor right = trace.own(other);
        requireFloat("matmul");
        requireSameType("matmul", right);
        long[] result = fitting("matmul", () -> Shapes.product(sizes, right.sizes), this, right);
        return trace.node("MatMul", type, result, List.of(), this, right);
    }

    /** A product with the transposed weight, which is stored so if it is a parameter. */
    @Override
    public Tensor linear(Tensor weight) {
        GraphTensor map = trace.own(weight);
        requireFloat("linear");
        requireSameType("linear", map);
        if (rank() == 0 || map.rank() != 2) {
            throw Trace.misfit("linear", "expected […, in] and [out, in]", this, map);
        }
        fitting(
                "linear",
                () -> new long[] {Shapes.same(sizes[rank() - 1], map.sizes[1])},
                this,
                map);
        GraphTensor turned =
                map.parameter
                        .map(it -> trace.weight(it, true))
                        .map(it ->
                                new GraphTensor(trace, map.graph, it.name(), map.type, it.sizes()))
                        .orElseGet(() -> (GraphTensor) map.transpose(1, 0));
        long[] result = sizes.clone();
        result[rank() - 1] = map.sizes[0];
        return trace.node("MatMul", type, result, List.of(), this, turned);
    }

    @Override
    public Tensor lookup(Tensor index) {
        GraphTensor places = trace.own(index);
        places.require("lookup at this", places.type == DType.INT64, "expected INT64");
        require("lookup", rank() > 0, "a scalar has no rows");
        long[] result = Shapes.join(places.sizes, Arrays.copyOfRange(sizes, 1, rank()));
        return trace.node("Gather", type, result, List.of(), this, places);
    }

    @Override
    public Tensor pick(Tensor index) {
        GraphTensor places = trace.own(index);
        places.require("pick at this", places.type == DType.INT64, "expected INT64");
        require("pick", rank() > 0, "a scalar has no entries");
        long[] leading = Arrays.copyOf(sizes, rank() - 1);
        int last = rank() - 1;
        if (places.rank() == 0) {
            return trace.node(
                    "Gather", type, leading, List.of(attribute("axis", last)), this, places);
        }
        fitting(
                "pick",
                () -> {
                    if (places.rank() != leading.length) {
                        throw new Shapes.Misfit("expected an index of the leading axes");
                    }
                    for (int i = 0; i < leading.length; i++) {
                        Shapes.same(leading[i], places.sizes[i]);
                    }
                    return leading;
                },
                this,
                places);
        GraphTensor column = (GraphTensor) places.unsqueeze(-1);
        return trace.node(
                        "GatherElements",
                        type,
                        Shapes.join(leading, 1),
                        List.of(attribute("axis", last)),
                        this,
                        column)
                .squeeze(last);
    }

    @Override
    public Tensor rmsNorm(Tensor gain, double epsilon) {
        GraphTensor scale = trace.own(gain);
        require("rmsNorm", rank() > 0, "a scalar has no last axis");
        requireFloat("rmsNorm");
        fitting(
                "rmsNorm",
                () -> {
                    if (scale.rank() != 1 || scale.type != DType.FLOAT32) {
                        throw new Shapes.Misfit("expected a gain [W], FLOAT32");
                    }
                    return new long[] {Shapes.same(sizes[rank() - 1], scale.sizes[0])};
                },
                this,
                scale);
        return trace.fused()
                ? trace.node(
                        "RMSNormalization",
                        type,
                        sizes,
                        List.of(attribute("axis", -1), attribute("epsilon", epsilon)),
                        this,
                        scale)
                : Tensor.super.rmsNorm(gain, epsilon);
    }

    /** Returns type and shape, such as {@code FLOAT32 [-1, 3]}. */
    @Override
    public String toString() {
        return type + " " + Arrays.toString(sizes);
    }

    // For all of these.

    private GraphTensor node(
            String operation, DType result, long[] shape, AttributeProto... attributes) {
        return trace.node(operation, result, shape, List.of(attributes), this);
    }

    private GraphTensor same(String operation) {
        return node(operation, type, sizes);
    }

    private Tensor function(String what, String operation) {
        requireFloat(what);
        return same(operation);
    }

    private Tensor arithmetic(String what, String operation, Tensor other) {
        requireNumbers(what);
        return pair(what, operation, type, other);
    }

    private Tensor pair(String what, String operation, DType result, Tensor other) {
        GraphTensor right = trace.own(other);
        requireSameType(what, right);
        long[] shape = fitting(what, () -> Shapes.broadcast(sizes, right.sizes), this, right);
        return trace.node(operation, result, shape, List.of(), this, right);
    }

    private GraphTensor scalar(String what, double value) {
        requireNumbers(what);
        if (type == DType.INT64) {
            require(
                    what + " with " + value,
                    value == Math.rint(value),
                    "INT64 takes whole numbers");
            return trace.integer((long) value);
        }
        return trace.floats(new float[] {(float) value});
    }

    private int axis(String what, int axis) {
        require(
                what + " along axis " + axis,
                axis >= -rank() && axis < rank(),
                "it has no such axis");
        return axis < 0 ? axis + rank() : axis;
    }

    private static long[] fitting(String what, Supplier<long[]> sizes, GraphTensor... operands) {
        try {
            return sizes.get();
        } catch (Shapes.Misfit e) {
            throw Trace.misfit(what, e.getMessage(), operands);
        }
    }

    private void require(String what, boolean holds, String expected) {
        if (!holds) {
            throw Trace.misfit(what, expected, this);
        }
    }

    private void requireFloat(String what) {
        require(what, type.isFloat(), "expected floating point");
    }

    private void requireNumbers(String what) {
        require(what, type != DType.BOOL, "expected numbers");
    }

    private void requireSameType(String what, GraphTensor other) {
        if (type != other.type) {
            throw Trace.misfit(what, "the types differ", this, other);
        }
    }
}
