package org.anira.runtime.model;

import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;

/**
 * Rotary position embedding (Su et al. 2021) in the half-split form: with x = (a, b), the two
 * halves of a head, and angle θ_i = position · base^(−2i/n), the result is (a cos θ − b sin θ, b
 * cos θ + a sin θ).
 *
 * @param cos […, n], cos θ for both halves
 * @param sin […, n], −sin θ for the first half and sin θ for the second
 */
record Rotary(Tensor cos, Tensor sin) {

    /**
     * cos θ and ± sin θ of every position, made once per model.
     *
     * @param length number of positions
     * @param size n, the size of a head
     */
    record Table(float[] cos, float[] sin, int length, int size) {

        static Table of(int length, int size, double base) {
            float[] cos = new float[length * size];
            float[] sin = new float[length * size];
            for (int position = 0; position < length; position++) {
                for (int i = 0; i < size / 2; i++) {
                    double angle = position * Math.pow(base, -2.0 * i / size);
                    int first = position * size + i;
                    int second = first + size / 2;
                    cos[first] = (float) Math.cos(angle);
                    cos[second] = cos[first];
                    sin[second] = (float) Math.sin(angle);
                    sin[first] = -sin[second];
                }
            }
            return new Table(cos, sin, length, size);
        }

        /**
         * Returns the rotation for each token. @param positions [B, T], INT64, less than {@code
         * length}
         */
        Rotary at(Ops ops, Tensor positions) {
            return new Rotary(
                    ops.constant(cos, length, size).lookup(positions),
                    ops.constant(sin, length, size).lookup(positions));
        }
    }

    /** Returns the rotation for the rows. */
    Rotary gather(Rows rows) {
        return new Rotary(rows.gather(cos), rows.gather(sin));
    }

    /** Rotates heads: […, heads, n]. */
    Tensor rotate(Ops ops, Tensor x) {
        int size = (int) x.size(-1);
        Tensor swapped =
                ops.concat(-1, List.of(x.slice(-1, size / 2, size), x.slice(-1, 0, size / 2)));
        return x.multiply(cos.unsqueeze(-2).cast(x.type()))
                .add(swapped.multiply(sin.unsqueeze(-2).cast(x.type())));
    }
}
