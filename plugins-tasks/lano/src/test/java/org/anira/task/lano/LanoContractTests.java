package org.anira.task.lano;

import org.anira.api.Settings;
import org.anira.api.task.TaskProvider;
import org.anira.testkit.TaskContract;

import java.util.List;
import java.util.Map;

/** What every task must do, with a grammar of each kind. */
class LanoContractTests extends TaskContract {

    @Override
    public TaskProvider provider() {
        return new LanoProvider();
    }

    @Override
    public List<Settings> settings() {
        return List.of(
                with(Map.of()),
                with(Map.of("grammar", "cfg3e2")),
                with(Map.of("grammar", "cfg3j")));
    }
}
