package org.anira.halting.online;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.testkit.HaltingContract;

import java.util.List;
import java.util.Map;

/** What every mechanism must do: with several biases, with wide and narrow heads. */
class OnlineContractTests extends HaltingContract {

    @Override
    public HaltingProvider provider() {
        return new OnlineProvider();
    }

    @Override
    public List<Settings> settings() {
        return List.of(
                with(Map.of()),
                with(Map.of("bias", 0)),
                with(Map.of("bias", 3, "hidden", 3)),
                with(Map.of("hidden", 16)));
    }
}
