package org.example.halfway;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;

import java.util.List;

/** Provides {@code halfway}. */
public final class HalfwayProvider implements HaltingProvider {

    /** Makes one. */
    public HalfwayProvider() {}

    @Override
    public String name() {
        return "halfway";
    }

    @Override
    public String summary() {
        return "Every token takes the same share of the steps";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.number("share", 0.5, "Share of the maximum depth that every token takes")
                        .between(0, 1));
    }

    @Override
    public HaltingMechanism create(int width, int maxDepth, Settings settings) {
        long depth = Math.round(settings.number("share") * maxDepth);
        return new Halfway((int) Math.max(1, depth), maxDepth);
    }
}
