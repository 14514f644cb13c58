package org.anira.halting.early;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.Head;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * ANIRA-E (Moosa et al., ICML 2026). With a the D logits that the head gives for the prelude's
 * output h0:
 *
 * <pre>
 *   q = softmax(a)
 *   training:  d* = argmax(a + g),  g Gumbel noise;  surrogate s = softmax((a + g) / τ)
 *   inference: d* = the mode of q, or its median, the first d with CDF_d ≥ ½
 * </pre>
 *
 * Of equal ones, the lowest d wins.
 *
 * @param head D outputs
 * @param temperature τ
 */
record Early(Head head, double temperature) implements HaltingMechanism {

    @Override
    public List<Parameter> parameters() {
        return head.parameters();
    }

    @Override
    public Set<HaltingBehaviour> behaviours() {
        return EnumSet.allOf(HaltingBehaviour.class);
    }

    @Override
    public List<String> rules() {
        return List.of("mode", "median");
    }

    @Override
    public HaltingPolicy training() {
        return new Policy() {
            @Override
            public Noise noise() {
                return Noise.GUMBEL;
            }

            @Override
            Choice choose(Ops ops, Tensor logits, Tensor noise) {
                Tensor noisy = logits.add(noise);
                return new Choice(noisy.argmax(-1), noisy.multiply(1 / temperature).softmax(-1));
            }
        };
    }

    @Override
    public HaltingPolicy inference(String rule) {
        boolean median = rule.equals("median");
        return new Policy() {
            @Override
            Choice choose(Ops ops, Tensor logits, Tensor noise) {
                Tensor q = logits.softmax(-1);
                // argmax takes the lowest of equal ones: here the first true
                Tensor reached = q.cumulativeSum(-1).greaterOrEqual(ops.constant(0.5));
                return new Choice(
                        median ? reached.cast(q.type()).argmax(-1) : logits.argmax(-1), q);
            }
        };
    }

    /**
     * The exit and the surrogate.
     *
     * @param index […], d* − 1
     * @param surrogate […, D], s
     */
    private record Choice(Tensor index, Tensor surrogate) {}

    private abstract class Policy implements HaltingPolicy {

        abstract Choice choose(Ops ops, Tensor logits, Tensor noise);

        @Override
        public boolean mixesDepths() {
            return true;
        }

        @Override
        public Noise noise() {
            return Noise.NONE;
        }

        @Override
        public List<Tensor> begin(Ops ops, Tensor h0) {
            return List.of(head.apply(ops, h0)); // a
        }

        @Override
        public Decision step(Ops ops, Step step) {
            Tensor logits = step.carry().getFirst();
            Tensor d = step.depth().add(ops.integer(-1)); // counted from 0
            Choice choice = choose(ops, logits, step.noise());
            return new Decision(
                    logits.pick(d),
                    d.greaterOrEqual(choice.index()),
                    choice.surrogate().pick(d),
                    step.carry());
        }

        @Override
        public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
            return carry.getFirst().logSoftmax(-1);
        }
    }
}
