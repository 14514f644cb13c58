package org.anira.task.brevo;

import org.anira.api.Settings;
import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.testkit.TaskContract;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What every task must do, with sizes of all kinds. */
class BrevoContractTests extends TaskContract {

    @Override
    public TaskProvider provider() {
        return new BrevoProvider();
    }

    @Override
    public List<Settings> settings() {
        return Stream.<Map<String, ?>>of(
                        Map.of(),
                        Map.of("min-nodes", 3, "max-nodes", 3),
                        Map.of("max-nodes", 12, "evaluation", "3-14", "labels", 40))
                .map(this::with)
                .toList();
    }

    /** Other orders are right as well: decided by what the definition says, on texts. */
    @Override
    public boolean valid(Task task, Sample sample, int span, int[] answer) {
        return Definition.of(task, sample).allows(answer);
    }
}
