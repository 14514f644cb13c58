package org.anira.api.tensor;

import org.anira.api.PublicApi;

/** The type of a tensor's elements. */
@PublicApi(since = "0.1")
public enum DType {
    /** IEEE 754 binary32. */
    FLOAT32,
    /** The upper half of a binary32: eight bits of exponent, seven of fraction. */
    BFLOAT16,
    /** Signed 64-bit integers: tokens, indices, depths. */
    INT64,
    /** Truth values: masks. */
    BOOL;

    /** Returns whether it is a floating-point type. */
    public boolean isFloat() {
        return this == FLOAT32 || this == BFLOAT16;
    }
}
