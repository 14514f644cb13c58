package org.anira.halting.early;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.testkit.HaltingContract;

import java.util.List;
import java.util.Map;

/** What every mechanism must do: at several temperatures, with wide and narrow heads. */
class EarlyContractTests extends HaltingContract {

    @Override
    public HaltingProvider provider() {
        return new EarlyProvider();
    }

    @Override
    public List<Settings> settings() {
        return List.of(
                with(Map.of()),
                with(Map.of("temperature", 0.1)),
                with(Map.of("temperature", 20, "hidden", 3)),
                with(Map.of("hidden", 16)));
    }
}
