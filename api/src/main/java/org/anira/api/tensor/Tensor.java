package org.anira.api.tensor;

import org.anira.api.BackendException;
import org.anira.api.PublicApi;

import java.util.List;

/**
 * An immutable array of numbers: values in an eager backend, a graph node in a tracing one.
 *
 * <p>Two operands broadcast as in NumPy: shapes align at their last axes, and an axis of size 1
 * stretches. They have the same type, except that a 0-d float32 tensor ({@link
 * Ops#constant(double)}) meets any floating-point type and takes it. Axes count from 0, or from the
 * end if negative (−1 is the last). Operations throw {@link org.anira.api.BackendException} SHP-001
 * on shapes or types that do not fit, naming both.
 *
 * <p>Methods without a default are the primitives of a backend; those with one are composites,
 * which a backend may replace by a fused kernel with the same values and gradients within rounding.
 */
@PublicApi(since = "0.1")
public interface Tensor {

    /** Returns the type of the elements. */
    DType type();

    /**
     * Returns the sizes of the axes, −1 where a tracing backend does not know one. Empty for a
     * scalar.
     */
    List<Long> shape();

    /** Returns the number of axes. */
    default int rank() {
        return shape().size();
    }

    /**
     * Returns the size of an axis that does not vary from call to call, such as W; never ask for B,
     * T or R.
     */
    default long size(int axis) {
        return shape().get(axis < 0 ? axis + rank() : axis);
    }

    // Arithmetic on floating-point tensors, and add, subtract, multiply on INT64 too.

    /** Returns {@code this + other}. */
    Tensor add(Tensor other);

    /** Returns {@code this − other}. */
    Tensor subtract(Tensor other);

    /** Returns {@code this · other}, element by element. */
    Tensor multiply(Tensor other);

    /** Returns {@code this / other}; floating point only. */
    Tensor divide(Tensor other);

    /**
     * Returns the smaller of each pair; where both are equal the gradient is split evenly. ACT caps
     * accumulated halting probabilities with it.
     */
    Tensor minimum(Tensor other);

    /**
     * Returns the larger of each pair; where both are equal the gradient is split evenly. Halting
     * on the better of two confidences takes it.
     */
    Tensor maximum(Tensor other);

    /** Returns {@code this + scalar}, in the type of this. */
    Tensor add(double scalar);

    /** Returns {@code this · scalar}, in the type of this. */
    Tensor multiply(double scalar);

    /** Returns {@code −this}. */
    default Tensor negate() {
        return multiply(-1);
    }

    /** Returns {@code scalar − this}. */
    default Tensor subtractFrom(double scalar) {
        return multiply(-1).add(scalar);
    }

    // Functions of one floating-point tensor, element by element.

    /** Returns eˣ. */
    Tensor exp();

    /** Returns the natural logarithm, such as PonderNet's ln λ. */
    Tensor log();

    /** Returns √x. */
    Tensor sqrt();

    /** Returns |x|; the gradient at 0 is 0. */
    Tensor abs();

    /** Returns tanh x. */
    Tensor tanh();

    /** Returns the logistic function 1 / (1 + e⁻ˣ). */
    Tensor sigmoid();

    /**
     * Returns ln(1 / (1 + e⁻ˣ)) without overflow or loss of precision: x for x ≪ 0, −e⁻ˣ for x ≫ 0.
     */
    Tensor logSigmoid();

    /** Returns x · sigmoid(x) (SiLU, or swish). */
    default Tensor silu() {
        return multiply(sigmoid());
    }

    // Comparison and choice.

    /** Returns {@code this ≥ other}, BOOL; for INT64 and floating point. */
    Tensor greaterOrEqual(Tensor other);

    /** Returns {@code this = other}, BOOL; for INT64 and floating point. */
    Tensor equalTo(Tensor other);

    /** Returns this and other; BOOL. */
    Tensor and(Tensor other);

    /** Returns this or other, as where either of two rules halts a token; BOOL. */
    Tensor or(Tensor other);

    /** Returns not this; BOOL. */
    Tensor not();

    /**
     * Returns this where {@code condition} (BOOL) holds, else {@code other}; all three broadcast.
     */
    Tensor where(Tensor condition, Tensor other);

    /**
     * Returns the numbers in another type; BOOL becomes 0 and 1, floating point is cut towards 0
     * for INT64.
     */
    Tensor cast(DType type);

    /** Returns the same numbers, through which no gradient flows. */
    Tensor detach();

    // Along an axis, which is removed unless a method says that it stays.

    /** Returns the sum along an axis. */
    Tensor sum(int axis);

    /** Returns the sum of all elements, a scalar. */
    Tensor sum();

    /**
     * Returns the largest element along an axis; the gradient goes to the first of equal ones, or
     * is shared.
     */
    Tensor max(int axis);

    /**
     * Returns the index of the largest element along an axis, the lowest where several are equal;
     * INT64.
     */
    Tensor argmax(int axis);

    /**
     * Returns the running sum along an axis, which stays: element i is the sum of elements 0 … i.
     */
    Tensor cumulativeSum(int axis);

    /** Returns e^x / Σ e^x along an axis, which stays. */
    Tensor softmax(int axis);

    /** Returns x − ln Σ e^x along an axis, which stays. */
    Tensor logSoftmax(int axis);

    // Shape.

    /**
     * Returns the elements in another shape: 0 keeps the size of the axis at the same place, one −1
     * takes the rest.
     */
    Tensor reshape(long... sizes);

    /** Returns the first two axes, of at least two, as one: [B, T, …] as [B · T, …]. */
    default Tensor flatten() {
        if (rank() < 2) {
            throw new BackendException(
                    "SHP-001",
                    "flatten was asked of a tensor of shape %s; expected two axes or more"
                            .formatted(shape()));
        }
        long[] sizes = new long[rank() - 1];
        sizes[0] = -1;
        for (int axis = 2; axis < rank(); axis++) {
            sizes[axis - 1] = size(axis);
        }
        return reshape(sizes);
    }

    /** Returns the axes in another order: axis i of the result is axis {@code order[i]} of this. */
    Tensor transpose(int... order);

    /** Returns the entries {@code from} ≤ i {@code < to} of an axis, which stays. */
    Tensor slice(int axis, long from, long to);

    /** Returns a view with a new axis of size 1, which then stands at {@code axis}. */
    Tensor unsqueeze(int axis);

    // Products and look-ups.

    /**
     * Returns the matrix product over the last two axes, […, M, K] · […, K, N]; leading axes
     * broadcast.
     */
    Tensor matmul(Tensor other);

    /** Returns {@code this · weightᵀ}: […, in] and [out, in] give […, out]. */
    Tensor linear(Tensor weight);

    /**
     * Returns rows of this: [N, …] looked up at {@code index} (INT64, any shape I) gives [I, …].
     * The gradient adds up where a row is read twice, in a fixed order.
     */
    Tensor lookup(Tensor index);

    /**
     * Returns one entry of the last axis for each place: […, N] at {@code index} […] (INT64, or a
     * scalar for the same entry everywhere) gives […].
     */
    Tensor pick(Tensor index);

    /**
     * Returns x / √(mean(x²) + ε) · gain over the last axis (Zhang and Sennrich 2019). Computed in
     * float32; the result has the type of this.
     *
     * @param gain [W], float32
     */
    default Tensor rmsNorm(Tensor gain, double epsilon) {
        Tensor x = cast(DType.FLOAT32);
        Tensor scale = x.multiply(x).sum(-1).multiply(1.0 / size(-1)).add(epsilon).sqrt();
        return x.divide(scale.unsqueeze(-1)).multiply(gain).cast(type());
    }
}
