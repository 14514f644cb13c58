package org.anira.backend.floor;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;

/** Computes operations at once, or records them. The caller has checked the operands. */
public interface Interpreter {

    /** Returns the maker of its errors. */
    Refusals refusals();

    /**
     * Returns a tensor as one of this interpreter's.
     *
     * @throws org.anira.api.BackendException BKD-004 if it belongs to another
     */
    ShapedTensor own(Tensor tensor);

    /**
     * Computes or records an operation.
     *
     * @param type of the result
     * @param sizes of the result, −1 where one varies; not to be changed afterwards
     * @param operands tensors of this interpreter, already checked
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
     * Returns whether it has {@code silu}, {@code rmsNorm}, {@code attention} or {@code putRows} as
     * one operation; otherwise they are composed of others.
     */
    boolean fuses(Operation.Primitive operation, ShapedTensor... operands);

    /** Returns whether it has bfloat16. */
    boolean hasBfloat16();
}
