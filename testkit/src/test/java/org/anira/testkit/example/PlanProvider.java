package org.anira.testkit.example;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Provides {@code plan}, which decides once: q = softmax(W h0), sampled by Gumbel-max. */
public final class PlanProvider implements HaltingProvider {

    @Override
    public String name() {
        return "plan";
    }

    @Override
    public String summary() {
        return "A linear map of the prelude's output gives the logits of all depths";
    }

    @Override
    public HaltingMechanism create(int width, int maxDepth, Settings settings) {
        return new Plan(width, maxDepth);
    }

    private record Plan(int width, int maxDepth) implements HaltingMechanism {

        @Override
        public List<Parameter> parameters() {
            return List.of(Parameter.linear("halting.weight", maxDepth, width, 1));
        }

        @Override
        public Set<HaltingBehaviour> behaviours() {
            return EnumSet.allOf(HaltingBehaviour.class);
        }

        @Override
        public List<String> rules() {
            return List.of("mode");
        }

        @Override
        public HaltingPolicy training() {
            return new Sample(Noise.GUMBEL);
        }

        @Override
        public HaltingPolicy inference(String rule) {
            return new Sample(Noise.NONE);
        }
    }

    private record Sample(Noise noise) implements HaltingPolicy {

        @Override
        public List<Tensor> begin(Ops ops, Tensor h0) {
            return List.of(h0.linear(ops.parameter("halting.weight")));
        }

        @Override
        public Decision step(Ops ops, Step step) {
            Tensor logits = step.carry().getFirst();
            Tensor sampled = noise == Noise.NONE ? logits : logits.add(step.noise());
            Tensor d = step.depth().add(-1);
            return new Decision(
                    logits.pick(d),
                    d.greaterOrEqual(sampled.argmax(-1)),
                    sampled.softmax(-1).pick(d),
                    step.carry());
        }

        @Override
        public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
            return carry.getFirst().logSoftmax(-1);
        }
    }
}
