package org.anira.backend.floor;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Operation.Attention;
import org.anira.backend.floor.Operation.Concat;
import org.anira.backend.floor.Operation.Indices;
import org.anira.backend.floor.Operation.Plain;
import org.anira.backend.floor.Operation.Zeros;

import java.util.Arrays;
import java.util.List;

/**
 * The operations of a body besides the methods of tensors, with the same checks as in {@link
 * ShapedTensor} (SHP-001). Operations with several results are left to the subclass.
 */
public abstract class ShapedOps implements Ops {

    private final Interpreter interpreter;

    /** Makes the operations of an interpreter. */
    protected ShapedOps(Interpreter interpreter) {
        this.interpreter = interpreter;
    }

    @Override
    public final Tensor parameter(String name) {
        return interpreter.parameter(name);
    }

    @Override
    public final Tensor constant(float[] values, long... shape) {
        Shapes.requireCount(values.length, shape);
        return interpreter.constant(values, shape);
    }

    @Override
    public final Tensor constant(double value) {
        return interpreter.scalar(value);
    }

    @Override
    public final Tensor integer(long value) {
        return interpreter.scalar(value);
    }

    @Override
    public final Tensor zeros(Tensor like, DType type, long... trailing) {
        if (type == DType.BFLOAT16 && !interpreter.hasBfloat16()) {
            throw interpreter.refusals().lacks("BFLOAT16", "zeros in bfloat16");
        }
        ShapedTensor model = interpreter.own(like);
        return interpreter.compute(
                new Zeros(type, Shapes.list(trailing)),
                type,
                Shapes.join(model.sizes(), trailing),
                model);
    }

    @Override
    public final Tensor indices(Tensor like, int axis) {
        ShapedTensor model = interpreter.own(like);
        Indices indices = new Indices(model.axis("indices of", axis));
        return interpreter.compute(
                indices, DType.INT64, new long[] {model.sizes()[indices.axis()]}, model);
    }

