package org.anira.testkit.example;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Decides after every step: λ_d = σ(w · h_d + b), q_d = λ_d · Π_{j < d} (1 − λ_j), and q_D the
 * rest. Training exits at the first d with CDF_d ≥ u, inference with CDF_d ≥ ½.
 */
class Hazard implements HaltingMechanism {

    private final int width;
    private final int maxDepth;
    private final double bias;

    Hazard(int width, int maxDepth, double bias) {
        this.width = width;
        this.maxDepth = maxDepth;
        this.bias = bias;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.linear("halting.weight", 1, width, 1),
                Parameter.constant("halting.bias", bias, 1));
    }

    @Override
    public Set<HaltingBehaviour> behaviours() {
        return EnumSet.of(
                HaltingBehaviour.ROW_WISE, HaltingBehaviour.CAUSAL, HaltingBehaviour.LEARNED);
    }

    @Override
    public List<String> rules() {
        return List.of("median");
    }

    @Override
    public HaltingPolicy training() {
        return new Policy(Noise.UNIFORM);
    }

    @Override
    public HaltingPolicy inference(String rule) {
        return new Policy(Noise.NONE);
    }

    /** Returns what the score is a linear function of: the states themselves. */
    Tensor view(Ops ops, Tensor states) {
        return states;
    }

    private final class Policy implements HaltingPolicy {

        private final Noise noise;

        Policy(Noise noise) {
            this.noise = noise;
        }

        @Override
        public Noise noise() {
            return noise;
        }

        @Override
        public List<Tensor> begin(Ops ops, Tensor h0) {
            return List.of(h0.pick(ops.integer(0)).multiply(0)); // the log of what is left
        }

        @Override
        public Decision step(Ops ops, Step step) {
            Tensor left = step.carry().getFirst();
            Tensor score =
                    view(ops, step.state())
                            .linear(ops.parameter("halting.weight"))
                            .pick(ops.integer(0))
                            .add(ops.parameter("halting.bias"));
            Tensor mass = score.logSigmoid().add(left).exp();
            Tensor next = score.negate().logSigmoid().add(left);
            Tensor threshold = noise == Noise.NONE ? ops.constant(0.5) : step.noise();
            Tensor halt = next.exp().subtractFrom(1).greaterOrEqual(threshold);
            return new Decision(score, halt, mass, List.of(next));
        }

        @Override
        public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
            if (maxDepth == 1) {
                return scores; // zeros
            }
            Tensor first = ops.zeros(scores.pick(ops.integer(0)), DType.FLOAT32, 1);
            Tensor left = scores.negate().logSigmoid().cumulativeSum(-1);
            Tensor leftBefore = ops.concat(-1, List.of(first, left));
            Tensor halt = ops.concat(-1, List.of(scores.logSigmoid(), first));
            return leftBefore.add(halt);
        }
    }
}
