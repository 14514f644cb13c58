package org.anira.backend.torch;

import java.lang.foreign.Arena;

/**
 * Operators of libtorch, called by the names of their schemas ({@code native_functions.yaml}). All
 * arguments of a schema are given, in its order.
 */
enum Operator {
    /** Tensor. */
    ABS("abs"),
    /** Tensor, axis or none, whether the axis stays. */
    ARGMAX("argmax"),
    /**
     * Scalar, inputs (none: all leaves), gradient or none, whether to keep the history or none,
     * whether to record.
     */
    BACKWARD("_backward"),
    /** Tensors. Gives a list. */
    BROADCAST("broadcast_tensors"),
    /** Tensors, axis. */
    CONCAT("cat"),
    /** Tensor, axis, type or none. */
    CUMULATIVE_SUM("cumsum"),
    /** Tensor. */
    DETACH("detach"),
    /** Two tensors. */
    DIVIDE("div", "Tensor"),
    /** Two tensors of one axis. */
    DOT("dot"),
    /** Table, index, index of padding, whether to scale by frequency, whether sparse. */
    EMBEDDING("embedding"),
    /** Gradient of the result, index, rows of the table, index of padding, whether to scale. */
    EMBEDDING_BACKWARD("embedding_dense_backward"),
    /** Two tensors. */
    EQUAL("eq", "Tensor"),
    /** Tensor. */
    EXP("exp"),
    /**
     * Values, gradients, first moments, second moments, none, steps, rate, both decays of moments,
     * decay of values, ε, false, false, scale of the gradients, none. Gives nothing.
     */
    FUSED_ADAMW("_fused_adamw_"),
    /** Tensor, axis, index, whether sparse. */
    GATHER("gather"),
    /** Two tensors. */
    GREATER_OR_EQUAL("ge", "Tensor"),
    /** Tensor, axis, index, tensor of the rows. */
    INDEX_COPY("index_copy"),
    /** Tensor, axis, index, tensor of the rows. Writes into the tensor. */
    INDEX_COPY_IN_PLACE("index_copy_"),
    /** Tensor, axis, index of at most one axis. */
    INDEX_SELECT("index_select"),
    /** Tensor, weight, bias or none. */
    LINEAR("linear"),
    /** Tensor. */
    LOG("log"),
    /** Two tensors. */
    LOGICAL_AND("logical_and"),
    /** Tensor. */
    LOGICAL_NOT("logical_not"),
    /** Two tensors. */
    LOGICAL_OR("logical_or"),
    /** Tensor. */
    LOG_SIGMOID("log_sigmoid"),
    /** Tensor, axis, type or none. */
    LOG_SOFTMAX("log_softmax", "int"),
    /** Two tensors. */
    MATMUL("matmul"),
    /** Two tensors. */
    MAXIMUM("maximum"),
    /** Two tensors. */
    MINIMUM("minimum"),
    /** Two tensors. */
    MULTIPLY("mul", "Tensor"),
    /** Tensor. */
    NEGATE("neg"),
    /** Tensor, order of the axes. */
    PERMUTE("permute"),
    /** Tensor. */
    RECIPROCAL_ROOT("rsqrt"),
    /** Tensor, sizes. */
    RESHAPE("reshape"),
    /** Tensor, sizes of the axes to normalize, gain or none, ε or none. */
    RMS_NORM("rms_norm"),
    /**
     * Queries, keys, values, bias or none, dropout, whether causal, scale or none, whether grouped.
     */
    SCALED_DOT_PRODUCT_ATTENTION("scaled_dot_product_attention"),
    /** Tensor. */
    SIGMOID("sigmoid"),
    /** Tensor. */
    SILU("silu"),
    /** Tensor, axis, type or none. */
    SOFTMAX("softmax", "int"),
    /** Tensor. */
    SQRT("sqrt"),
    /** Tensor, axis. */
    SQUEEZE("squeeze", "dim"),
    /** Tensors, axis. */
    STACK("stack"),
    /** Tensor, type or none. */
    SUM("sum"),
    /** Tensor, axes or none, whether the axes stay, type or none. */
    SUM_ALONG("sum", "dim_IntList"),
    /** Tensor. */
    TANH("tanh"),
    /** Tensor, type, whether without waiting, whether to copy always, memory format or none. */
    TO("to", "dtype"),
    /** Tensor, axis. */
    UNSQUEEZE("unsqueeze"),
    /** Condition, tensor where it holds, tensor elsewhere. */
    WHERE("where", "self");

    private final String name;

    /** Address of the name, a C string. */
    final long address;

    /** Address of the overload's name, a C string. */
    final long overload;

    Operator(String name) {
        this(name, "");
    }

    Operator(String name, String overload) {
        this.name = name;
        this.address = Arena.global().allocateFrom("aten::" + name).address();
        this.overload = Arena.global().allocateFrom(overload).address();
    }

    /** Returns the name, such as {@code matmul}. */
    @Override
    public String toString() {
        return name;
    }
}
