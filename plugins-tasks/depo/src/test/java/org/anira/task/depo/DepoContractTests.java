package org.anira.task.depo;

import org.anira.api.Settings;
import org.anira.api.task.TaskProvider;
import org.anira.testkit.TaskContract;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What every task must do, with settings of all kinds. */
class DepoContractTests extends TaskContract {

    @Override
    public TaskProvider provider() {
        return new DepoProvider();
    }

    @Override
    public List<Settings> settings() {
        return Stream.<Map<String, ?>>of(
                        Map.of(),
                        Map.of("words", "short", "max-nodes", 20, "evaluation", "3,20,40"),
                        Map.of("words", "long", "max-steps", 16, "evaluation", "5,30"),
                        Map.of("separator", true, "evaluation", "12", "max-steps", 1),
                        Map.of("max-nodes", 3, "max-steps", 20),
                        Map.of("max-nodes", 50, "evaluation", "50"))
                .map(this::with)
                .toList();
    }
}
