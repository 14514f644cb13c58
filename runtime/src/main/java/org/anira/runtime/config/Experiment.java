package org.anira.runtime.config;

import org.anira.runtime.hash.Sha256;

import java.util.Map;

/**
 * Everything that determines an experiment's numbers, complete and checked.
 *
 * @param task which task, with its options
 * @param model the shape of the model
 * @param halting which mechanism, with its options, and how training charges for depth
 * @param training how the model is trained
 * @param evaluation how it is evaluated, during training and after
 * @param backend what computes, with its options
 */
public record Experiment(
        @Setting(
                        byDefault = "experiment",
                        summary = "Label of the experiment and of its run folders; kebab case")
                String name,
        @Setting(byDefault = "1", least = 0, summary = "What all random draws of a run derive from")
                long seed,
        Choice task,
        ModelSettings model,
        HaltingSettings halting,
        TrainingSettings training,
        EvaluationSettings evaluation,
        Choice backend) {

    /**
     * Returns the value of every setting by dotted path, in the order of a file: numbers, booleans
     * and texts.
     */
    public Map<String, Object> values() {
        Map<String, Object> values = SettingsRecord.values(this);
        for (Section section : Section.values()) {
            switch (section) {
                case TASK -> put(values, section, task);
                case MODEL -> put(values, section, model);
                case HALTING -> {
                    put(values, section, halting.choice());
                    put(values, section, halting);
                }
                case TRAINING -> put(values, section, training);
                case EVALUATION -> put(values, section, evaluation);
                case BACKEND -> put(values, section, backend);
            }
        }
        return values;
    }

    private static void put(Map<String, Object> values, Section section, Choice choice) {
        values.put(section.path("name"), choice.name());
        choice.options().forEach((name, value) -> values.put(section.optionPath(name), value));
    }

    private static void put(Map<String, Object> values, Section section, Record settings) {
        SettingsRecord.values(settings)
                .forEach((name, value) -> values.put(section.path(name), value));
    }

    /**
     * Returns the SHA-256, in lower-case hexadecimal digits, of every setting but the name, which
     * changes no number. It depends only on the values, not on how the file was written.
     */
    public String hash() {
        StringBuilder text = new StringBuilder();
        values().entrySet().stream()
                .filter(entry -> !entry.getKey().equals("name"))
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry ->
                        text.append(entry.getKey())
                                .append('=')
                                .append(entry.getValue())
                                .append('\n'));
        return Sha256.of(text.toString());
    }
}
