package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;

import java.util.List;

/**
 * How a model is trained. Shares are of all training steps, 0 to 1.
 *
 * @param steps number of optimizer steps
 * @param batch samples of one optimizer step
 * @param microBatch most rows computed at once; gradients accumulate over a step. 0 for all
 * @param layout how the samples of a step share rows
 * @param dataThreads threads that draw samples while a step is computed
 * @param learningRate the largest learning rate
 * @param warmup share over which the rate rises linearly from 0
 * @param decay the form in which the rate falls
 * @param decayFrom share after which it begins to fall; constant before
 * @param finalRate the last rate as a share of the largest
 * @param beta1 AdamW's β₁
 * @param beta2 AdamW's β₂
 * @param epsilon AdamW's ε
 * @param weightDecay AdamW's weight decay, on matrices only
 * @param clip largest global norm of the gradient; 0 for no clipping
 * @param knobFrom largest value of the first axis of difficulty at the beginning; 0 for no knob
 *     schedule
 * @param knobUntil share over which it rises linearly to the axis' own largest value
 * @param execution which form of the recurrence is computed
 * @param logEvery steps between two lines of metrics
 * @param evaluateEvery steps between two evaluations; 0 for one at the end only
 * @param checkpointEvery steps between two checkpoints; 0 for one at the end only
 * @param keepCheckpoints how many of the newest checkpoints stay; 0 for all
 */
public record TrainingSettings(
        long steps,
        int batch,
        int microBatch,
        Layout layout,
        int dataThreads,
        double learningRate,
        double warmup,
        Decay decay,
        double decayFrom,
        double finalRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double clip,
        int knobFrom,
        double knobUntil,
        Execution execution,
        long logEvery,
        long evaluateEvery,
        long checkpointEvery,
        int keepCheckpoints) {

    /** How the samples of a step share rows. All give the same loss, within rounding. */
    public enum Layout {
        /** A row for each sample, filled up to the longest sample of its micro-batch. */
        PADDED,
        /** As padded, but samples of like length share a micro-batch. */
        BUCKETED,
        /** A row holds as many samples as there is room for; none sees another. */
        PACKED
    }

    /** The form in which the learning rate falls. */
    public enum Decay {
        /** It does not fall. */
        CONSTANT,
        /** In a straight line. */
        LINEAR,
        /** In half a wave of a cosine. */
        COSINE
    }

    /** The options, under {@code training}. */
    public static final List<Option> OPTIONS =
            List.of(
                    Option.integer("steps", 10000, "Optimizer steps").atLeast(1),
                    Option.integer("batch", 64, "Samples of one optimizer step")
                            .between(1, 1 << 20),
                    Option.integer(
                                    "micro-batch",
                                    0,
                                    "Most rows computed at once; 0 for all of a step")
                            .between(0, 1 << 20),
                    Option.choice(
                            "layout",
                            "padded",
                            Words.all(Layout.class),
                            "How the samples of a step share rows: one each, one each with those of"
                                    + " like length in a micro-batch, or several"),
                    Option.integer(
                                    "data-threads",
                                    1,
                                    "Threads that draw samples while a step is computed; they"
                                            + " change no number")
                            .between(1, 256),
                    Option.number("learning-rate", 1e-3, "Largest learning rate").between(0, 10),
                    Option.number(
                                    "warmup",
                                    0.02,
                                    "Share of training over which the rate rises from 0")
                            .between(0, 1),
                    Option.choice(
                            "decay",
                            "cosine",
                            Words.all(Decay.class),
                            "Form in which the learning rate falls"),
                    Option.number(
                                    "decay-from",
                                    0,
                                    "Share of training after which the rate begins to fall")
                            .between(0, 1),
                    Option.number("final-rate", 0, "Last learning rate as a share of the largest")
                            .between(0, 1),
                    Option.number("beta1", 0.9, "AdamW's decay of the first moment")
                            .between(0, 0.999999),
                    Option.number("beta2", 0.95, "AdamW's decay of the second moment")
                            .between(0, 0.999999),
                    Option.number("epsilon", 1e-8, "AdamW's epsilon").between(1e-30, 1),
                    Option.number("weight-decay", 0.1, "Weight decay, on matrices only")
                            .between(0, 10),
                    Option.number(
                                    "clip",
                                    1,
                                    "Largest global norm of the gradient; 0 for no clipping")
                            .between(0, 1e9),
                    Option.integer(
                                    "knob-from",
                                    0,
                                    "Largest value of the first axis at the beginning; 0 for no"
                                            + " schedule")
                            .atLeast(0),
                    Option.number(
                                    "knob-until",
                                    0.5,
                                    "Share of training over which it rises to the task's own")
                            .between(0, 1),
                    Option.choice(
                            "execution",
                            "auto",
                            Words.all(Execution.class),
                            "Form in which the recurrence is computed"),
                    Option.integer("log-every", 50, "Steps between two lines of metrics")
                            .atLeast(1),
                    Option.integer(
                                    "evaluate-every",
                                    0,
                                    "Steps between two evaluations; 0 for the end only")
                            .atLeast(0),
                    Option.integer(
                                    "checkpoint-every",
                                    1000,
                                    "Steps between two checkpoints; 0 for the end only")
                            .atLeast(0),
                    Option.integer(
                                    "keep-checkpoints",
                                    3,
                                    "How many of the newest checkpoints stay; 0 for all")
                            .atLeast(0));

    /**
     * Reads checked settings.
     *
     * @throws SettingsException CFG-003 if the learning rate would begin to fall before it has
     *     risen
     */
    public static TrainingSettings of(Settings s) {
        if (s.number("decay-from") > 0 && s.number("decay-from") < s.number("warmup")) {
            throw new SettingsException(
                    "CFG-003",
                    List.of("decay-from", "warmup"),
                    "'training.decay-from' is %s, before the warm-up ends at %s; expected 0 or a later share"
                            .formatted(s.number("decay-from"), s.number("warmup")));
        }
        return new TrainingSettings(
                s.integer("steps"),
                s.integer("batch"),
                s.integer("micro-batch"),
                Words.constant(Layout.class, s.text("layout")),
                s.integer("data-threads"),
                s.number("learning-rate"),
                s.number("warmup"),
                Words.constant(Decay.class, s.text("decay")),
                s.number("decay-from"),
                s.number("final-rate"),
                s.number("beta1"),
                s.number("beta2"),
                s.number("epsilon"),
                s.number("weight-decay"),
                s.number("clip"),
                s.integer("knob-from"),
                s.number("knob-until"),
                Words.constant(Execution.class, s.text("execution")),
                s.integer("log-every"),
                s.integer("evaluate-every"),
                s.integer("checkpoint-every"),
                s.integer("keep-checkpoints"));
    }

    /** Returns the learning rate of a step, counted from 1. */
    public double rateAt(long step) {
        double share = (double) step / steps;
        if (share < warmup) {
            return learningRate * share / warmup;
        }
        double start = Math.max(warmup, decayFrom);
        double fallen = start >= 1 ? 0 : Math.clamp((share - start) / (1 - start), 0, 1);
        double left =
                switch (decay) {
                    case CONSTANT -> 1;
                    case LINEAR -> 1 - fallen;
                    case COSINE -> (1 + Math.cos(Math.PI * fallen)) / 2;
                };
        return learningRate * (finalRate + (1 - finalRate) * left);
    }
}
