package org.anira.backend.floor;

import org.anira.api.tensor.DType;

/**
 * Operations as calls of a native library. Operands have been checked, and belong to one session.
 */
public interface EagerOperations {

    /**
     * Computes an operation.
     *
     * @param type the type of the result
     * @param sizes the sizes of the result
     * @return a new native tensor
     */
    long result(Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands);

    /**
     * Returns whether the library has a fused kernel for {@code silu}, {@code rmsNorm} or {@code
     * attention} that is better than the composite. {@code putRows} is always computed by the
     * library.
     */
    boolean fuses(Operation.Primitive operation, ShapedTensor... operands);

    /** Returns whether the library has bfloat16. */
    boolean hasBfloat16();
}
