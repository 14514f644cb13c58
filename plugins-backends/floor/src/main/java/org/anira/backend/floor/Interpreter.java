package org.anira.backend.floor;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;

/**
 * What becomes of operations: they are computed at once, or noted down. Whoever asks has checked
 * the operands.
 */
public interface Interpreter {

    /** Returns the words of its refusals. */
    Refusals refusals();

    /**
     * Returns a tensor as one of this interpreter's.
     *
     * @throws org.anira.api.BackendException BKD-004 if it is none
     */
    ShapedTensor own(Tensor tensor);

    /**
     * Does an operation.
     *
     * @param type of the result
     * @param sizes of the result, −1 where one varies; not to be changed afterwards
     * @param operands this interpreter's, which fit
     */
    ShapedTensor compute(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands);

    /**
     * Returns a parameter.
     *
     * @throws org.anira.api.BackendException BKD-003 if there is none of that name
     */
    ShapedTensor parameter(String name);

    /** Returns a float32 tensor of fixed values, row-major, which fill the shape. */
    ShapedTensor constant(float[] values, long... shape);

    /** Returns a float32 scalar. */
    ShapedTensor scalar(double value);

    /** Returns an INT64 scalar. */
    ShapedTensor scalar(long value);

    /**
     * Returns whether it does this itself: {@code silu}, {@code rmsNorm}, {@code attention} or
     * {@code putRows}, which are composed of other operations where it does not.
     */
    boolean fuses(Operation.Primitive operation, ShapedTensor... operands);

    /** Returns whether it has bfloat16. */
    boolean hasBfloat16();
}
