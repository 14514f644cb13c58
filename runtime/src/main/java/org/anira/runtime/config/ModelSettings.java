package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;

import java.util.List;

/**
 * The shape of the model: {@code prelude} blocks, a block of {@code recurrent} layers applied up to
 * {@code maxDepth} times, {@code coda} blocks.
 */
public record ModelSettings(
        @Setting(byDefault = "256", least = 8, most = 65536, summary = "Size W of a token's state")
                int width,
        @Setting(
                        byDefault = "4",
                        least = 1,
                        most = 1024,
                        summary = "Attention heads; each has an even, equal share of the width")
                int heads,
        @Setting(
                        byDefault = "1024",
                        least = 1,
                        most = 1 << 20,
                        summary = "Size of the hidden layer of each MLP")
                int mlp,
        @Setting(byDefault = "6", least = 1, most = 256, summary = "Most steps D of the recurrence")
                int maxDepth,
        @Setting(byDefault = "1", least = 0, most = 256, summary = "Layers before the recurrence")
                int prelude,
        @Setting(
                        byDefault = "1",
                        least = 1,
                        most = 256,
                        summary = "Layers of one step of the recurrence")
                int recurrent,
        @Setting(byDefault = "1", least = 0, most = 256, summary = "Layers after the recurrence")
                int coda,
        @Setting(
                        byDefault = "add",
                        summary =
                                "How the prelude's output h0 enters every step: not at all, h + h0,"
                                        + " or a linear map of both")
                Injection injection,
        @Setting(
                        byDefault = "true",
                        summary =
                                "Whether all steps share one set of weights; a plain Transformer if"
                                        + " not")
                boolean tied,
        @Setting(byDefault = "1e-5", least = 1e-12, most = 1, summary = "Epsilon of every RMSNorm")
                double normEpsilon,
        @Setting(
                        byDefault = "10000",
                        least = 1,
                        most = 1e9,
                        summary = "Base of the rotary position embedding")
                double ropeBase,
        @Setting(
                        byDefault = "float32",
                        summary =
                                "Type the blocks compute in, if the backend is capable of it;"
                                        + " halting, loss and optimizer are float32 always")
                Precision precision) {

    /** How the prelude's output h0 enters a step that reads the state h. */
    public enum Injection {
        /** Not at all: the step reads h. */
        NONE,
        /** The step reads h + h0. */
        ADD,
        /** The step reads a linear map of h and h0 side by side. */
        CONCAT
    }

    /** The type that the blocks compute in. */
    public enum Precision {
        /** IEEE 754 binary32. */
        FLOAT32,
        /** The upper half of a binary32. */
        BFLOAT16
    }

    /** The options, under {@code model}. */
    public static final List<Option> OPTIONS = SettingsRecord.options(ModelSettings.class);

    /**
     * Reads checked settings.
     *
     * @throws SettingsException CFG-003 if the heads do not divide the width into even parts
     */
    public static ModelSettings of(Settings s) {
        int width = s.integer("width");
        int heads = s.integer("heads");
        if (width % (2 * heads) != 0) {
            throw new SettingsException(
                    "CFG-003",
                    List.of("width", "heads"),
                    "'model.width' is %d and 'model.heads' is %d: each head needs an even, equal share of the width"
                            .formatted(width, heads));
        }
        return SettingsRecord.of(ModelSettings.class, s);
    }
}
