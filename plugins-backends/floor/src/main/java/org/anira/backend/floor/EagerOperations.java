package org.anira.backend.floor;

import org.anira.api.tensor.DType;

/** Operations as calls of a native library. Operands fit, and belong to one session. */
public interface EagerOperations {

    /**
     * Does an operation.
     *
     * @param type of the result
     * @param sizes of the result
     * @return a new native tensor
     */
    long result(Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands);

    /**
     * Returns whether the library does it better than its composite: {@code silu}, {@code rmsNorm}
     * or {@code attention}. That it puts rows into their places is taken for granted.
     */
    boolean fuses(Operation.Primitive operation, ShapedTensor... operands);

    /** Returns whether the library has bfloat16. */
    boolean hasBfloat16();
}
