package org.anira.api.tensor;

import org.anira.api.PublicApi;

/**
 * One update by AdamW (Loshchilov and Hutter 2019) after clipping by the global norm. With
 * gradients g, moments m and v, step t from 1:
 *
 * <pre>
 *   g ← g · min(1, clip / (‖g‖ + 1e-6))          over all parameters together
 *   m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 *   x ← x · (1 − rate · decay)                    matrices only
 *   x ← x − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 * </pre>
 *
 * @param rate learning rate, ≥ 0
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root, > 0
 * @param decay weight decay, ≥ 0
 * @param clip largest global norm of the gradient; infinite for no clipping
 */
@PublicApi(since = "0.1")
public record AdamW(
        double rate, double beta1, double beta2, double epsilon, double decay, double clip) {}
