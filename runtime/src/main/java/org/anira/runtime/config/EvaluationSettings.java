package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;

import java.util.List;

/**
 * How a model is evaluated.
 *
 * @param samples samples per point of the task's grid
 * @param batch sequences computed at once
 * @param seed what the test samples derive from; another purpose than training's, so never the same
 *     stream
 * @param execution which form of the recurrence is computed
 * @param continuations continuations drawn from each kind of prompt, for tasks that judge them; 0
 *     for none
 */
public record EvaluationSettings(
        int samples, int batch, long seed, Execution execution, int continuations) {

    /** The options, under {@code evaluation}. */
    public static final List<Option> OPTIONS =
            List.of(
                    Option.integer("samples", 1000, "Samples per point of the task's grid")
                            .between(1, 10_000_000),
                    Option.integer("batch", 200, "Sequences computed at once").between(1, 1 << 20),
                    Option.longInteger("seed", 1, "Seed of the test samples").atLeast(0),
                    Option.choice(
                            "execution",
                            "auto",
                            Words.all(Execution.class),
                            "Form in which the recurrence is computed"),
                    Option.integer(
                                    "continuations",
                                    50,
                                    "Continuations drawn from each kind of prompt, for tasks that"
                                            + " judge them; 0 for none")
                            .between(0, 10_000_000));

    /** Reads checked settings. */
    public static EvaluationSettings of(Settings s) {
        return new EvaluationSettings(
                s.integer("samples"),
                s.integer("batch"),
                s.longInteger("seed"),
                Words.constant(Execution.class, s.text("execution")),
                s.integer("continuations"));
    }
}
