package org.anira.backend.onnx;

import static org.anira.backend.onnx.Lowering.attribute;

import com.google.protobuf.ByteString;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.TensorProto;

import org.anira.api.tensor.DType;
import org.anira.backend.floor.Operation;
import org.anira.backend.floor.Operation.Along;
import org.anira.backend.floor.Operation.Attention;
import org.anira.backend.floor.Operation.Cast;
import org.anira.backend.floor.Operation.Concat;
import org.anira.backend.floor.Operation.Indices;
import org.anira.backend.floor.Operation.Plain;
import org.anira.backend.floor.Operation.Reshape;
import org.anira.backend.floor.Operation.RmsNorm;
import org.anira.backend.floor.Operation.Slice;
import org.anira.backend.floor.Operation.Transpose;
import org.anira.backend.floor.Operation.Unsqueeze;
import org.anira.backend.floor.Operation.Zeros;
import org.anira.backend.floor.ShapedTensor;
import org.anira.backend.floor.Shapes;

import java.util.List;

/** Operations as nodes. Operands fit; type and shape of the result are known. */
final class OnnxOperations {

    private final Lowering lowering;

    OnnxOperations(Lowering lowering) {
        this.lowering = lowering;
    }

    OnnxValue compute(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        OnnxValue x = (OnnxValue) operands[0];
        return switch (operation) {
            case Plain plain -> plain(plain, type, sizes, operands);
            case Along along -> along(along, type, sizes, x);
            case Cast _ -> node("Cast", type, sizes, x, attribute("to", OnnxGraph.number(type)));
            case Reshape reshape ->
                    node("Reshape", type, sizes, x, lowering.longs(Shapes.array(reshape.sizes())));
            case Transpose transpose ->
                    node(
                            "Transpose",
                            type,
                            sizes,
                            x,
                            attribute(
                                    "perm",
                                    transpose.order().stream()
                                            .mapToLong(Integer::longValue)
                                            .toArray()));
            case Slice slice ->
                    node(
                            "Slice",
                            type,
                            sizes,
                            x,
                            lowering.longs(slice.from()),
                            lowering.longs(slice.to()),
                            lowering.longs(slice.axis()));
            case Unsqueeze unsqueeze ->
                    node("Unsqueeze", type, sizes, x, lowering.longs(unsqueeze.axis()));
            case RmsNorm norm ->
                    lowering.node(
                            "RMSNormalization",
                            type,
                            sizes,
                            List.of(attribute("axis", -1), attribute("epsilon", norm.epsilon())),
                            operands);
            case Attention attention -> attention(attention.causal(), type, sizes, operands);
            case Concat concat ->
                    lowering.node(
                            "Concat",
                            type,
                            sizes,
                            List.of(attribute("axis", concat.axis())),
                            operands);
            case Zeros zeros -> zeros(Shapes.array(zeros.trailing()), type, sizes, x);
            case Indices indices -> range(size(x, indices.axis()), sizes[0]);
        };
    }

