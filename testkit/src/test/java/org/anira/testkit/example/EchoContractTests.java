package org.anira.testkit.example;

import org.anira.api.Settings;
import org.anira.api.task.TaskProvider;
import org.anira.testkit.TaskContract;

import java.util.List;
import java.util.Map;

/** A task with one right answer keeps its contract. */
class EchoContractTests extends TaskContract {

    @Override
    public TaskProvider provider() {
        return new EchoProvider();
    }

    @Override
    public List<Settings> settings() {
        return List.of(
                with(Map.of()),
                with(Map.of("least", 4, "most", 4)),
                with(Map.of("letters", 26, "most", 20)));
    }
}
