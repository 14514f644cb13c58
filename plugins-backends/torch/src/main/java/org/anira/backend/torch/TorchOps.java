package org.anira.backend.torch;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.List;

/** What a body asks for besides the methods of its tensors. */
final class TorchOps implements Ops {

    /**
     * The fused kernel of the CPU is slow in bfloat16: it takes two to five times as long as in
     * float32, up to hundreds of keys. With no more keys than this, two plain products are faster
     * still, and the scores are small enough to be held.
     */
    private static final int MOST_KEYS_AT_ONCE = 256;

    private final TorchSession session;

    TorchOps(TorchSession session) {
        this.session = session;
    }

    @Override
    public Tensor parameter(String name) {
        return session.parameters.entry(name).value();
    }

    @Override
    public Tensor constant(double value) {
        return session.constant(DType.FLOAT32, value);
    }

    @Override
    public Tensor integer(long value) {
        return session.constant(DType.INT64, value);
    }

    @Override
    public Tensor constant(float[] values, long... shape) {
        return session.tensor(values, shape);
    }

    @Override
    public Tensor zeros(Tensor like, DType type, long... trailing) {
        long[] shape = Shapes.concat(session.own(like).sizes(), trailing);
        return session.made(
                type, shape, session.torch.zeros(shape, TorchSession.number(type), session.device));
    }

    @Override
    public Tensor indices(Tensor like, int axis) {
        return session.range(session.own(like).size(axis));
    }

