package org.anira.testkit.example;

import org.anira.api.halting.HaltingProvider;
import org.anira.testkit.HaltingContract;

/** A mechanism that decides once keeps its contract. */
class PlanContractTests extends HaltingContract {

    @Override
    public HaltingProvider provider() {
        return new PlanProvider();
    }
}
