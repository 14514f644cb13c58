package org.anira.testkit.example;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.testkit.HaltingContract;

import java.util.List;
import java.util.Map;

/** A mechanism that decides after every step keeps its contract. */
class HazardContractTests extends HaltingContract {

    @Override
    public HaltingProvider provider() {
        return new HazardProvider();
    }

    @Override
    public List<Settings> settings() {
        return List.of(with(Map.of()), with(Map.of("bias", 3)));
    }
}
