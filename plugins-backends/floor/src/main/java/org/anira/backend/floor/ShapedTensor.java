package org.anira.backend.floor;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Operation.Along;
import org.anira.backend.floor.Operation.Cast;
import org.anira.backend.floor.Operation.Plain;
import org.anira.backend.floor.Operation.Primitive;
import org.anira.backend.floor.Operation.Reshape;
import org.anira.backend.floor.Operation.RmsNorm;
import org.anira.backend.floor.Operation.Slice;
import org.anira.backend.floor.Operation.Transpose;
import org.anira.backend.floor.Operation.Unsqueeze;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor that knows its type and shape. Each operation is checked here (SHP-001) and executed by
 * the {@link Interpreter}, which is given the type and shape of the result. Sizes that vary are −1
 * and match any size; they are checked when the program is run.
 */
public abstract class ShapedTensor implements Tensor {

    private final DType type;
    private final long[] sizes;

    /** Makes one. @param sizes of its axes, −1 where one varies; not to be changed afterwards */
    protected ShapedTensor(DType type, long... sizes) {
        this.type = type;
        this.sizes = sizes;
    }

    /** Returns the interpreter of its operations. */
    protected abstract Interpreter interpreter();

    /** Returns the sizes of the axes, −1 where one varies; not to be changed. */
    public final long[] sizes() {
        return sizes;
    }

    @Override
    public final DType type() {
        return type;
    }

    @Override
    public final List<Long> shape() {
        return Shapes.list(sizes);
    }

    @Override
    public final int rank() {
        return sizes.length;
    }

    @Override
    public final long size(int axis) {
        return sizes[axis("its size along", axis)];
    }

    // Arithmetic.

    @Override
    public final Tensor add(Tensor other) {
        return arithmetic(Plain.ADD, other);
    }

    @Override
    public final Tensor subtract(Tensor other) {
        return arithmetic(Plain.SUBTRACT, other);
    }

    @Override
    public final Tensor multiply(Tensor other) {
        return arithmetic(Plain.MULTIPLY, other);
    }

    @Override
    public final Tensor divide(Tensor other) {
        return fraction(Plain.DIVIDE, other);
    }

    @Override
    public final Tensor minimum(Tensor other) {
        return fraction(Plain.MINIMUM, other);
    }

    @Override
    public final Tensor maximum(Tensor other) {
        return fraction(Plain.MAXIMUM, other);
    }

    @Override
    public final Tensor add(double scalar) {
        return arithmetic(Plain.ADD, scalar(Plain.ADD, scalar));
    }

    @Override
    public final Tensor multiply(double scalar) {
        return arithmetic(Plain.MULTIPLY, scalar(Plain.MULTIPLY, scalar));
    }

    @Override
    public final Tensor negate() {
        requireNumbers(Plain.NEGATE);
        return compute(Plain.NEGATE);
    }

    // Functions of one tensor.

    @Override
    public final Tensor exp() {
        return function(Plain.EXP);
    }

    @Override
    public final Tensor log() {
        return function(Plain.LOG);
    }

    @Override
    public final Tensor sqrt() {
        return function(Plain.SQRT);
    }

    @Override
    public final Tensor abs() {
        return function(Plain.ABS);
    }

    @Override
    public final Tensor tanh() {
        return function(Plain.TANH);
    }

    @Override
    public final Tensor sigmoid() {
        return function(Plain.SIGMOID);
    }

    @Override
    public final Tensor logSigmoid() {
        return function(Plain.LOG_SIGMOID);
    }

    @Override
    public final Tensor silu() {
        requireFloat(Plain.SILU);
        return interpreter().fuses(Plain.SILU, this) ? compute(Plain.SILU) : Tensor.super.silu();
    }

    // Comparison and choice.

    @Override
    public final Tensor greaterOrEqual(Tensor other) {
        requireNumbers(Plain.GREATER_OR_EQUAL);
        return comparison(Plain.GREATER_OR_EQUAL, other);
    }

    @Override
    public final Tensor equalTo(Tensor other) {
        requireNumbers(Plain.EQUAL_TO);
        return comparison(Plain.EQUAL_TO, other);
    }

    @Override
    public final Tensor and(Tensor other) {
        requireTruth(Plain.AND);
        return comparison(Plain.AND, other);
    }

    @Override
    public final Tensor or(Tensor other) {
        requireTruth(Plain.OR);
        return comparison(Plain.OR, other);
    }

    @Override
    public final Tensor not() {
        requireTruth(Plain.NOT);
        return compute(Plain.NOT);
    }

    @Override
    public final Tensor where(Tensor condition, Tensor other) {
        ShapedTensor test = own(condition);
        ShapedTensor otherwise = own(other);
        if (test.type != DType.BOOL) {
            throw misfit(Plain.WHERE, "the first is to be BOOL", test, this, otherwise);
        }
        DType common = common(Plain.WHERE, otherwise);
        long[] shape =
                fitting(
                        Plain.WHERE,
                        () ->
                                Shapes.broadcast(
                                        test.sizes, Shapes.broadcast(sizes, otherwise.sizes)),
                        test,
                        this,
                        otherwise);
        return interpreter().compute(Plain.WHERE, common, shape, test, this, otherwise);
    }