    private OnnxValue plain(Plain operation, DType type, long[] sizes, ShapedTensor... operands) {
        OnnxValue x = (OnnxValue) operands[0];
        return switch (operation) {
            case ADD -> nodeOf("Add", type, sizes, operands);
            case SUBTRACT -> nodeOf("Sub", type, sizes, operands);
            case MULTIPLY -> nodeOf("Mul", type, sizes, operands);
            case DIVIDE -> nodeOf("Div", type, sizes, operands);
            case MINIMUM -> nodeOf("Min", type, sizes, operands);
            case MAXIMUM -> nodeOf("Max", type, sizes, operands);
            case NEGATE -> nodeOf("Neg", type, sizes, x);
            case EXP -> nodeOf("Exp", type, sizes, x);
            case LOG -> nodeOf("Log", type, sizes, x);
            case SQRT -> nodeOf("Sqrt", type, sizes, x);
            case ABS -> nodeOf("Abs", type, sizes, x);
            case TANH -> nodeOf("Tanh", type, sizes, x);
            case SIGMOID -> nodeOf("Sigmoid", type, sizes, x);
            // −softplus(−x), which loses no precision.
            case LOG_SIGMOID -> {
                OnnxValue softplus = nodeOf("Softplus", type, sizes, nodeOf("Neg", type, sizes, x));
                yield nodeOf("Neg", type, sizes, softplus);
            }
            case GREATER_OR_EQUAL -> nodeOf("GreaterOrEqual", type, sizes, operands);
            case EQUAL_TO -> nodeOf("Equal", type, sizes, operands);
            case AND -> nodeOf("And", type, sizes, operands);
            case OR -> nodeOf("Or", type, sizes, operands);
            case NOT -> nodeOf("Not", type, sizes, x);
            case WHERE -> where(type, sizes, operands);
            case DETACH -> x;
            case SUM -> node("ReduceSum", type, sizes, x, attribute("keepdims", 0));
            case MATMUL -> nodeOf("MatMul", type, sizes, operands);
            case LINEAR -> nodeOf("MatMul", type, sizes, x, turned((OnnxValue) operands[1]));
            case LOOKUP -> nodeOf("Gather", type, sizes, operands);
            case PICK -> pick(type, sizes, x, (OnnxValue) operands[1]);
            case OVERWRITE ->
                    nodeOf(
                            "ScatterND",
                            type,
                            sizes,
                            x,
                            lowering.own(operands[1].unsqueeze(-1)),
                            operands[2]);
            case SILU, PUT_ROWS -> throw new IllegalStateException(operation + " is composed");
        };
    }

    private OnnxValue where(DType type, long[] sizes, ShapedTensor... operands) {
        if (type != DType.BOOL) {
            return nodeOf("Where", type, sizes, operands);
        }
        // ONNX Runtime has no Where of truths.
        ShapedTensor test = operands[0];
        return lowering.own(test.and(operands[1]).or(test.not().and(operands[2])));
    }

    /** Returns the transposed weight, which is stored so if it is a parameter. */
    private OnnxValue turned(OnnxValue map) {
        return map.parameter()
                .map(it -> lowering.weight(it, true))
                .map(it -> new OnnxValue(lowering, it.name(), map.type(), it.sizes()))
                .orElseGet(() -> lowering.own(map.transpose(1, 0)));
    }

    private OnnxValue pick(DType type, long[] sizes, OnnxValue from, OnnxValue index) {
        int last = from.rank() - 1;
        AttributeProto along = attribute("axis", last);
        if (index.rank() == 0) {
            return lowering.node("Gather", type, sizes, List.of(along), from, index);
        }
        ShapedTensor column = lowering.own(index.unsqueeze(-1));
        return squeeze(
                lowering.node(
                        "GatherElements",
                        type,
                        Shapes.join(sizes, 1),
                        List.of(along),
                        from,
                        column),
                last);
    }

    private OnnxValue along(Along operation, DType type, long[] sizes, OnnxValue x) {
        int axis = operation.axis();
        AttributeProto dropped = attribute("keepdims", 0);
        AttributeProto along = attribute("axis", axis);
        return switch (operation.kind()) {
            case SUM ->
                    lowering.node(
                            "ReduceSum", type, sizes, List.of(dropped), x, lowering.longs(axis));
            case MAX ->
                    lowering.axesAreInputs()
                            ? lowering.node(
                                    "ReduceMax",
                                    type,
                                    sizes,
                                    List.of(dropped),
                                    x,
                                    lowering.longs(axis))
                            : node(
                                    "ReduceMax",
                                    type,
                                    sizes,
                                    x,
                                    attribute("axes", new long[] {axis}),
                                    dropped);
            case ARGMAX -> node("ArgMax", type, sizes, x, along, dropped);
            case CUMULATIVE_SUM -> cumulativeSum(x, axis, false);
            case SOFTMAX -> node("Softmax", type, sizes, x, along);
            case LOG_SOFTMAX -> node("LogSoftmax", type, sizes, x, along);
        };
    }

