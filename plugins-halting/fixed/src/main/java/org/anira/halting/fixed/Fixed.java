package org.anira.halting.fixed;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Every token takes {@code depth} of D steps, in training and in inference.
 *
 * @param depth 1 … D
 * @param maxDepth D
 */
record Fixed(int depth, int maxDepth) implements HaltingMechanism, HaltingPolicy {

    /** log 0 as far as a finite float32 needs to go: e^−80 is 2e-35. */
    private static final float NEVER = -80;

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public Set<HaltingBehaviour> behaviours() {
        return EnumSet.of(
                HaltingBehaviour.ROW_WISE, HaltingBehaviour.CAUSAL, HaltingBehaviour.DECIDES_ONCE);
    }

    @Override
    public List<String> rules() {
        return List.of("depth");
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
    public boolean mixesDepths() {
        return true;
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
        Tensor row = step.state().pick(ops.integer(0));
        Tensor d = ops.zeros(row, DType.INT64).add(step.depth());
        Tensor mass = d.equalTo(ops.integer(depth)).cast(DType.FLOAT32);
        return new Decision(mass, d.greaterOrEqual(ops.integer(depth)), mass, List.of());
    }

    @Override
    public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
        float[] log = new float[maxDepth];
        Arrays.fill(log, NEVER);
        log[depth - 1] = 0;
        return ops.zeros(scores.pick(ops.integer(0)), DType.FLOAT32, maxDepth)
                .add(ops.constant(log, maxDepth));
    }
}