    @Override
    public final Tensor concat(int axis, List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw interpreter.refusals().misfit("concat of no tensors", "give one or more");
        }
        ShapedTensor[] tensors = parts.stream().map(interpreter::own).toArray(ShapedTensor[]::new);
        ShapedTensor first = tensors[0];
        Concat concat = new Concat(first.axis("concat along", axis));
        for (ShapedTensor each : tensors) {
            if (each.type() != first.type()) {
                throw first.misfit(concat, "the types must agree", tensors);
            }
        }
        long[] sizes =
                first.fitting(
                        concat,
                        () ->
                                Shapes.concat(
                                        concat.axis(),
                                        Arrays.stream(tensors).map(ShapedTensor::sizes).toList()),
                        tensors);
        return interpreter.compute(concat, first.type(), sizes, tensors);
    }

    @Override
    public final ActiveRows activeRows(Tensor active) {
        return rows(requireMask("activeRows", interpreter.own(active)));
    }

    /** Returns where the active tokens lie. @param mask [B, T], BOOL */
    protected abstract ActiveRows rows(ShapedTensor mask);

    @Override
    public final Tensor putRows(Tensor base, Tensor rows, ActiveRows at) {
        ShapedTensor full = interpreter.own(base);
        ShapedTensor fresh = interpreter.own(rows);
        ShapedTensor token = interpreter.own(at.token());
        boolean fits =
                full.type() == fresh.type()
                        && full.rank() == fresh.rank() + 1
                        && fresh.rank() > 0
                        && Shapes.agree(
                                Arrays.copyOfRange(full.sizes(), 2, full.rank()),
                                Arrays.copyOfRange(fresh.sizes(), 1, fresh.rank()));
        if (!fits) {
            throw full.misfit(
                    Plain.PUT_ROWS, "expected [B, T, …] and [R, …] of one type", full, fresh);
        }
        return interpreter.fuses(Plain.PUT_ROWS, full, fresh, token)
                ? interpreter.compute(
                        Plain.PUT_ROWS,
                        full.type(),
                        full.sizes(),
                        full,
                        fresh,
                        token,
                        interpreter.own(at.inverse()),
                        interpreter.own(at.query()),
                        interpreter.own(at.place()))
                : Ops.super.putRows(base, rows, at);
    }

    @Override
    public final Tensor overwrite(Tensor base, Tensor index, Tensor rows) {
        ShapedTensor full = interpreter.own(base);
        ShapedTensor at = interpreter.own(index);
        ShapedTensor fresh = interpreter.own(rows);
        boolean fits =
                at.type() == DType.INT64
                        && at.rank() == 1
                        && full.type() == fresh.type()
                        && full.rank() > 0
                        && fresh.rank() > 0
                        && Shapes.agree(
                                Shapes.join(at.sizes(), Shapes.without(full.sizes(), 0)),
                                fresh.sizes());
        if (!fits) {
            throw full.misfit(
                    Plain.OVERWRITE,
                    "expected [N, …], INT64 [R] and [R, …] of the type of the first",
                    full,
                    at,
                    fresh);
        }
        return interpreter.fuses(Plain.OVERWRITE, full, at, fresh)
                ? interpreter.compute(Plain.OVERWRITE, full.type(), full.sizes(), full, at, fresh)
                : Ops.super.overwrite(base, index, rows);
    }

    @Override
    public final List<Tensor> loop(int first, int last, List<Tensor> carry, Body body) {
        if (carry.isEmpty()) {
            throw interpreter
                    .refusals()
                    .misfit("a loop without a carry", "active comes first, BOOL [B, T]");
        }
        List<ShapedTensor> start = carry.stream().map(interpreter::own).toList();
        requireMask("a loop whose carry begins with a mask", start.getFirst());
        return last < first ? carry : steps(first, last, start, body);
    }

    /**
     * Runs a loop of at least one step.
     *
     * @param carry the first carry; its first tensor is [B, T], BOOL
     */
    protected abstract List<Tensor> steps(int first, int last, List<ShapedTensor> carry, Body body);

    /** Checks the carry that a step returned: number, types and ranks must not change. */
    protected final List<Tensor> next(List<? extends Tensor> carry, List<Tensor> next) {
        boolean same = next.size() == carry.size();
        for (int i = 0; same && i < next.size(); i++) {
            ShapedTensor after = interpreter.own(next.get(i));
            same = after.type() == carry.get(i).type() && after.rank() == carry.get(i).rank();
        }
        if (!same) {
            throw interpreter
                    .refusals()
                    .misfit(
                            "a loop with the carry",
                            "a step returned %s; number, types and ranks stay".formatted(next),
                            carry.toArray(Tensor[]::new));
        }
        return List.copyOf(next);
    }

    private static ShapedTensor requireMask(String what, ShapedTensor mask) {
        if (mask.type() != DType.BOOL || mask.rank() != 2) {
            throw mask.misfit(what, "expected BOOL [B, T]", mask);
        }
        return mask;
    }

    @Override
    public final Tensor attention(Tensor queries, Tensor keys, Tensor values, AttentionMask mask) {
        ShapedTensor q = interpreter.own(queries);
        ShapedTensor k = interpreter.own(keys);
        ShapedTensor v = interpreter.own(values);
        ShapedTensor bias = interpreter.own(mask.bias());
        Attention attention = new Attention(mask.causal());
        requireAttention(attention, q, k, v, bias);
        return interpreter.fuses(attention, q, k, v, bias)
                ? interpreter.compute(
                        attention, q.type(), Shapes.with(q.sizes(), 3, v.sizes()[3]), q, k, v, bias)
                : Ops.super.attention(queries, keys, values, mask);
    }

    private static void requireAttention(
            Attention attention,
            ShapedTensor q,
            ShapedTensor k,
            ShapedTensor v,
            ShapedTensor bias) {
        boolean fits =
                q.type().isFloat()
                        && q.type() == k.type()
                        && q.type() == v.type()
                        && q.rank() == 4
                        && k.rank() == 4
                        && Shapes.agree(Shapes.with(q.sizes(), 2, -1), k.sizes())
                        && Shapes.agree(k.sizes(), v.sizes())
                        && bias.type() == DType.FLOAT32
                        && bias.rank() == 4
                        && stretches(bias.sizes()[0], q.sizes()[0])
                        && bias.sizes()[1] == 1
                        && stretches(bias.sizes()[2], q.sizes()[2])
                        && stretches(bias.sizes()[3], k.sizes()[2]);
        if (!fits) {
            throw q.misfit(
                    attention,
                    "expected [B, H, Q, W/H], twice [B, H, T, W/H] and the bias FLOAT32"
                            + " [B or 1, 1, Q, T]",
                    q,
                    k,
                    v,
                    bias);
        }
    }

    private static boolean stretches(long size, long to) {
        return size == 1 || Shapes.agree(size, to);
    }
}
