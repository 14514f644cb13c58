package org.anira.halting.online;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.Head;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ANIRA-O (Moosa et al., ICML 2026). With a_d the head's score of the state after step d:
 *
 * <pre>
 *   λ_d = σ(a_d)                            probability to halt at d, having come so far
 *   S_d = Π_{j ≤ d} (1 − λ_j)               probability to go on after d; S_0 = 1
 *   q_d = λ_d · S_{d−1} for d &lt; D,   q_D = S_{D−1}
 * </pre>
 *
 * Training exits at the first d with CDF_d = 1 − S_d ≥ u, u uniform; inference at the median, CDF_d
 * ≥ ½.
 *
 * @param head one output
 * @param maxDepth D
 */
record Online(Head head, int maxDepth) implements HaltingMechanism {

    @Override
    public List<Parameter> parameters() {
        return head.parameters();
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
        return new Policy(Optional.empty());
    }

    @Override
    public HaltingPolicy inference(String rule) {
        return new Policy(Optional.of(0.5));
    }

    /**
     * @param quantile the CDF at which a token stops; empty where noise decides
     */
    private final class Policy implements HaltingPolicy {

        private final Optional<Double> quantile;

        Policy(Optional<Double> quantile) {
            this.quantile = quantile;
        }

        @Override
        public boolean mixesDepths() {
            return true;
        }

        @Override
        public Noise noise() {
            return quantile.isPresent() ? Noise.NONE : Noise.UNIFORM;
        }

        @Override
        public List<Tensor> begin(Ops ops, Tensor h0) {
            Tensor logReached = ops.zeros(h0.pick(ops.integer(0)), DType.FLOAT32); // log S_0
            return List.of(logReached);
        }

        @Override
        public Decision step(Ops ops, Step step) {
            Tensor logReached = step.carry().getFirst(); // log S_{d−1}
            Tensor score = head.apply(ops, step.state()).pick(ops.integer(0)); // a_d
            Tensor q = score.logSigmoid().add(logReached).exp();
            Tensor logSurvived = score.negate().logSigmoid().add(logReached); // log S_d
            Tensor cdf = logSurvived.exp().subtractFrom(1);
            Tensor halt = cdf.greaterOrEqual(quantile.map(ops::constant).orElse(step.noise()));
            return new Decision(score, halt, q, List.of(logSurvived));
        }

        @Override
        public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
            if (maxDepth == 1) {
                return scores.multiply(0);
            }
            Tensor stay = scores.negate().logSigmoid(); // log(1 − λ_d), d = 1 … D − 1
            Tensor survived = stay.cumulativeSum(-1); // log S_d
            Tensor exits =
                    scores.logSigmoid().add(survived.subtract(stay)); // log λ_d + log S_{d−1}
            return ops.concat(-1, List.of(exits, survived.slice(-1, maxDepth - 2, maxDepth - 1)));
        }
    }
}
