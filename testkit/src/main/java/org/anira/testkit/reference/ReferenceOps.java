package org.anira.testkit.reference;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What a program may ask of the reference backend. */
final class ReferenceOps implements Ops {

    private final ReferenceSession session;
    private boolean ended;

    ReferenceOps(ReferenceSession session) {
        this.session = session;
    }

    void end() {
        ended = true;
    }

    private ReferenceTensor make(DType type, Array values) {
        if (ended) {
            throw new IllegalStateException(
                    "the operations of a program are valid while its body runs");
        }
        return session.make(type, values);
    }

    @Override
    public Tensor parameter(String name) {
        return session.parameter(name);
    }

    @Override
    public Tensor constant(double value) {
        return make(DType.FLOAT32, Array.scalar(value));
    }

    @Override
    public Tensor integer(long value) {
        return make(DType.INT64, Array.scalar(value));
    }

    @Override
    public Tensor constant(float[] values, long... shape) {
        return make(DType.FLOAT32, ReferenceSession.checked(ReferenceSession.widen(values), shape));
    }

    @Override
    public Tensor zeros(Tensor like, DType type, long... trailing) {
        int[] more = Arrays.stream(trailing).mapToInt(Math::toIntExact).toArray();
        if (Arrays.stream(more).anyMatch(size -> size < 1)) {
            throw ReferenceTensor.misfit(
                    "zeros: trailing axes %s; sizes must be at least 1"
                            .formatted(Arrays.toString(trailing)));
        }
        return make(type, Array.full(Array.append(session.own(like).array().shape(), more), 0));
    }

    @Override
    public Tensor indices(Tensor like, int axis) {
        ReferenceTensor own = session.own(like);
        return make(DType.INT64, Array.range(own.array().shape()[own.axis(axis)]));
    }

    @Override
    public Tensor concat(int axis, List<Tensor> parts) {
        List<ReferenceTensor> owned = parts.stream().map(session::own).toList();
        if (owned.isEmpty()) {
            throw ReferenceTensor.misfit("concat: nothing to join");
        }
        ReferenceTensor first = owned.getFirst();
        int along = first.axis(axis);
        for (ReferenceTensor part : owned) {
            boolean fits =
                    part.type() == first.type()
                            && part.rank() == first.rank()
                            && Arrays.equals(
                                    Array.without(part.array().shape(), along),
                                    Array.without(first.array().shape(), along));
            if (!fits) {
                throw ReferenceTensor.misfit(
                        "concat along axis %d: %s and %s differ in another axis or in type"
                                .formatted(axis, first, part));
            }
        }
        return make(
                first.type(),
                Array.concat(along, owned.stream().map(ReferenceTensor::array).toList()));
    }

    @Override
    public ActiveRows activeRows(Tensor active) {
        Array mask = activeMask("activeRows", active).array();
        int sequences = mask.shape()[0];
        int length = mask.shape()[1];
        int[] tokens =
                IntStream.range(0, mask.data().length).filter(i -> mask.data()[i] != 0).toArray();
        double[] inverse = IntStream.range(0, mask.data().length).asDoubleStream().toArray();
        int[] used = new int[sequences];
        for (int row = 0; row < tokens.length; row++) {
            inverse[tokens[row]] = mask.data().length + row;
            used[tokens[row] / length]++;
        }
        if (tokens.length == 0) {
            tokens = new int[] {0};
            used[0] = 1;
        }
        int most = Arrays.stream(used).max().orElseThrow();
        double[] query = new double[sequences * most];
        double[] place = new double[tokens.length];
        int[] next = new int[sequences];
        for (int row = 0; row < tokens.length; row++) {
            int sequence = tokens[row] / length;
            int slot = sequence * most + next[sequence]++;
            query[slot] = row;
            place[row] = slot;
        }
        int[] rows = {tokens.length};
        return new ActiveRows(
                make(
                        DType.INT64,
                        new Array(rows, Arrays.stream(tokens).asDoubleStream().toArray())),
                make(DType.INT64, new Array(mask.shape(), inverse)),
                make(DType.INT64, new Array(new int[] {sequences, most}, query)),
                make(DType.INT64, new Array(rows, place)));
    }

    @Override
    public List<Tensor> loop(int first, int last, List<Tensor> carry, Body body) {
        List<ReferenceTensor> current = carry.stream().map(session::own).toList();
        List<ReferenceTensor> made = List.of();
        for (int d = first; d <= last && anyActive(current); d++) {
            List<ReferenceTensor> next;
            try (ReferenceScope iteration = session.open()) {
                List<Tensor> given = new ArrayList<>(current);
                next = body.step(integer(d), given).stream().map(iteration::release).toList();
                requireSame(current, next);
            }
            made.forEach(session::free);
            made = next;
            current = next;
        }
        return List.copyOf(current);
    }

    private boolean anyActive(List<ReferenceTensor> carry) {
        if (carry.isEmpty()) {
            throw ReferenceTensor.misfit(
                    "loop: the carry is empty, expected active [B, T], BOOL, as its first entry");
        }
        return Arrays.stream(activeMask("loop", carry.getFirst()).array().data())
                .anyMatch(value -> value != 0);
    }

    private ReferenceTensor activeMask(String operation, Tensor active) {
        ReferenceTensor own = session.own(active);
        if (own.type() != DType.BOOL || own.rank() != 2) {
            throw ReferenceTensor.misfit(
                    "%s: active is %s, expected BOOL[B, T]".formatted(operation, own));
        }
        return own;
    }

    private static void requireSame(List<ReferenceTensor> before, List<ReferenceTensor> after) {
        boolean same = before.size() == after.size();
        for (int i = 0; same && i < before.size(); i++) {
            same =
                    before.get(i).type() == after.get(i).type()
                            && before.get(i).rank() == after.get(i).rank();
        }
        if (!same) {
            throw ReferenceTensor.misfit(
                    "loop: the carry %s becomes %s; number, types and ranks stay"
                            .formatted(before, after));
        }
    }
}
