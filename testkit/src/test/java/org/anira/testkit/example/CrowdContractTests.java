package org.anira.testkit.example;

import org.anira.api.halting.HaltingProvider;
import org.anira.testkit.HaltingContract;

/** A mechanism that looks at other tokens keeps its contract. */
class CrowdContractTests extends HaltingContract {

    @Override
    public HaltingProvider provider() {
        return new CrowdProvider();
    }
}
