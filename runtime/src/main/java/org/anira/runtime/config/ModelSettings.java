package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;

import java.util.List;

/**
 * The shape of the model: {@code prelude} blocks, a block of {@code recurrent} layers applied up to
 * {@code maxDepth} times, {@code coda} blocks.
 *
 * @param width W, size of a token's state
 * @param heads number of attention heads; divides the width
 * @param mlp size of the hidden layer of each MLP
 * @param maxDepth D, most steps of the recurrence
 * @param prelude number of layers before the recurrence
 * @param recurrent number of layers of one step of the recurrence
 * @param coda number of layers after the recurrence
 * @param injection how the prelude's output enters every step
 * @param tied whether all steps share one set of weights; if not, every step has its own: a plain
 *     Transformer
 * @param normEpsilon ε of every RMSNorm
 * @param ropeBase base of the rotary position embedding
 * @param precision type that the blocks compute in; halting, loss and optimizer are float32 always
 */
public record ModelSettings(
        int width,
        int heads,
        int mlp,
        int maxDepth,
        int prelude,
        int recurrent,
        int coda,
        Injection injection,
        boolean tied,
        double normEpsilon,
        double ropeBase,
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
    public static final List<Option> OPTIONS =
            List.of(
                    Option.integer("width", 256, "Size W of a token's state").between(8, 65536),
                    Option.integer("heads", 4, "Attention heads; divides the width")
                            .between(1, 1024),
                    Option.integer("mlp", 1024, "Size of the hidden layer of each MLP")
                            .between(1, 1 << 20),
                    Option.integer("max-depth", 6, "Most steps D of the recurrence")
                            .between(1, 256),
                    Option.integer("prelude", 1, "Layers before the recurrence").between(0, 256),
                    Option.integer("recurrent", 1, "Layers of one step of the recurrence")
                            .between(1, 256),
                    Option.integer("coda", 1, "Layers after the recurrence").between(0, 256),
                    Option.choice(
                            "injection",
                            "add",
                            Words.all(Injection.class),
                            "How the prelude's output enters every step"),
                    Option.flag("tied", true, "Whether all steps share one set of weights"),
                    Option.number("norm-epsilon", 1e-5, "Epsilon of every RMSNorm")
                            .between(1e-12, 1),
                    Option.number("rope-base", 10000, "Base of the rotary position embedding")
                            .between(1, 1e9),
                    Option.choice(
                            "precision",
                            "float32",
                            Words.all(Precision.class),
                            "Type the blocks compute in"));

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
        return new ModelSettings(
                width,
                heads,
                s.integer("mlp"),
                s.integer("max-depth"),
                s.integer("prelude"),
                s.integer("recurrent"),
                s.integer("coda"),
                Words.constant(Injection.class, s.text("injection")),
                s.flag("tied"),
                s.number("norm-epsilon"),
                s.number("rope-base"),
                Words.constant(Precision.class, s.text("precision")));
    }
}
