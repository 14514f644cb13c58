package org.anira.backend.torch;

import org.anira.api.tensor.DType;
import org.anira.backend.floor.EagerOperations;
import org.anira.backend.floor.EagerTensor;
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

import java.util.Arrays;

/** Operations as calls of libtorch. Operands fit; type and shape of the result are known. */
final class TorchOperations implements EagerOperations {

    /**
     * The fused kernel of the CPU is slow in bfloat16: it takes two to five times as long as in
     * float32, up to hundreds of keys. With no more keys than this, two plain products are faster
     * still, and the scores are small enough to be held.
     */
    private static final int MOST_KEYS_AT_ONCE = 256;

    private final TorchSession session;
    private final Torch torch;

    TorchOperations(TorchSession session) {
        this.session = session;
        torch = session.torch;
    }

    @Override
    public boolean hasBfloat16() {
        return true;
    }

    @Override
    public boolean fuses(Operation.Primitive operation, ShapedTensor... operands) {
        return !(operation instanceof Attention)
                || !isSlowAttention(operands[0])
                || operands[1].size(2) > MOST_KEYS_AT_ONCE;
    }

    private boolean isSlowAttention(ShapedTensor queries) {
        return session.isOnCpu() && queries.type() == DType.BFLOAT16;
    }

    @Override
    public long result(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        long first = handle(operands[0]);
        return switch (operation) {
            case Plain plain -> plain(plain, sizes, operands);
            case Along along -> along(along, first);
            case Cast _ -> cast(first, type);
            case Reshape _ -> reshape(first, sizes);
            case Transpose transpose ->
                    torch.arguments()
                            .tensor(first)
                            .integers(
                                    transpose.order().stream()
                                            .mapToLong(Integer::longValue)
                                            .toArray())
                            .call(Operator.PERMUTE);
            case Slice slice ->
                    torch.narrow(first, slice.axis(), slice.from(), slice.to() - slice.from());
            case Unsqueeze unsqueeze -> unsqueeze(first, unsqueeze.axis());
            case RmsNorm norm -> rmsNorm(operands[0], operands[1], norm.epsilon());
            case Attention attention -> attention(attention.causal(), operands);
            case Concat concat -> {
                long[] parts = Arrays.stream(operands).mapToLong(TorchOperations::handle).toArray();
                yield torch.arguments().tensors(parts).integer(concat.axis()).call(Operator.CONCAT);
            }
            case Zeros _ -> session.zeros(type, sizes);
            case Indices _ -> session.range(sizes[0]);
        };
    }

    private static long handle(ShapedTensor tensor) {
        return ((EagerTensor) tensor).handle();
    }

    private long plain(Plain operation, long[] sizes, ShapedTensor... operands) {
        return switch (operation) {
            case ADD -> sum(operands, 1);
            case SUBTRACT -> sum(operands, -1);
            case MULTIPLY -> pair(Operator.MULTIPLY, operands);
            case DIVIDE -> pair(Operator.DIVIDE, operands);
            case MINIMUM -> pair(Operator.MINIMUM, operands);
            case MAXIMUM -> pair(Operator.MAXIMUM, operands);
            case GREATER_OR_EQUAL -> pair(Operator.GREATER_OR_EQUAL, operands);
            case EQUAL_TO -> pair(Operator.EQUAL, operands);
            case AND -> pair(Operator.LOGICAL_AND, operands);
            case OR -> pair(Operator.LOGICAL_OR, operands);
            case MATMUL -> pair(Operator.MATMUL, operands);
            case NEGATE -> one(Operator.NEGATE, operands);
            case EXP -> one(Operator.EXP, operands);
            case LOG -> one(Operator.LOG, operands);
            case SQRT -> one(Operator.SQRT, operands);
            case ABS -> one(Operator.ABS, operands);
            case TANH -> one(Operator.TANH, operands);
            case SIGMOID -> one(Operator.SIGMOID, operands);
            case LOG_SIGMOID -> one(Operator.LOG_SIGMOID, operands);
            case SILU -> one(Operator.SILU, operands);
            case NOT -> one(Operator.LOGICAL_NOT, operands);
            case DETACH -> one(Operator.DETACH, operands);
            case SUM -> {
                long x = handle(operands[0]);
                yield torch.arguments().tensor(x).none().call(Operator.SUM);
            }
            case WHERE -> {
                long condition = handle(operands[0]);
                long x = handle(operands[1]);
                long y = handle(operands[2]);
                yield torch.arguments().tensor(condition).tensor(x).tensor(y).call(Operator.WHERE);
            }
            case LINEAR -> {
                long x = handle(operands[0]);
                long weight = handle(operands[1]);
                yield torch.arguments().tensor(x).tensor(weight).none().call(Operator.LINEAR);
            }
            case LOOKUP -> lookup(operands[0], handle(operands[1]), sizes);
            case PICK -> pick(operands[0], operands[1]);
            case PUT_ROWS -> putRows(operands[0], operands[1], operands[2]);
            case OVERWRITE -> {
                long base = handle(operands[0]);
                long index = handle(operands[1]);
                long rows = handle(operands[2]);
                yield torch.arguments()
                        .tensor(base)
                        .integer(0)
                        .tensor(index)
                        .tensor(rows)
                        .call(Operator.INDEX_COPY_IN_PLACE);
            }
        };
    }

