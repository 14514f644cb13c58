package org.anira.testkit.example;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.EnumSet;
import java.util.Set;

/**
 * Provides {@code crowd}, which compares each state with the mean of all: neither row-wise nor
 * causal.
 */
public final class CrowdProvider implements HaltingProvider {

    @Override
    public String name() {
        return "crowd";
    }

    @Override
    public String summary() {
        return "As hazard, but of the difference to the mean state of all tokens";
    }

    @Override
    public HaltingMechanism create(int width, int maxDepth, Settings settings) {
        return new Hazard(width, maxDepth, -1) {
            @Override
            public Set<HaltingBehaviour> behaviours() {
                return EnumSet.of(HaltingBehaviour.LEARNED);
            }

            @Override
            Tensor view(Ops ops, Tensor states) {
                Tensor rows = states.reshape(-1, width);
                Tensor count = rows.pick(ops.integer(0)).multiply(0).add(1).sum();
                return states.subtract(rows.sum(0).divide(count));
            }
        };
    }
}
