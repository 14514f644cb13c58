package org.anira.halting.early;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Head;

import java.util.List;

/** Provides {@code anira-e}. */
public final class EarlyProvider implements HaltingProvider {

    @Override
    public String name() {
        return "anira-e";
    }

    @Override
    public String summary() {
        return "ANIRA-E, early: one look at the prelude's output decides the depth before any"
                + " recurrence";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.integer("hidden", 0, "Hidden units of the head; 0 for the model's width")
                        .between(0, 1 << 20),
                Option.number("temperature", 1, "Temperature of the Gumbel-softmax surrogate")
                        .between(1e-3, 1e3));
    }

    @Override
    public HaltingMechanism create(int width, int maxDepth, Settings settings) {
        int hidden = settings.integer("hidden") == 0 ? width : settings.integer("hidden");
        return new Early(new Head(width, hidden, maxDepth, 0), settings.number("temperature"));
    }
}
