package org.anira.backend.djl;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;
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
import org.anira.backend.floor.Refusals;
import org.anira.backend.floor.ShapedTensor;
import org.anira.backend.floor.Shapes;

import java.util.Arrays;

/** Operations as calls of libtorch. Operands fit; type and shape of the result are known. */
final class DjlOperations implements EagerOperations {

    private final DjlSession session;

    DjlOperations(DjlSession session) {
        this.session = session;
    }

    @Override
    public boolean hasBfloat16() {
        return false;
    }

    @Override
    public boolean fuses(Operation.Primitive operation, ShapedTensor... operands) {
        return !(operation instanceof RmsNorm);
    }

    @Override
    public long result(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        try {
            return called(operation, type, sizes, operands);
        } catch (RuntimeException e) {
            throw refused(operation, e, operands);
        }
    }

    /** Returns what libtorch would not do, in its own words. */
    static RuntimeException refused(Object what, RuntimeException cause, Tensor... operands) {
        return Library.REFUSALS.refused(what, Refusals.firstLine(cause), cause, operands);
    }

    private long called(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        long first = handle(operands[0]);
        return switch (operation) {
            case Plain plain -> plain(plain, sizes, operands);
            case Along along -> along(along, first);
            case Cast _ -> Torch.to(first, number(type), session.deviceNumbers);
            case Reshape _ -> Torch.RESHAPE.of(first, sizes);
            case Transpose transpose ->
                    Torch.PERMUTE.of(
                            first,
                            transpose.order().stream().mapToLong(Integer::longValue).toArray());
            case Slice slice -> Torch.slice(first, slice.axis(), slice.from(), slice.to());
            case Unsqueeze unsqueeze -> Torch.UNSQUEEZE.of(first, unsqueeze.axis());
            case Attention attention -> attention(attention.causal(), operands);
            case Concat concat ->
                    Torch.concat(
                            Arrays.stream(operands).mapToLong(DjlOperations::handle).toArray(),
                            concat.axis());
            case Zeros _ -> session.zeros(type, sizes);
            case Indices _ -> Torch.range(sizes[0], session.deviceNumbers);
            case RmsNorm _ -> throw new IllegalStateException("rmsNorm is composed");
        };
    }

    private static long handle(ShapedTensor tensor) {
        return ((EagerTensor) tensor).handle();
    }

    /** Returns DJL's number of a type. */
    static int number(DType type) {
        return switch (type) {
            case FLOAT32 -> Torch.FLOAT32;
            case INT64 -> Torch.INT64;
            case BOOL -> Torch.BOOL;
            case BFLOAT16 -> throw Library.REFUSALS.lacks("BFLOAT16", "a bfloat16 tensor");
        };
    }

    private long plain(Plain operation, long[] sizes, ShapedTensor... operands) {
        long x = handle(operands[0]);
        return switch (operation) {
            case ADD -> Torch.ADD.of(x, handle(operands[1]));
            case SUBTRACT -> Torch.SUBTRACT.of(x, handle(operands[1]));
            case MULTIPLY -> Torch.MULTIPLY.of(x, handle(operands[1]));
            case DIVIDE -> Torch.DIVIDE.of(x, handle(operands[1]));
            case MINIMUM -> Torch.MINIMUM.of(x, handle(operands[1]));
            case MAXIMUM -> Torch.MAXIMUM.of(x, handle(operands[1]));
            case GREATER_OR_EQUAL -> Torch.GREATER_OR_EQUAL.of(x, handle(operands[1]));
            case EQUAL_TO -> Torch.EQUAL.of(x, handle(operands[1]));
            case AND -> Torch.AND.of(x, handle(operands[1]));
            case OR -> Torch.OR.of(x, handle(operands[1]));
            case MATMUL -> Torch.MATMUL.of(x, handle(operands[1]));
            case LINEAR -> Torch.LINEAR.of(x, handle(operands[1]), 0);
            case WHERE -> Torch.WHERE.of(x, handle(operands[1]), handle(operands[2]));
            case NEGATE -> Torch.NEGATE.of(x);
            case EXP -> Torch.EXP.of(x);
            case LOG -> Torch.LOG.of(x);
            case SQRT -> Torch.SQRT.of(x);
            case ABS -> Torch.ABS.of(x);
            case TANH -> Torch.TANH.of(x);
            case SIGMOID -> Torch.SIGMOID.of(x);
            case NOT -> Torch.NOT.of(x);
            case DETACH -> Torch.DETACH.of(x);
            case SUM -> Torch.SUM.of(x);
            case LOG_SIGMOID -> session.kernels.call("log_sigmoid", new long[] {x});
            case SILU -> session.kernels.call("silu", new long[] {x});
            case LOOKUP -> lookup(operands[0], handle(operands[1]), sizes);
            case PICK -> pick(operands[0], operands[1]);
            // As rows are distinct, they are copied into place, which costs less than the
            // composite.
            case PUT_ROWS ->
                    session.kernels.call(
                            "put_rows", new long[] {x, handle(operands[2]), handle(operands[1])});
            case OVERWRITE ->
                    session.kernels.call(
                            "overwrite", new long[] {x, handle(operands[1]), handle(operands[2])});
        };
    }

    private static long along(Along along, long x) {
        int axis = along.axis();
        return switch (along.kind()) {
            case SUM -> Torch.sum(x, axis);
            case MAX -> Torch.MAX.of(x, axis);
            case ARGMAX -> Torch.ARGMAX.of(x, axis);
            case CUMULATIVE_SUM -> Torch.CUMULATIVE_SUM.of(x, axis);
            case SOFTMAX -> Torch.SOFTMAX.of(x, axis);
            case LOG_SOFTMAX -> Torch.LOG_SOFTMAX.of(x, axis);
        };
    }

    private long lookup(ShapedTensor table, long index, long[] sizes) {
        long x = handle(table);
        if (table.rank() == 2) {
            return Torch.embedding(index, x);
        }
        long rows = table.size(0);
        long[] flat = {rows, Shapes.elements(table.sizes()) / Math.max(1, rows)};
        return session.passing(
                Torch.RESHAPE.of(x, flat),
                two ->
                        session.passing(
                                Torch.embedding(index, two),
                                found -> Torch.RESHAPE.of(found, sizes)));
    }

    private long pick(ShapedTensor from, ShapedTensor index) {
        int last = from.rank() - 1;
        long x = handle(from);
        long at = handle(index);
        return session.passing(
                index.rank() == 0
                        ? Torch.EXPAND.of(at, Shapes.with(from.sizes(), last, 1))
                        : Torch.UNSQUEEZE.of(at, -1),
                column ->
                        session.passing(
                                Torch.gather(x, column, last),
                                found -> Torch.SQUEEZE.of(found, last)));
    }

    private long attention(boolean causal, ShapedTensor... operands) {
        long[] handles = Arrays.stream(operands).mapToLong(DjlOperations::handle).toArray();
        return causal
                ? session.kernels.call("causal_attention", Arrays.copyOf(handles, 3))
                : session.kernels.call("attention", handles);
    }
}