    private OnnxValue attention(
            boolean causal, DType type, long[] sizes, ShapedTensor... operands) {
        ShapedTensor q = operands[0];
        AttributeProto scale = attribute("scale", 1 / Math.sqrt(q.size(-1)));
        return causal
                ? lowering.node(
                        "Attention",
                        type,
                        sizes,
                        List.of(scale, attribute("is_causal", 1)),
                        q,
                        operands[1],
                        operands[2])
                : lowering.node("Attention", type, sizes, List.of(scale), operands);
    }

    private OnnxValue zeros(long[] trailing, DType type, long[] sizes, OnnxValue like) {
        int bytes = type == DType.FLOAT32 ? Float.BYTES : type == DType.INT64 ? Long.BYTES : 1;
        TensorProto zero =
                TensorProto.newBuilder()
                        .setDataType(OnnxGraph.number(type))
                        .addDims(1)
                        .setRawData(ByteString.copyFrom(new byte[bytes]))
                        .build();
        OnnxValue shape = shape(like, 0, like.rank());
        if (trailing.length > 0) {
            shape =
                    lowering.node(
                            "Concat",
                            DType.INT64,
                            new long[] {sizes.length},
                            List.of(attribute("axis", 0)),
                            shape,
                            lowering.longs(trailing));
        }
        return node("ConstantOfShape", type, sizes, shape, attribute("value", zero));
    }

    // What ONNX has beyond our operations.

    /** Returns the sizes of some axes, INT64. */
    OnnxValue shape(OnnxValue of, int from, int to) {
        return node(
                "Shape",
                DType.INT64,
                new long[] {to - from},
                of,
                attribute("start", from),
                attribute("end", to));
    }

    /** Returns the size of an axis, an INT64 scalar. */
    OnnxValue size(OnnxValue of, int axis) {
        return squeeze(shape(of, axis, axis + 1), 0);
    }

    /** Returns 0, 1, … limit − 1. @param size limit, −1 if it varies */
    OnnxValue range(OnnxValue limit, long size) {
        return nodeOf(
                "Range",
                DType.INT64,
                new long[] {size},
                lowering.scalar(0),
                limit,
                lowering.scalar(1));
    }

    /** Returns the tensor without an axis of size 1. */
    OnnxValue squeeze(OnnxValue x, int axis) {
        return node("Squeeze", x.type(), Shapes.without(x.sizes(), axis), x, lowering.longs(axis));
    }

    /** Returns the largest of all elements, a scalar. */
    OnnxValue max(OnnxValue x) {
        return node("ReduceMax", x.type(), Shapes.scalar(), x, attribute("keepdims", 0));
    }

    /** Returns whether any is true, a scalar. */
    OnnxValue any(OnnxValue truths) {
        return lowering.own(max(lowering.own(truths.cast(DType.INT64))).cast(DType.BOOL));
    }

    /** Returns the running sum; without the element itself if {@code exclusive}. */
    OnnxValue cumulativeSum(OnnxValue x, int axis, boolean exclusive) {
        OnnxValue along = lowering.scalar(axis);
        return lowering.node(
                "CumSum",
                x.type(),
                x.sizes(),
                exclusive ? List.of(attribute("exclusive", 1)) : List.of(),
                x,
                along);
    }

    /** Adds a node of one operand. */
    private OnnxValue node(
            String name, DType type, long[] sizes, OnnxValue x, AttributeProto... attributes) {
        return lowering.node(name, type, sizes, List.of(attributes), x);
    }

    /** Adds a node whose first operand is {@code x}, without attributes. */
    private OnnxValue node(String name, DType type, long[] sizes, OnnxValue x, OnnxValue... more) {
        ShapedTensor[] all = new ShapedTensor[more.length + 1];
        all[0] = x;
        System.arraycopy(more, 0, all, 1, more.length);
        return nodeOf(name, type, sizes, all);
    }

    /** Adds a node without attributes. */
    OnnxValue nodeOf(String name, DType type, long[] sizes, ShapedTensor... operands) {
        return lowering.node(name, type, sizes, List.of(), operands);
    }
}
