package org.anira.testkit.example;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Provides {@code threshold}, which learns nothing: a token halts when the first number of its
 * state reaches a threshold, so its distribution is a point.
 */
public final class ThresholdProvider implements HaltingProvider {

    @Override
    public String name() {
        return "threshold";
    }

    @Override
    public String summary() {
        return "Halts when the first number of the state reaches a threshold";
    }

    @Override
    public List<Option> options() {
        return List.of(Option.number("level", 0.5, "Where a token halts"));
    }

    @Override
    public HaltingMechanism create(int width, int maxDepth, Settings settings) {
        return new Threshold(maxDepth, settings.number("level"));
    }

    private record Threshold(int maxDepth, double level)
            implements HaltingMechanism, HaltingPolicy {

        /** What stands for log 0: e^−80 is 2e-35. */
        private static final double NEVER = -80;

        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public Set<HaltingBehaviour> behaviours() {
            return EnumSet.of(HaltingBehaviour.ROW_WISE, HaltingBehaviour.CAUSAL);
        }

        @Override
        public List<String> rules() {
            return List.of("first");
        }

        @Override
        public HaltingPolicy training() {
            return this;
        }

        @Override
        public HaltingPolicy inference(String rule) {
            return this;
        }

        @Override
        public Noise noise() {
            return Noise.NONE;
        }

        @Override
        public List<Tensor> begin(Ops ops, Tensor h0) {
            return List.of();
        }

        @Override
        public Decision step(Ops ops, Step step) {
            Tensor score = step.state().pick(ops.integer(0)).add(-level);
            Tensor halt = score.greaterOrEqual(ops.constant(0));
            return new Decision(score, halt, halt.cast(DType.FLOAT32), List.of());
        }

        @Override
        public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
            if (maxDepth == 1) {
                return scores; // zeros
            }
            Tensor reached = scores.greaterOrEqual(ops.constant(0)).cast(DType.FLOAT32);
            Tensor last = ops.zeros(scores.pick(ops.integer(0)), DType.FLOAT32, 1).add(1);
            Tensor first = ops.concat(-1, List.of(reached, last)).argmax(-1);
            float[] columns = new float[maxDepth];
            for (int d = 0; d < maxDepth; d++) {
                columns[d] = d;
            }
            Tensor exit =
                    first.cast(DType.FLOAT32)
                            .unsqueeze(-1)
                            .equalTo(ops.constant(columns, maxDepth));
            return ops.constant(0).where(exit, ops.constant(NEVER));
        }
    }
}
