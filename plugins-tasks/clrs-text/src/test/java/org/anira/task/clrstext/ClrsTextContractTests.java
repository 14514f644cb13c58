package org.anira.task.clrstext;

import org.anira.api.Settings;
import org.anira.api.task.TaskProvider;
import org.anira.testkit.TaskContract;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What every task must do, with sizes of all kinds. */
class ClrsTextContractTests extends TaskContract {

    @Override
    public TaskProvider provider() {
        return new ClrsTextProvider();
    }

    @Override
    public List<Settings> settings() {
        return Stream.<Map<String, ?>>of(
                        Map.of("lengths", "4-5"),
                        Map.of("lengths", "4,7", "evaluation", "4-6"),
                        Map.of(
                                "algorithms",
                                "minimum, sorting, bfs",
                                "lengths",
                                "4-6; bfs 7,9",
                                "evaluation",
                                "10; sorting published"),
                        Map.of("decimals", 0, "lengths", "4,6"),
                        Map.of("decimals", 1, "lengths", "4-5"),
                        Map.of("algorithms", "string_matching", "lengths", "31", "decimals", 5))
                .map(this::with)
                .toList();
    }
}
