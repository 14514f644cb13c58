package org.anira.api.halting;

import org.anira.api.PublicApi;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.util.List;

/**
 * A decider head: RMSNorm, Linear W → hidden, SiLU, Linear hidden → outputs plus bias. The last
 * linear map starts at zero, so that every token's first score is the bias. Always float32, also
 * where the blocks are not.
 *
 * @param width W
 * @param hidden size of the hidden layer
 * @param outputs size of the result
 * @param bias initial value of the bias
 */
@PublicApi(since = "0.1")
public record Head(int width, int hidden, int outputs, double bias) {

    private static final double EPSILON = 1e-5;

    /** Returns the head's parameters. */
    public List<Parameter> parameters() {
        return List.of(
                Parameter.constant("halting.norm", 1, width),
                Parameter.linear("halting.hidden", hidden, width, 1),
                Parameter.constant("halting.output", 0, outputs, hidden),
                Parameter.constant("halting.bias", bias, outputs));
    }

    /**
     * Returns the head's outputs.
     *
     * @param h […, W], float32
     * @return […, outputs], float32
     */
    public Tensor apply(Ops ops, Tensor h) {
        return h.rmsNorm(ops.parameter("halting.norm"), EPSILON)
                .linear(ops.parameter("halting.hidden"))
                .silu()
                .linear(ops.parameter("halting.output"))
                .add(ops.parameter("halting.bias"));
    }
}