    @Override
    public Tensor concat(int axis, List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw Shapes.misfit("concat of no tensors; give one or more");
        }
        TorchTensor[] tensors = parts.stream().map(session::own).toArray(TorchTensor[]::new);
        TorchTensor first = tensors[0];
        first.size(axis); // throws if there is no such axis
        int along = axis < 0 ? axis + first.rank() : axis;
        long length = 0;
        long[] handles = new long[tensors.length];
        for (int i = 0; i < tensors.length; i++) {
            TorchTensor part = tensors[i];
            if (part.type() != first.type()
                    || part.rank() != first.rank()
                    || !Arrays.equals(
                            Shapes.without(part.sizes(), along),
                            Shapes.without(first.sizes(), along))) {
                throw Shapes.misfit(
                        "concat along axis %d of %s; types and the other axes must agree"
                                .formatted(axis, Arrays.toString(tensors)));
            }
            length += part.size(along);
            handles[i] = part.handle();
        }
        return session.made(
                first.type(),
                Shapes.with(first.sizes(), along, length),
                session.torch.arguments().tensors(handles).integer(along).call(Operator.CONCAT));
    }

    @Override
    public ActiveRows activeRows(Tensor active) {
        TorchTensor mask = session.own(active);
        if (mask.type() != DType.BOOL || mask.rank() != 2) {
            throw Shapes.misfit("activeRows of %s; expected BOOL [B, T]".formatted(mask));
        }
        int sequences = (int) mask.size(0);
        int tokens = (int) mask.size(1);
        boolean[] on = mask.truths();

        long[] token = new long[on.length];
        long[] inverse = new long[on.length];
        int[] begin = new int[sequences + 1];
        int rows = 0;
        int most = 1;
        for (int b = 0; b < sequences; b++) {
            begin[b] = rows;
            for (int t = 0; t < tokens; t++) {
                int i = b * tokens + t;
                inverse[i] = on[i] ? on.length + rows : i;
                if (on[i]) {
                    token[rows++] = i;
                }
            }
            most = Math.max(most, rows - begin[b]);
        }
        begin[sequences] = rows;

        // Without an active token, row 0 is token 0, and no token refers to it.
        int listed = Math.max(rows, 1);
        long[] query = new long[sequences * most];
        long[] place = new long[listed];
        for (int b = 0; b < sequences; b++) {
            for (int r = begin[b]; r < begin[b + 1]; r++) {
                int q = b * most + r - begin[b];
                query[q] = r;
                place[r] = q;
            }
        }
        return new ActiveRows(
                session.tensor(Arrays.copyOf(token, listed), listed),
                session.tensor(inverse, sequences, tokens),
                session.tensor(query, sequences, most),
                session.tensor(place, listed));
    }

    /** As rows are distinct, they are copied into place, which costs less than the composite. */
    @Override
    public Tensor putRows(Tensor base, Tensor rows, ActiveRows at) {
        TorchTensor full = session.own(base);
        TorchTensor fresh = session.own(rows);
        TorchTensor token = session.own(at.token());
        // A single row may stand for none, which must not be written.
        if (token.size(0) == 1 || !fits(full, fresh)) {
            return Ops.super.putRows(base, rows, at);
        }
        TorchTensor flat = (TorchTensor) full.flatten();
        long to = flat.handle();
        long where = token.handle();
        long from = fresh.handle();
        TorchTensor put =
                session.made(
                        full.type(),
                        flat.sizes(),
                        session.torch
                                .arguments()
                                .tensor(to)
                                .integer(0)
                                .tensor(where)
                                .tensor(from)
                                .call(Operator.INDEX_COPY));
        return put.reshape(full.sizes());
    }

    private static boolean fits(TorchTensor full, TorchTensor rows) {
        return full.type() == rows.type()
                && full.rank() == rows.rank() + 1
                && Arrays.equals(full.sizes(), 2, full.rank(), rows.sizes(), 1, rows.rank());
    }

    @Override
    public List<Tensor> loop(int first, int last, List<Tensor> carry, Body body) {
        List<Tensor> state = carry;
        Region before = new Region(null);
        for (int d = first; d <= last && anyActive(state); d++) {
            Region step = session.enter();
            try {
                state = List.copyOf(body.step(integer(d), state));
            } catch (RuntimeException e) {
                step.free();
                before.free();
                throw e;
            } finally {
                session.leave(step);
            }
            // What goes on moves to a region of its own; the rest of this step and of the one
            // before is freed.
            Region kept = new Region(null);
            for (Tensor tensor : state) {
                TorchTensor t = session.own(tensor);
                if (t.region == step || t.region == before) {
                    kept.adopt(t);
                }
            }
            step.free();
            before.free();
            before = kept;
        }
        before.moveTo(session.innermost);
        return state;
    }

    private boolean anyActive(List<Tensor> carry) {
        if (carry.isEmpty() || carry.getFirst().type() != DType.BOOL) {
            throw Shapes.misfit("a loop whose carry does not begin with a BOOL mask");
        }
        for (boolean active : session.own(carry.getFirst()).truths()) {
            if (active) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Tensor attention(Tensor queries, Tensor keys, Tensor values, AttentionMask mask) {
        TorchTensor q = session.own(queries);
        TorchTensor k = session.own(keys);
        TorchTensor v = session.own(values);
        TorchTensor bias = session.own(mask.bias());
        requireAttention(q, k, v, bias);
        if (session.device.isCpu() && q.type() == DType.BFLOAT16) {
            return k.size(2) <= MOST_KEYS_AT_ONCE
                    ? Ops.super.attention(q, k, v, mask)
                    : attention(
                                    q.cast(DType.FLOAT32),
                                    k.cast(DType.FLOAT32),
                                    v.cast(DType.FLOAT32),
                                    mask)
                            .cast(DType.BFLOAT16);
        }
        // A bias in the queries' own type is what every kernel takes.
        TorchTensor added = (TorchTensor) (mask.causal() ? bias : bias.cast(q.type()));
        long query = q.handle();
        long key = k.handle();
        long value = v.handle();
        long allowed = added.handle();
        Torch call = session.torch.arguments().tensor(query).tensor(key).tensor(value);
        if (mask.causal()) {
            call.none();
        } else {
            call.tensor(allowed).optional();
        }
        call.number(0).truth(mask.causal()).none().truth(false);
        return session.made(
                q.type(),
                Shapes.with(q.sizes(), 3, v.size(3)),
                call.call(Operator.SCALED_DOT_PRODUCT_ATTENTION));
    }

    private static void requireAttention(
            TorchTensor q, TorchTensor k, TorchTensor v, TorchTensor bias) {
        boolean fits =
                q.type().isFloat()
                        && q.type() == k.type()
                        && q.type() == v.type()
                        && q.rank() == 4
                        && bias.rank() == 4
                        && bias.type() == DType.FLOAT32
                        && Arrays.equals(Shapes.with(q.sizes(), 2, k.size(2)), k.sizes())
                        && Arrays.equals(k.sizes(), v.sizes())
                        && (bias.size(0) == 1 || bias.size(0) == q.size(0))
                        && (bias.size(1) == 1)
                        && bias.size(2) == q.size(2)
                        && bias.size(3) == k.size(2);
        if (!fits) {
            throw Shapes.misfit(
                    ("attention of %s to %s and %s with bias %s; expected [B, H, Q, W/H], twice"
                                    + " [B, H, T, W/H] and FLOAT32 [B or 1, 1, Q, T]")
                            .formatted(q, k, v, bias));
        }
    }
}
