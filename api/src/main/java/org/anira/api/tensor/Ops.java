package org.anira.api.tensor;

import org.anira.api.PublicApi;

import java.util.List;

/**
 * The operations available to a program besides the methods of {@link Tensor}. Valid while its body
 * runs.
 */
@PublicApi(since = "0.1")
public interface Ops {

    /**
     * Returns a parameter by the name it was defined with.
     *
     * @throws org.anira.api.BackendException BKD-003 if the session has no parameter of that name
     */
    Tensor parameter(String name);

    /** Returns a float32 scalar. */
    Tensor constant(double value);

    /** Returns an INT64 scalar. */
    Tensor integer(long value);

    /** Returns a float32 tensor with fixed values, such as a table; row-major. */
    Tensor constant(float[] values, long... shape);

    /**
     * Returns zeros with the axes of {@code like} followed by {@code trailing}, in the given type.
     */
    Tensor zeros(Tensor like, DType type, long... trailing);

    /** Returns 0, 1, … n − 1 (INT64), n being the size of an axis that may vary. */
    Tensor indices(Tensor like, int axis);

    /**
     * Returns the tensors one after the other along an axis; they agree in the other axes and in
     * type.
     */
    Tensor concat(int axis, List<Tensor> parts);

    /** Returns where the active tokens lie. @param active [B, T], BOOL */
    ActiveRows activeRows(Tensor active);

    /**
     * Returns {@code base} [B, T, …] with the values of the active tokens replaced by {@code rows}
     * [R, …], both of one type.
     *
     * @param at the result of {@link #activeRows}
     */
    default Tensor putRows(Tensor base, Tensor rows, ActiveRows at) {
        return concat(0, List.of(base.flatten(), rows)).lookup(at.inverse());
    }

    /**
     * Returns {@code base} [N, …] with the rows at {@code index} replaced by {@code rows} [R, …],
     * both of one type. Outside of {@link Executable#differentiate} an eager backend may write into
     * the memory of {@code base}, so that a growing buffer costs the rows written and not its size.
     *
     * <p>The caller gives {@code base} up: it must own it, alone or with the caller of the program,
     * and neither it nor a tensor that may share its memory (by {@code reshape}, {@code transpose},
     * {@code slice}, {@code unsqueeze} or {@code detach}, or as an output of a program that was
     * given it) is read afterwards. Freeing them is fine. A parameter is never written.
     *
     * @param index [R], INT64, all different, 0 … N − 1
     */
    default Tensor overwrite(Tensor base, Tensor index, Tensor rows) {
        Tensor hits = indices(base, 0).unsqueeze(-1).equalTo(index).cast(DType.FLOAT32); // [N, R]
        Tensor hit = hits.max(-1).greaterOrEqual(constant(1));
        while (hit.rank() < base.rank()) {
            hit = hit.unsqueeze(-1);
        }
        return rows.lookup(hits.argmax(-1)).where(hit, base);
    }

    /**
     * Runs {@code body} for d = {@code first} … {@code last}, or until no token is active. An eager
     * backend runs a Java loop and frees the tensors of each iteration; a tracing backend writes
     * one loop node.
     *
     * @param first the first d
     * @param last the last d; nothing runs if it is smaller than {@code first}
     * @param carry the tensors passed from step to step; ranks and types do not change. Its first
     *     entry is {@code active} [B, T], BOOL
     * @return the carry after the last step
     */
    List<Tensor> loop(int first, int last, List<Tensor> carry, Body body);

    /** The body of a loop. */
    @FunctionalInterface
    interface Body {
        /**
         * Runs one step.
         *
         * @param d the step, an INT64 scalar
         * @param carry the result of the previous step
         * @return the next carry
         */
        List<Tensor> step(Tensor d, List<Tensor> carry);
    }

    /**
     * Returns softmax(queries · keysᵀ / √(W/H) + bias) · values.
     *
     * @param queries [B, H, Q, W/H]
     * @param keys [B, H, T, W/H]
     * @param values [B, H, T, W/H]
     * @return [B, H, Q, W/H], in the type of the queries
     */
    default Tensor attention(Tensor queries, Tensor keys, Tensor values, AttentionMask mask) {
        double scale = 1 / Math.sqrt(queries.size(-1));
        Tensor scores = queries.multiply(scale).matmul(keys.transpose(0, 1, 3, 2));
        Tensor weights = scores.cast(DType.FLOAT32).add(mask.bias()).softmax(-1);
        return weights.cast(values.type()).matmul(values);
    }
}