    @Override
    public final Tensor cast(DType wanted) {
        if (wanted == type) {
            return this;
        }
        if (wanted == DType.BFLOAT16 && !interpreter().hasBfloat16()) {
            throw interpreter().refusals().lacks("BFLOAT16", "a cast to bfloat16");
        }
        return interpreter().compute(new Cast(wanted), wanted, sizes, this);
    }

    @Override
    public final Tensor detach() {
        return compute(Plain.DETACH);
    }

    // Along an axis.

    @Override
    public final Tensor sum(int axis) {
        requireNumbers(Along.Kind.SUM);
        return reduced(Along.Kind.SUM, type, axis);
    }

    @Override
    public final Tensor sum() {
        requireNumbers(Plain.SUM);
        return interpreter().compute(Plain.SUM, type, Shapes.scalar(), this);
    }

    @Override
    public final Tensor max(int axis) {
        requireNumbers(Along.Kind.MAX);
        return reduced(Along.Kind.MAX, type, axis);
    }

    @Override
    public final Tensor argmax(int axis) {
        requireNumbers(Along.Kind.ARGMAX);
        return reduced(Along.Kind.ARGMAX, DType.INT64, axis);
    }

    @Override
    public final Tensor cumulativeSum(int axis) {
        requireNumbers(Along.Kind.CUMULATIVE_SUM);
        return along(Along.Kind.CUMULATIVE_SUM, axis);
    }

    @Override
    public final Tensor softmax(int axis) {
        requireFloat(Along.Kind.SOFTMAX);
        return along(Along.Kind.SOFTMAX, axis);
    }

    @Override
    public final Tensor logSoftmax(int axis) {
        requireFloat(Along.Kind.LOG_SOFTMAX);
        return along(Along.Kind.LOG_SOFTMAX, axis);
    }

    // Shape.

    @Override
    public final Tensor reshape(long... wanted) {
        Reshape reshape = new Reshape(Shapes.list(wanted));
        long[] shape = fitting(reshape, () -> Shapes.reshape(sizes, wanted), this);
        return interpreter().compute(reshape, type, shape, this);
    }

    @Override
    public final Tensor transpose(int... order) {
        Transpose transpose = new Transpose(Arrays.stream(order).boxed().toList());
        long[] shape = fitting(transpose, () -> Shapes.transpose(sizes, order), this);
        return interpreter().compute(transpose, type, shape, this);
    }

    @Override
    public final Tensor slice(int axis, long from, long to) {
        Slice slice = new Slice(axis("slice", axis), from, to);
        long size = sizes[slice.axis()];
        if (from < 0 || to < from || size >= 0 && to > size) {
            throw misfit(slice, "the axis does not reach there", this);
        }
        return interpreter()
                .compute(slice, type, Shapes.with(sizes, slice.axis(), to - from), this);
    }

    @Override
    public final Tensor unsqueeze(int axis) {
        int place = axis < 0 ? axis + rank() + 1 : axis;
        if (place < 0 || place > rank()) {
            throw misfit("unsqueeze at " + axis, "it has no such place", this);
        }
        return interpreter()
                .compute(new Unsqueeze(place), type, Shapes.inserted(sizes, place, 1), this);
    }

    // Products and look-ups.

    @Override
    public final Tensor matmul(Tensor other) {
        ShapedTensor right = own(other);
        requireFloat(Plain.MATMUL);
        requireSameType(Plain.MATMUL, right);
        long[] shape = fitting(Plain.MATMUL, () -> Shapes.matmul(sizes, right.sizes), this, right);
        return interpreter().compute(Plain.MATMUL, type, shape, this, right);
    }

    @Override
    public final Tensor linear(Tensor weight) {
        ShapedTensor map = own(weight);
        requireFloat(Plain.LINEAR);
        requireSameType(Plain.LINEAR, map);
        long[] shape = fitting(Plain.LINEAR, () -> Shapes.linear(sizes, map.sizes), this, map);
        return interpreter().compute(Plain.LINEAR, type, shape, this, map);
    }

    @Override
    public final Tensor lookup(Tensor index) {
        ShapedTensor places = own(index);
        places.requireIndexOf(Plain.LOOKUP, this);
        long[] shape =
                fitting(Plain.LOOKUP, () -> Shapes.lookup(sizes, places.sizes), this, places);
        return interpreter().compute(Plain.LOOKUP, type, shape, this, places);
    }

    @Override
    public final Tensor pick(Tensor index) {
        ShapedTensor places = own(index);
        places.requireIndexOf(Plain.PICK, this);
        long[] shape = fitting(Plain.PICK, () -> Shapes.pick(sizes, places.sizes), this, places);
        return interpreter().compute(Plain.PICK, type, shape, this, places);
    }

