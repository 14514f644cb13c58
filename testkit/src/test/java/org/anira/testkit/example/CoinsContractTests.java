package org.anira.testkit.example;

import org.anira.api.task.TaskProvider;
import org.anira.testkit.TaskContract;

/** A task without answers, judged by a scorer, keeps its contract. */
class CoinsContractTests extends TaskContract {

    @Override
    public TaskProvider provider() {
        return new CoinsProvider();
    }
}
