package org.anira.api.halting;

import org.anira.api.PublicApi;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;

/**
 * Decides how long each token computes. Pure over rows: it keeps no state of its own and reads no
 * number back, so the same code runs densely, on gathered rows, and inside the loop of an exported
 * graph.
 */
@PublicApi(since = "0.1")
public interface HaltingPolicy {

    /** Returns the noise it wants with every pass. */
    Noise noise();

    /**
     * Returns whether it decides for rows at different depths at once: {@link Step#depth} may then
     * be […], with one depth for each row, and each row gets what a step at its depth gives it.
     * Otherwise the host asks for the rows of each depth apart, which is right but decodes slower.
     */
    default boolean mixesDepths() {
        return false;
    }

    /**
     * Returns what the mechanism carries from step to step, per token, starting from the prelude's
     * output.
     *
     * @param h0 […, W], float32
     * @return tensors […, any], float32 or INT64, a fixed number; the host gathers, loops and
     *     scatters them
     */
    List<Tensor> begin(Ops ops, Tensor h0);

    /**
     * Decides which tokens stop after a step. Called for d = 1 … D − 1; after step D all remaining
     * tokens stop.
     */
    Decision step(Ops ops, Step step);

    /**
     * The input of a decision.
     *
     * @param depth d, an INT64 scalar; for a policy that {@link #mixesDepths} also […], a depth for
     *     each row
     * @param state […, W], float32: the states after step d
     * @param carry the carry of {@link #begin} or of the previous step, for the same rows
     * @param noise the rows' noise, float32; for {@link Noise#NONE}, zeros […]
     */
    record Step(Tensor depth, Tensor state, List<Tensor> carry, Tensor noise) {}

    /**
     * A decision.
     *
     * @param score […] float32: the number that the decision is based on. It is recorded as data of
     *     the experiment
     * @param halt […] BOOL: true for tokens that stop now
     * @param mass […] float32: the surrogate probability of stopping exactly now, through which the
     *     gradient goes. It is q_d; under {@link Noise#GUMBEL} it is the d-th entry of the relaxed
     *     sample instead, whose largest entry is that of the exit. Values of tokens that have
     *     halted are ignored
     * @param carry for the next step; types and trailing axes as before
     */
    record Decision(Tensor score, Tensor halt, Tensor mass, List<Tensor> carry) {}

    /**
     * Returns the distribution over depths.
     *
     * @param carry the carry of {@link #begin}, for all tokens
     * @param scores […, D − 1], float32: the score of every step. A token that stopped repeats its
     *     last score, since its state repeats; for D = 1, […, 1] zeros, to be ignored
     * @return log q, […, D], float32, finite; its exponentials sum to 1
     */
    Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores);
}
