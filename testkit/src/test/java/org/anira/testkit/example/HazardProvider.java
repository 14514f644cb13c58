package org.anira.testkit.example;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;

import java.util.List;

/** Provides {@code hazard}, which decides after every step. */
public final class HazardProvider implements HaltingProvider {

    @Override
    public String name() {
        return "hazard";
    }

    @Override
    public String summary() {
        return "A linear score of the state gives the probability to halt now";
    }

    @Override
    public List<Option> options() {
        return List.of(Option.number("bias", -1, "First value of the bias").between(-9, 9));
    }

    @Override
    public HaltingMechanism create(int width, int maxDepth, Settings settings) {
        return new Hazard(width, maxDepth, settings.number("bias"));
    }
}