    @Override
    public final Tensor rmsNorm(Tensor gain, double epsilon) {
        ShapedTensor scale = own(gain);
        RmsNorm norm = new RmsNorm(epsilon);
        requireFloat(norm);
        if (rank() == 0
                || scale.type != DType.FLOAT32
                || scale.rank() != 1
                || !Shapes.agree(scale.sizes[0], sizes[rank() - 1])) {
            throw misfit(norm, "expected […, W] and the gain FLOAT32 [W]", this, scale);
        }
        return interpreter().fuses(norm, this, scale)
                ? interpreter().compute(norm, type, sizes, this, scale)
                : Tensor.super.rmsNorm(gain, epsilon);
    }

    /** Returns type and shape, such as {@code FLOAT32 [2, 3]}. */
    @Override
    public String toString() {
        return type + " " + Arrays.toString(sizes);
    }

    // Helpers of all operations.

    private ShapedTensor own(Tensor tensor) {
        return interpreter().own(tensor);
    }

    private Tensor compute(Plain operation) {
        return interpreter().compute(operation, type, sizes, this);
    }

    private Tensor function(Plain operation) {
        requireFloat(operation);
        return compute(operation);
    }

    private Tensor arithmetic(Plain operation, Tensor other) {
        requireNumbers(operation);
        ShapedTensor right = own(other);
        DType common = common(operation, right);
        return interpreter().compute(operation, common, broadcast(operation, right), this, right);
    }

    private Tensor fraction(Plain operation, Tensor other) {
        requireFloat(operation);
        return arithmetic(operation, other);
    }

    private Tensor comparison(Plain operation, Tensor other) {
        ShapedTensor right = own(other);
        common(operation, right);
        return interpreter()
                .compute(operation, DType.BOOL, broadcast(operation, right), this, right);
    }

    private long[] broadcast(Plain operation, ShapedTensor right) {
        return fitting(operation, () -> Shapes.broadcast(sizes, right.sizes), this, right);
    }

    private Tensor reduced(Along.Kind kind, DType result, int axis) {
        int along = axis(kind, axis);
        return interpreter()
                .compute(new Along(kind, along), result, Shapes.without(sizes, along), this);
    }

    private Tensor along(Along.Kind kind, int axis) {
        return interpreter().compute(new Along(kind, axis(kind, axis)), type, sizes, this);
    }

    /** Returns a scalar operand: INT64 to integers, else float32, which takes the other's type. */
    private ShapedTensor scalar(Plain operation, double value) {
        if (type != DType.INT64) {
            return interpreter().scalar(value);
        }
        if (value != Math.rint(value)) {
            throw misfit(
                    operation, "INT64 takes whole numbers, and %s is none".formatted(value), this);
        }
        return interpreter().scalar((long) value);
    }

    /** Returns an axis as counted from 0. */
    final int axis(Object what, int axis) {
        if (axis < -rank() || axis >= rank()) {
            throw misfit("%s axis %d".formatted(what, axis), "it has no axis " + axis, this);
        }
        return axis < 0 ? axis + rank() : axis;
    }

    private void requireFloat(Object what) {
        if (!type.isFloat()) {
            throw misfit(what, "it takes floating-point tensors. Cast it first.", this);
        }
    }

    private void requireNumbers(Object what) {
        if (type == DType.BOOL) {
            throw misfit(what, "it takes numbers. Cast it first.", this);
        }
    }

    private void requireTruth(Object what) {
        if (type != DType.BOOL) {
            throw misfit(what, "it takes BOOL", this);
        }
    }

    private void requireIndexOf(Object what, ShapedTensor table) {
        if (type != DType.INT64) {
            throw misfit(what, "an index is INT64", table, this);
        }
    }

    private void requireSameType(Object what, ShapedTensor other) {
        if (type != other.type) {
            throw mixed(what, other);
        }
    }

    /** Returns the type of both operands, of which one may be a float32 scalar that takes it. */
    private DType common(Object what, ShapedTensor other) {
        if (type == other.type || other.isPlainScalar() && type.isFloat()) {
            return type;
        }
        if (isPlainScalar() && other.type.isFloat()) {
            return other.type;
        }
        throw mixed(what, other);
    }

    private boolean isPlainScalar() {
        return type == DType.FLOAT32 && rank() == 0;
    }

    private BackendException mixed(Object what, ShapedTensor other) {
        return misfit(what, "both need the same type. Cast one.", this, other);
    }

    /** Returns computed sizes; throws, naming the operands, if they do not fit. */
    final long[] fitting(Primitive operation, Supplier<long[]> sizes, ShapedTensor... operands) {
        try {
            return sizes.get();
        } catch (Shapes.Misfit e) {
            throw misfit(operation, e.getMessage(), operands);
        }
    }

    final BackendException misfit(Object what, String expected, ShapedTensor... operands) {
        return interpreter().refusals().misfit(what, expected, operands);
    }
}
