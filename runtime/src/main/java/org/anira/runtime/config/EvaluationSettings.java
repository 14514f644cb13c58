package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;

import java.util.List;

/** How a model is evaluated. */
public record EvaluationSettings(
        @Setting(
                        byDefault = "1000",
                        least = 1,
                        most = 10_000_000,
                        summary = "Samples per point of the task's grid")
                int samples,
        @Setting(
                        byDefault = "200",
                        least = 1,
                        most = 1 << 20,
                        summary = "Sequences computed at once")
                int batch,
        @Setting(
                        byDefault = "1",
                        least = 0,
                        summary = "Seed of the test samples: a stream apart from training's")
                long seed,
        @Setting(
                        byDefault = "auto",
                        summary =
                                "Form in which the recurrence is computed: equal results, different"
                                        + " times; auto skips where the mechanism allows it")
                Execution execution,
        @Setting(
                        byDefault = "50",
                        least = 0,
                        most = 10_000_000,
                        summary =
                                "Continuations drawn from each kind of prompt, for tasks that judge"
                                        + " them; 0 for none")
                int continuations) {

    /** The options, under {@code evaluation}. */
    public static final List<Option> OPTIONS = SettingsRecord.options(EvaluationSettings.class);

    /** Reads checked settings. */
    public static EvaluationSettings of(Settings s) {
        return SettingsRecord.of(EvaluationSettings.class, s);
    }
}
