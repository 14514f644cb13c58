package org.anira.testkit.reference;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** A tensor of a {@link ReferenceSession}: the operations. */
final class ReferenceTensor extends ReferenceOperand {

    ReferenceTensor(ReferenceSession session, DType type, Array array) {
        super(session, type, array);
    }

    // Arithmetic.

    @Override
    public Tensor add(Tensor other) {
        return zip("add", other, NUMBERS, (a, b) -> a + b);
    }

    @Override
    public Tensor subtract(Tensor other) {
        return zip("subtract", other, NUMBERS, (a, b) -> a - b);
    }

    @Override
    public Tensor multiply(Tensor other) {
        return zip("multiply", other, NUMBERS, (a, b) -> a * b);
    }

    @Override
    public Tensor divide(Tensor other) {
        return zip("divide", other, FLOATS, (a, b) -> a / b);
    }

    @Override
    public Tensor minimum(Tensor other) {
        return zip("minimum", other, FLOATS, Math::min);
    }

    @Override
    public Tensor maximum(Tensor other) {
        return zip("maximum", other, FLOATS, Math::max);
    }

    @Override
    public Tensor add(double scalar) {
        return map("add", wholeFor(scalar), x -> x + scalar);
    }

    @Override
    public Tensor multiply(double scalar) {
        return map("multiply", wholeFor(scalar), x -> x * scalar);
    }

    private static Predicate<DType> wholeFor(double scalar) {
        return scalar == Math.rint(scalar) ? NUMBERS : FLOATS;
    }

    @Override
    public Tensor exp() {
        return map("exp", FLOATS, Math::exp);
    }

    @Override
    public Tensor log() {
        return map("log", FLOATS, Math::log);
    }

    @Override
    public Tensor sqrt() {
        return map("sqrt", FLOATS, Math::sqrt);
    }

    @Override
    public Tensor abs() {
        return map("abs", FLOATS, Math::abs);
    }

    @Override
    public Tensor tanh() {
        return map("tanh", FLOATS, Math::tanh);
    }

    @Override
    public Tensor sigmoid() {
        return map("sigmoid", FLOATS, x -> 1 / (1 + Math.exp(-x)));
    }