    private long one(Operator operator, ShapedTensor[] operands) {
        return torch.call(operator, handle(operands[0]));
    }

    private long pair(Operator operator, ShapedTensor[] operands) {
        return torch.call(operator, handle(operands[0]), handle(operands[1]));
    }

    /** Returns x + sign · y. */
    private long sum(ShapedTensor[] operands, int sign) {
        long x = handle(operands[0]);
        long y = handle(operands[1]);
        return operands[0].type() == DType.INT64
                ? integerSum(x, y, sign)
                : torch.subtract(x, y, -sign);
    }

    /** Integers are stacked and summed: the factor of a subtraction is a float64 number. */
    private long integerSum(long x, long y, int sign) {
        long signed = torch.call(sign > 0 ? Operator.DETACH : Operator.NEGATE, y);
        long stretched = torch.arguments().tensors(x, signed).call(Operator.BROADCAST);
        Torch.delete(signed);
        long stacked = torch.arguments().integer(stretched).integer(0).call(Operator.STACK);
        return session.passing(stacked, both -> sumAlong(both, 0));
    }

    private long sumAlong(long x, int axis) {
        return torch.arguments()
                .tensor(x)
                .integers(axis)
                .optional()
                .truth(false)
                .none()
                .call(Operator.SUM_ALONG);
    }

    private long along(Along along, long x) {
        int axis = along.axis();
        return switch (along.kind()) {
            case SUM -> sumAlong(x, axis);
            case MAX -> torch.max(x, axis);
            case ARGMAX ->
                    torch.arguments()
                            .tensor(x)
                            .integer(axis)
                            .optional()
                            .truth(false)
                            .call(Operator.ARGMAX);
            case CUMULATIVE_SUM -> untyped(Operator.CUMULATIVE_SUM, x, axis);
            case SOFTMAX -> untyped(Operator.SOFTMAX, x, axis);
            case LOG_SOFTMAX -> untyped(Operator.LOG_SOFTMAX, x, axis);
        };
    }

    /** Calls an operator along an axis without another type for the result. */
    private long untyped(Operator operator, long x, int axis) {
        return torch.arguments().tensor(x).integer(axis).none().call(operator);
    }

    private long cast(long x, DType type) {
        return torch.arguments()
                .tensor(x)
                .integer(TorchSession.number(type))
                .truth(false)
                .truth(false)
                .none()
                .call(Operator.TO);
    }

    private long reshape(long x, long... sizes) {
        return torch.arguments().tensor(x).integers(sizes).call(Operator.RESHAPE);
    }

    private long unsqueeze(long x, int axis) {
        return torch.arguments().tensor(x).integer(axis).call(Operator.UNSQUEEZE);
    }

    private long squeeze(long x, int axis) {
        return torch.arguments().tensor(x).integer(axis).call(Operator.SQUEEZE);
    }

    private long lookup(ShapedTensor table, long index, long[] sizes) {
        return lookup(handle(table), table.sizes(), index, sizes);
    }

    /** Returns the entries of a table at an index. @param sizes of the result */
    long lookup(long table, long[] shape, long index, long[] sizes) {
        if (shape.length == 2) {
            return embedding(table, index);
        }
        long[] flat = {shape[0], Shapes.elements(shape) / Math.max(1, shape[0])};
        return session.passing(
                reshape(table, flat),
                two -> session.passing(embedding(two, index), found -> reshape(found, sizes)));
    }

    /** Returns the gradient of a table of a shape, of which entries were looked up. */
    long lookupBackward(long gradient, long index, long[] shape) {
        long[] flat = {torch.numberOfElements(index), Shapes.elements(shape) / shape[0]};
        return session.passing(
                reshape(index, flat[0]),
                at ->
                        session.passing(
                                reshape(gradient, flat),
                                two ->
                                        session.passing(
                                                torch.arguments()
                                                        .tensor(two)
                                                        .tensor(at)
                                                        .integer(shape[0])
                                                        .integer(-1)
                                                        .truth(false)
                                                        .call(Operator.EMBEDDING_BACKWARD),
                                                made -> reshape(made, shape))));
    }

