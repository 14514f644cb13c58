package org.anira.backend.djl;

import org.anira.api.BackendException;
import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.List;

/** What a body asks for besides the methods of its tensors. */
final class DjlOps implements Ops {

    private final DjlSession session;

    DjlOps(DjlSession session) {
        this.session = session;
    }

    @Override
    public Tensor parameter(String name) {
        return session.parameters.entry(name).value;
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
        if (type == DType.BFLOAT16) {
            throw DjlSession.lacks("BFLOAT16", "zeros in bfloat16");
        }
        long[] leading = session.own(like).sizes();
        long[] shape = Arrays.copyOf(leading, leading.length + trailing.length);
        System.arraycopy(trailing, 0, shape, leading.length, trailing.length);
        return session.made(
                type, Torch.zeros(shape, DjlSession.number(type), session.deviceNumbers));
    }

    @Override
    public Tensor indices(Tensor like, int axis) {
        return session.made(
                DType.INT64, Torch.range(session.own(like).size(axis), session.deviceNumbers));
    }

    @Override
    public Tensor concat(int axis, List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw new BackendException(
                    "SHP-001",
                    "Backend 'djl' was asked for concat of no tensors; give one or more");
        }
        DjlTensor[] tensors = parts.stream().map(session::own).toArray(DjlTensor[]::new);
        long[] handles = new long[tensors.length];
        for (int i = 0; i < tensors.length; i++) {
            handles[i] = tensors[i].handle();
            if (tensors[i].type() != tensors[0].type() || tensors[i].rank() != tensors[0].rank()) {
                throw new BackendException(
                        "SHP-001",
                        "Backend 'djl' was asked for concat of %s; ranks and types must agree"
                                .formatted(Arrays.toString(tensors)));
            }
        }
        try {
            return session.made(tensors[0].type(), Torch.concat(handles, axis));
        } catch (RuntimeException e) {
            throw DjlSession.refused("concat along axis " + axis, e, tensors);
        }
    }

    @Override
    public ActiveRows activeRows(Tensor active) {
        DjlTensor mask = session.own(active);
        if (mask.type() != DType.BOOL || mask.rank() != 2) {
            throw new BackendException(
                    "SHP-001",
                    "Backend 'djl' was asked for activeRows of %s; expected BOOL [B, T]"
                            .formatted(mask));
        }
        int sequences = (int) mask.size(0);
        int tokens = (int) mask.size(1);
        boolean[] on = session.booleans(mask);

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
        DjlTensor full = session.own(base);
        DjlTensor fresh = session.own(rows);
        DjlTensor token = session.own(at.token());
        // A single row may stand for none, which must not be written.
        if (token.size(0) == 1 || full.type() != fresh.type() || full.rank() != fresh.rank() + 1) {
            return Ops.super.putRows(base, rows, at);
        }
        try {
            return session.made(
                    full.type(),
                    session.kernels.call(
                            "put_rows",
                            new long[] {full.handle(), token.handle(), fresh.handle()}));
        } catch (RuntimeException e) {
            throw DjlSession.refused("putRows", e, full, fresh, token);
        }
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
                DjlTensor t = session.own(tensor);
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
            throw new BackendException(
                    "SHP-001",
                    "Backend 'djl' was asked for a loop whose carry does not begin with a BOOL"
                            + " mask");
        }
        for (boolean active : session.booleans(carry.getFirst())) {
            if (active) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Tensor attention(Tensor queries, Tensor keys, Tensor values, AttentionMask mask) {
        DjlTensor q = session.own(queries);
        DjlTensor k = session.own(keys);
        DjlTensor v = session.own(values);
        try {
            long result =
                    mask.causal()
                            ? session.kernels.call(
                                    "causal_attention",
                                    new long[] {q.handle(), k.handle(), v.handle()})
                            : session.kernels.call(
                                    "attention",
                                    new long[] {
                                        q.handle(),
                                        k.handle(),
                                        v.handle(),
                                        session.own(mask.bias()).handle()
                                    });
            return session.made(q.type(), result);
        } catch (RuntimeException e) {
            throw DjlSession.refused("attention", e, q, k, v);
        }
    }
}
