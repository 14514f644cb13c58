package org.anira.halting.fixed;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;

import java.util.List;

/** Provides {@code fixed}. */
public final class FixedProvider implements HaltingProvider {

    @Override
    public String name() {
        return "fixed";
    }

    @Override
    public String summary() {
        return "The same depth for every token: the baseline that does not adapt";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.integer(
                                "depth",
                                0,
                                "Steps every token takes; 0 for the model's maximum depth")
                        .between(0, 256));
    }

    @Override
    public HaltingMechanism create(int width, int maxDepth, Settings settings) {
        int depth = settings.integer("depth") == 0 ? maxDepth : settings.integer("depth");
        if (depth > maxDepth) {
            throw new SettingsException(
                    "CFG-003",
                    List.of("depth"),
                    "'halting.options.depth' is %d, above 'model.max-depth' %d; choose at most that, or 0"
                            .formatted(depth, maxDepth));
        }
        return new Fixed(depth, maxDepth);
    }
}
