package org.anira.runtime.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Short names for groups of runs: the halting mechanism, and the settings in which groups with the
 * same one differ.
 */
final class Labels {

    /** The largest number of differing settings that fit a legend. */
    private static final int MOST_SETTINGS = 2;

    private Labels() {}

    /**
     * Returns a label for each group, all different.
     *
     * @param runs the first run of each group
     * @param rules the inference rule of each group
     */
    static List<String> of(List<Run> runs, List<String> rules) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
            String mechanism = runs.get(i).setting("halting.name");
            List<Run> alike =
                    runs.stream()
                            .filter(run -> run.setting("halting.name").equals(mechanism))
                            .distinct()
                            .toList();
            List<String> parts = new ArrayList<>(details(runs.get(i), alike));
            if (rulesOf(mechanism, runs, rules).size() > 1) {
                parts.add(rules.get(i));
            }
            String label =
                    parts.isEmpty()
                            ? mechanism
                            : "%s (%s)".formatted(mechanism, String.join(", ", parts));
            labels.add(labels.contains(label) ? "%s, %d".formatted(label, i + 1) : label);
        }
        return labels;
    }

    private static List<String> details(Run run, List<Run> alike) {
        Set<String> keys = new TreeSet<>();
        alike.forEach(other -> keys.addAll(other.identity().keySet()));
        List<String> differing =
                keys.stream()
                        .filter(key ->
                                alike.stream().map(other -> other.setting(key)).distinct().count()
                                        > 1)
                        .toList();
        if (differing.size() > MOST_SETTINGS) {
            return List.of(run.setting("name").isEmpty() ? run.path() : run.setting("name"));
        }
        return differing.stream()
                .map(key -> key.substring(key.lastIndexOf('.') + 1) + " " + run.setting(key))
                .toList();
    }

    private static Set<String> rulesOf(String mechanism, List<Run> runs, List<String> rules) {
        Set<String> found = new TreeSet<>();
        for (int i = 0; i < runs.size(); i++) {
            if (runs.get(i).setting("halting.name").equals(mechanism)) {
                found.add(rules.get(i));
            }
        }
        return found;
    }
}
