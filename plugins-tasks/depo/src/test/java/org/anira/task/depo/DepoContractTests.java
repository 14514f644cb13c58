package org.anira.task.depo;

import org.anira.api.Settings;
import org.anira.api.task.TaskProvider;
import org.anira.testkit.TaskContract;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What every task must do, with sizes of all kinds. */
class DepoContractTests extends TaskContract {

    @Override
    public TaskProvider provider() {
        return new DepoProvider();
    }

    @Override
    public List<Settings> settings() {
        return Stream.<Map<String, ?>>of(
                        Map.of(),
                        Map.of("max-nodes", 20, "evaluation", "3,20,40", "questions", 25),
                        Map.of("max-nodes", 3, "max-steps", 20),
                        Map.of("max-nodes", 50, "evaluation", "50"))
                .map(this::with)
                .toList();
    }
}