    /** Looks rows of a table of two axes up. Its gradient adds up in a fixed order. */
    private long embedding(long table, long index) {
        return torch.arguments()
                .tensor(table)
                .tensor(index)
                .integer(-1)
                .truth(false)
                .truth(false)
                .call(Operator.EMBEDDING);
    }

    private long pick(ShapedTensor from, ShapedTensor index) {
        int last = from.rank() - 1;
        long x = handle(from);
        long at = handle(index);
        if (index.rank() == 0) {
            return session.passing(
                    torch.arguments()
                            .tensor(x)
                            .integer(last)
                            .tensor(at)
                            .call(Operator.INDEX_SELECT),
                    column -> squeeze(column, last));
        }
        return session.passing(
                unsqueeze(at, last),
                column ->
                        session.passing(
                                torch.arguments()
                                        .tensor(x)
                                        .integer(last)
                                        .tensor(column)
                                        .truth(false)
                                        .call(Operator.GATHER),
                                found -> squeeze(found, last)));
    }

    /** As rows are distinct, they are copied into place, which costs less than the composite. */
    private long putRows(ShapedTensor base, ShapedTensor rows, ShapedTensor token) {
        long to = handle(base);
        long from = handle(rows);
        long at = handle(token);
        long[] flat = Shapes.without(base.sizes(), 0);
        flat[0] = base.size(0) * base.size(1);
        return session.passing(
                reshape(to, flat),
                all ->
                        session.passing(
                                torch.arguments()
                                        .tensor(all)
                                        .integer(0)
                                        .tensor(at)
                                        .tensor(from)
                                        .call(Operator.INDEX_COPY),
                                put -> reshape(put, base.sizes())));
    }

    /** Computed in float32, whatever the type of x, which the result has again. */
    private long rmsNorm(ShapedTensor x, ShapedTensor gain, double epsilon) {
        if (x.type() == DType.FLOAT32) {
            return normed(handle(x), x, handle(gain), epsilon);
        }
        return session.passing(
                cast(handle(x), DType.FLOAT32),
                wide ->
                        session.passing(
                                normed(wide, x, handle(gain), epsilon),
                                normed -> cast(normed, x.type())));
    }

    /** libtorch has a fused kernel for CUDA; what it does on the CPU takes longer than this. */
    private long normed(long x, ShapedTensor like, long gain, double epsilon) {
        int last = like.rank() - 1;
        long width = like.size(last);
        if (!session.isOnCpu()) {
            return fusedNorm(x, width, gain, epsilon);
        }
        long share = session.scalar(1.0 / width).handle();
        long raise = session.scalar(epsilon).handle();
        long value = torch.call(Operator.MULTIPLY, x, x);
        value = instead(value, sumAlong(value, last));
        value = instead(value, torch.call(Operator.MULTIPLY, value, share));
        value = instead(value, torch.subtract(value, raise, -1));
        value = instead(value, unsqueeze(value, last));
        value = instead(value, torch.call(Operator.RECIPROCAL_ROOT, value));
        value = instead(value, torch.call(Operator.MULTIPLY, x, value));
        return instead(value, torch.call(Operator.MULTIPLY, value, gain));
    }

    /** As libtorch has it in one operator, with a kernel of its own on CUDA. */
    long fusedNorm(long x, long width, long gain, double epsilon) {
        return torch.arguments()
                .tensor(x)
                .integers(width)
                .tensor(gain)
                .optional()
                .number(epsilon)
                .optional()
                .call(Operator.RMS_NORM);
    }

    /** Deletes a native tensor, and returns the one that was made of it. */
    private static long instead(long before, long after) {
        Torch.delete(before);
        return after;
    }

    private long attention(boolean causal, ShapedTensor... operands) {
        DType type = operands[0].type();
        if (isSlowAttention(operands[0])) {
            ShapedTensor[] wide = operands.clone();
            for (int i = 0; i < 3; i++) {
                wide[i] = session.own(operands[i].cast(DType.FLOAT32));
            }
            return session.passing(attention(causal, wide), result -> cast(result, type));
        }
        // A bias in the queries' own type is what every kernel takes.
        ShapedTensor bias = causal ? operands[3] : session.own(operands[3].cast(type));
        long query = handle(operands[0]);
        long key = handle(operands[1]);
        long value = handle(operands[2]);
        long allowed = handle(bias);
        Torch call = torch.arguments().tensor(query).tensor(key).tensor(value);
        if (causal) {
            call.none();
        } else {
            call.tensor(allowed).optional();
        }
        return call.number(0)
                .truth(causal)
                .none()
                .truth(false)
                .call(Operator.SCALED_DOT_PRODUCT_ATTENTION);
    }
}