    @Override
    public Tensor logSigmoid() {
        return map("logSigmoid", FLOATS, x -> Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))));
    }

    // Comparison and choice.

    @Override
    public Tensor greaterOrEqual(Tensor other) {
        return compare("greaterOrEqual", other, NUMBERS, (a, b) -> a >= b ? 1 : 0);
    }

    @Override
    public Tensor equalTo(Tensor other) {
        return compare("equalTo", other, NUMBERS, (a, b) -> a == b ? 1 : 0);
    }

    @Override
    public Tensor and(Tensor other) {
        return compare("and", other, TRUTHS, (a, b) -> a * b);
    }

    @Override
    public Tensor or(Tensor other) {
        return compare("or", other, TRUTHS, Math::max);
    }

    @Override
    public Tensor not() {
        return map("not", TRUTHS, x -> 1 - x);
    }

    @Override
    public Tensor where(Tensor condition, Tensor other) {
        ReferenceTensor chosen = session.own(condition);
        ReferenceTensor right = session.own(other);
        DType common = commonType("where", right, _ -> true);
        int[] shape = commonShape("where", right);
        if (chosen.type != DType.BOOL || !Array.fit(shape, chosen.array.shape())) {
            throw misfit(
                    "where: the condition is %s, expected BOOL that broadcasts with %s and %s"
                            .formatted(chosen, this, right));
        }
        return make(common, array().where(chosen.array(), right.array()));
    }

    @Override
    public Tensor cast(DType to) {
        return make(
                to,
                array().map(
                                switch (to) {
                                    case FLOAT32, BFLOAT16 -> DoubleUnaryOperator.identity();
                                    case INT64 -> x -> x < 0 ? Math.ceil(x) : Math.floor(x);
                                    case BOOL -> x -> x != 0 ? 1 : 0;
                                }));
    }

    @Override
    public Tensor detach() {
        return make(type, session.detached(array()));
    }

    // Along an axis.

    @Override
    public Tensor sum(int axis) {
        require("sum", NUMBERS);
        return make(type, array().reduce(axis(axis), lane -> Arrays.stream(lane).sum()));
    }

    @Override
    public Tensor sum() {
        require("sum", NUMBERS);
        return make(type, Array.scalar(Arrays.stream(array().data()).sum()));
    }

    @Override
    public Tensor max(int axis) {
        require("max", NUMBERS);
        return make(type, array().reduce(axis(axis), lane -> lane[largest(lane)]));
    }

    @Override
    public Tensor argmax(int axis) {
        require("argmax", NUMBERS);
        return make(DType.INT64, array().reduce(axis(axis), ReferenceTensor::largest));
    }

    @Override
    public Tensor cumulativeSum(int axis) {
        require("cumulativeSum", NUMBERS);
        return make(
                type,
                array().scan(
                                axis(axis),
                                lane -> {
                                    for (int i = 1; i < lane.length; i++) {
                                        lane[i] += lane[i - 1];
                                    }
                                    return lane;
                                }));
    }

    @Override
    public Tensor softmax(int axis) {
        require("softmax", FLOATS);
        return make(
                type,
                array().scan(
                                axis(axis),
                                lane -> {
                                    double total = logSumExp(lane);
                                    return Arrays.stream(lane)
                                            .map(x -> Math.exp(x - total))
                                            .toArray();
                                }));
    }

    @Override
    public Tensor logSoftmax(int axis) {
        require("logSoftmax", FLOATS);
        return make(
                type,
                array().scan(
                                axis(axis),
                                lane -> {
                                    double total = logSumExp(lane);
                                    return Arrays.stream(lane).map(x -> x - total).toArray();
                                }));
    }

    private static int largest(double[] lane) {
        int best = 0;
        for (int i = 1; i < lane.length; i++) {
            best = lane[i] > lane[best] ? i : best;
        }
        return best;
    }

    private static double logSumExp(double[] lane) {
        double top = lane[largest(lane)];
        return top + Math.log(Arrays.stream(lane).map(x -> Math.exp(x - top)).sum());
    }

    // Shape.

    @Override
    public Tensor reshape(long... sizes) {
        int[] to = new int[sizes.length];
        int open = -1;
        for (int i = 0; i < to.length; i++) {
            if (sizes[i] == -1 && open < 0) {
                open = i;
                to[i] = 1;
            } else if (sizes[i] == 0 && i < array.rank()) {
                to[i] = array.shape()[i];
            } else if (sizes[i] > 0) {
                to[i] = Math.toIntExact(sizes[i]);
            } else {
                throw noReshape(sizes);
            }
        }
        int elements = array().data().length;
        if (open >= 0) {
            to[open] = Math.max(1, elements / Array.count(to));
        }
        if (Array.count(to) != elements) {
            throw noReshape(sizes);
        }
        return make(type, array.reshape(to));
    }

    private BackendException noReshape(long[] sizes) {
        return misfit(
                "reshape: %s does not go into %s (0 keeps an axis, one −1 takes the rest)"
                        .formatted(this, Arrays.toString(sizes)));
    }

    @Override
    public Tensor transpose(int... order) {
        int[] axes = Arrays.stream(order).map(this::axis).toArray();
        if (axes.length != rank() || Arrays.stream(axes).distinct().count() != rank()) {
            throw misfit(
                    "transpose: %s is no order of the axes of %s"
                            .formatted(Arrays.toString(order), this));
        }
        return make(type, array().transpose(axes));
    }

    @Override
    public Tensor slice(int axis, long from, long to) {
        int along = axis(axis);
        if (from < 0 || to <= from || to > array.shape()[along]) {
            throw misfit(
                    "slice: %d to %d of axis %d of %s; it needs 0 ≤ from < to ≤ %d"
                            .formatted(from, to, axis, this, array.shape()[along]));
        }
        return make(type, array().slice(along, (int) from, (int) to));
    }

    @Override
    public Tensor unsqueeze(int axis) {
        int place = axis < 0 ? axis + rank() + 1 : axis;
        if (place < 0 || place > rank()) {
            throw misfit("unsqueeze: %s has no place %d for a new axis".formatted(this, axis));
        }
        int[] to =
                IntStream.rangeClosed(0, rank())
                        .map(i -> i == place ? 1 : array.shape()[i < place ? i : i - 1])
                        .toArray();
        return make(type, array().reshape(to));
    }

    // Products and look-ups.

    @Override
    public Tensor matmul(Tensor other) {
        ReferenceTensor right = session.own(other);
        DType common = commonType("matmul", right, FLOATS);
        int[] a = array.shape();
        int[] b = right.array.shape();
        if (a.length < 2
                || b.length < 2
                || a[a.length - 1] != b[b.length - 2]
                || !Array.fit(Arrays.copyOf(a, a.length - 2), Arrays.copyOf(b, b.length - 2))) {
            throw misfit(
                    "matmul: %s and %s, expected […, M, K] and […, K, N]".formatted(this, right));
        }
        return make(common, array().matmul(right.array()));
    }

    @Override
    public Tensor linear(Tensor weight) {
        ReferenceTensor right = session.own(weight);
        DType common = commonType("linear", right, FLOATS);
        int[] w = right.array.shape();
        if (rank() < 1 || w.length != 2 || array.shape()[rank() - 1] != w[1]) {
            throw misfit(
                    "linear: %s and weight %s, expected […, in] and [out, in]"
                            .formatted(this, right));
        }
        return make(common, array().linear(right.array()));
    }

    @Override
    public Tensor lookup(Tensor index) {
        ReferenceTensor places = session.own(index);
        if (rank() < 1 || places.type != DType.INT64) {
            throw misfit("lookup: %s at %s, expected [N, …] at INT64".formatted(this, places));
        }
        places.requireBelow("lookup", array.shape()[0]);
        return make(type, array().lookup(places.array()));
    }

    @Override
    public Tensor pick(Tensor index) {
        ReferenceTensor places = session.own(index);
        boolean fits =
                rank() >= 1
                        && places.type == DType.INT64
                        && (places.rank() == 0
                                || shape().subList(0, rank() - 1).equals(places.shape()));
        if (!fits) {
            throw misfit(
                    "pick: %s at %s, expected […, N] at INT64 […] or a scalar"
                            .formatted(this, places));
        }
        places.requireBelow("pick", array.shape()[rank() - 1]);
        return make(type, array().pick(places.array()));
    }

    private ReferenceTensor make(DType as, Array values) {
        return session.make(as, values);
    }

    private Tensor map(String operation, Predicate<DType> allowed, DoubleUnaryOperator f) {
        require(operation, allowed);
        return make(type, array().map(f));
    }

    private Tensor zip(
            String operation, Tensor other, Predicate<DType> allowed, DoubleBinaryOperator f) {
        ReferenceTensor right = session.own(other);
        DType common = commonType(operation, right, allowed);
        commonShape(operation, right);
        return make(common, array().zip(right.array(), f));
    }

    private Tensor compare(
            String operation, Tensor other, Predicate<DType> allowed, DoubleBinaryOperator f) {
        ReferenceTensor right = session.own(other);
        commonType(operation, right, allowed);
        commonShape(operation, right);
        return make(DType.BOOL, array().zip(right.array(), f));
    }
}
