package org.anira.task.mano;

import org.anira.api.Settings;
import org.anira.api.task.TaskProvider;
import org.anira.testkit.TaskContract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What every task must do, with settings of all kinds. */
class ManoContractTests extends TaskContract {

    @Override
    public TaskProvider provider() {
        return new ManoProvider();
    }

    @Override
    public List<Settings> settings() {
        List<Map<String, ?>> options = new ArrayList<>(ManoTaskTests.SETTINGS);
        options.add(Map.of());
        options.add(Map.of("modulus", 2, "min-length", 1, "max-length", 8));
        options.add(Map.of("min-length", 4, "max-length", 4, "evaluation", "4"));
        return options.stream().map(this::with).toList();
    }
}
