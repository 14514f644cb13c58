package org.anira.halting.online;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Head;

import java.util.List;

/** Provides {@code anira-o}. */
public final class OnlineProvider implements HaltingProvider {

    @Override
    public String name() {
        return "anira-o";
    }

    @Override
    public String summary() {
        return "ANIRA-O, online: after every step a head reads the state and gives the probability"
                + " to halt now";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.integer("hidden", 0, "Hidden units of the head; 0 for the model's width")
                        .between(0, 1 << 20),
                Option.number(
                                "bias",
                                -1.5,
                                "First score: the logit of the probability to halt at each step")
                        .between(-50, 50));
    }

    @Override
    public HaltingMechanism create(int width, int maxDepth, Settings settings) {
        int hidden = settings.integer("hidden") == 0 ? width : settings.integer("hidden");
        return new Online(new Head(width, hidden, 1, settings.number("bias")), maxDepth);
    }
}
