package org.anira.halting.fixed;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.testkit.HaltingContract;

import java.util.List;
import java.util.Map;

/** What every mechanism must do: at the maximum depth, the first, one between, and the last. */
class FixedContractTests extends HaltingContract {

    @Override
    public HaltingProvider provider() {
        return new FixedProvider();
    }

    @Override
    public List<Settings> settings() {
        return List.of(
                with(Map.of()),
                with(Map.of("depth", 1)),
                with(Map.of("depth", 3)),
                with(Map.of("depth", 5)));
    }
}
