package org.anira.runtime.config;

import org.anira.api.Option;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The sections of an experiment file, in the order in which they are written. */
public enum Section {
    /** The task. */
    TASK("Which task, with its own options", true, List.of()),
    /** The shape of the model. */
    MODEL("The shape of the model", false, ModelSettings.OPTIONS),
    /** The halting mechanism, and what depth costs in training. */
    HALTING(
            "Which halting mechanism, and how training charges for depth",
            true,
            HaltingSettings.OPTIONS),
    /** How the model is trained. */
    TRAINING(
            "How the model is trained; shares are of all training steps",
            false,
            TrainingSettings.OPTIONS),
    /** How the model is evaluated. */
    EVALUATION(
            "How the model is evaluated, during training and after",
            false,
            EvaluationSettings.OPTIONS),
    /** The backend. */
    BACKEND("Which tensor backend, with its own options", true, List.of());

    /** The options outside of all sections. */
    public static final List<Option> TOP = SettingsRecord.options(Experiment.class);

    private final String summary;
    private final boolean choosesProvider;
    private final List<Option> options;

    Section(String summary, boolean choosesProvider, List<Option> options) {
        this.summary = summary;
        this.choosesProvider = choosesProvider;
        this.options = options;
    }

    /** Returns its key in the file. */
    public String key() {
        return KebabCase.of(this);
    }

    /** Returns one line that says what it is about. */
    public String summary() {
        return summary;
    }

    /**
     * Returns whether it has the {@code name} of a provider and that provider's {@code options}.
     */
    public boolean choosesProvider() {
        return choosesProvider;
    }

    /** Returns the options that it has besides a provider's. */
    public List<Option> options() {
        return options;
    }

    /** Returns the section with a key. */
    static Optional<Section> of(String key) {
        return Arrays.stream(values()).filter(section -> section.key().equals(key)).findFirst();
    }

    /** Returns the keys that it may have. */
    List<String> keys() {
        List<String> keys =
                new ArrayList<>(choosesProvider ? List.of("name", "options") : List.of());
        options.forEach(option -> keys.add(option.name()));
        return keys;
    }

    /** Returns the dotted path of one of its settings. */
    String path(String name) {
        return key() + "." + name;
    }

    /** Returns the dotted path of an option of its provider. */
    String optionPath(String name) {
        return key() + ".options." + name;
    }
}
