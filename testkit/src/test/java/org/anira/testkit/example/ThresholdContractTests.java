package org.anira.testkit.example;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.testkit.HaltingContract;

import java.util.List;
import java.util.Map;

/** A mechanism that learns nothing keeps its contract. */
class ThresholdContractTests extends HaltingContract {

    @Override
    public HaltingProvider provider() {
        return new ThresholdProvider();
    }

    @Override
    public List<Settings> settings() {
        return List.of(with(Map.of()), with(Map.of("level", -0.5)));
    }
}
