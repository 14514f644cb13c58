package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;

import java.util.List;

/** How a model is trained. Shares are of all training steps, 0 to 1. */
public record TrainingSettings(
        @Setting(
                        byDefault = "10000",
                        least = 1,
                        most = Integer.MAX_VALUE,
                        summary = "Optimizer steps")
                long steps,
        @Setting(
                        byDefault = "64",
                        least = 1,
                        most = 1 << 20,
                        summary = "Samples of one optimizer step")
                int batch,
        @Setting(
                        byDefault = "0",
                        least = 0,
                        most = 1 << 20,
                        summary =
                                "Most rows computed at once, gradients adding up; 0 for all of a"
                                        + " step")
                int microBatch,
        @Setting(
                        byDefault = "padded",
                        summary =
                                "How the samples of a step share rows: one each, one each with"
                                    + " those of like length in a micro-batch, or as many as there"
                                    + " is room for; the same loss within rounding")
                Layout layout,
        @Setting(
                        byDefault = "1",
                        least = 1,
                        most = 256,
                        summary =
                                "Threads that draw samples while a step is computed; they change no"
                                        + " number")
                int dataThreads,
        @Setting(byDefault = "1e-3", least = 0, most = 10, summary = "Largest learning rate")
                double learningRate,
        @Setting(
                        byDefault = "0.02",
                        least = 0,
                        most = 1,
                        summary = "Share of training over which the rate rises from 0, linearly")
                double warmup,
        @Setting(byDefault = "cosine", summary = "Form in which the learning rate falls")
                Decay decay,
        @Setting(
                        byDefault = "0",
                        least = 0,
                        most = 1,
                        summary =
                                "Share of training after which the rate begins to fall; 0 for the"
                                        + " end of the warm-up")
                double decayFrom,
        @Setting(
                        byDefault = "0",
                        least = 0,
                        most = 1,
                        summary = "Last learning rate as a share of the largest")
                double finalRate,
        @Setting(
                        byDefault = "0.9",
                        least = 0,
                        most = 0.999999,
                        summary = "AdamW's decay of the first moment")
                double beta1,
        @Setting(
                        byDefault = "0.95",
                        least = 0,
                        most = 0.999999,
                        summary = "AdamW's decay of the second moment")
                double beta2,
        @Setting(byDefault = "1e-8", least = 1e-30, most = 1, summary = "AdamW's epsilon")
                double epsilon,
        @Setting(
                        byDefault = "0.1",
                        least = 0,
                        most = 10,
                        summary = "Weight decay, on matrices only")
                double weightDecay,
        @Setting(
                        byDefault = "1",
                        least = 0,
                        most = 1e9,
                        summary = "Largest global norm of the gradient; 0 for no clipping")
                double clip,
        @Setting(
                        byDefault = "0",
                        least = 0,
                        summary =
                                "Largest value of the first axis at the beginning; 0 for no"
                                        + " schedule")
                int knobFrom,
        @Setting(
                        byDefault = "0.5",
                        least = 0,
                        most = 1,
                        summary = "Share of training over which it rises to the task's own")
                double knobUntil,
        @Setting(
                        byDefault = "auto",
                        summary =
                                "Form in which the recurrence is computed: equal results, different"
                                    + " times; auto skips where the mechanism is learnt and D > 1")
                Execution execution,
        @Setting(
                        byDefault = "50",
                        least = 1,
                        most = Integer.MAX_VALUE,
                        summary = "Steps between two lines of metrics")
                long logEvery,
        @Setting(
                        byDefault = "0",
                        least = 0,
                        most = Integer.MAX_VALUE,
                        summary = "Steps between two evaluations; 0 for the end only")
                long evaluateEvery,
        @Setting(
                        byDefault = "1000",
                        least = 0,
                        most = Integer.MAX_VALUE,
                        summary = "Steps between two checkpoints; 0 for the end only")
                long checkpointEvery,
        @Setting(
                        byDefault = "3",
                        least = 0,
                        summary = "How many of the newest checkpoints stay; 0 for all")
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
    public static final List<Option> OPTIONS = SettingsRecord.options(TrainingSettings.class);

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
        return SettingsRecord.of(TrainingSettings.class, s);
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
