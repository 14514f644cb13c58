package org.anira.runtime.config;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Something that the host does only if the behaviours of the halting mechanism allow it. */
public enum Use {
    /** Computes only the tokens that are still active. */
    SKIPPING(
            "the decision for a token would miss those that have left. Choose auto or dense.",
            HaltingBehaviour.ROW_WISE),
    /** Puts several samples into a row. */
    PACKING(
            "decisions in one sample would depend on the others in its row. Choose padded or"
                    + " bucketed.",
            HaltingBehaviour.ROW_WISE),
    /** Continues a sequence token by token, from cached keys and values of those before. */
    DECODING(
            "the decision for a token would miss those around it. Use another mechanism, or"
                    + " what needs no decoding: an evaluation of answers with one token.",
            HaltingBehaviour.ROW_WISE,
            HaltingBehaviour.CAUSAL),
    /** Writes the model as a file, which computes active tokens alone. */
    EXPORT(
            "a file computes active tokens only. Evaluate the run itself: anira eval RUN",
            HaltingBehaviour.ROW_WISE);

    private final String reason;
    private final List<HaltingBehaviour> needed;

    Use(String reason, HaltingBehaviour... needed) {
        this.reason = reason;
        this.needed = List.of(needed);
    }

    /** Returns whether a mechanism has the behaviours that this needs. */
    public boolean isAllowedBy(HaltingMechanism mechanism) {
        return lacking(mechanism).isEmpty();
    }

    /** Returns the first needed behaviour that a mechanism lacks. */
    Optional<HaltingBehaviour> lacking(HaltingMechanism mechanism) {
        return needed.stream()
                .filter(behaviour -> !mechanism.behaviours().contains(behaviour))
                .findFirst();
    }

    /** Returns why the behaviours are needed, and what to do without them. */
    String reason() {
        return reason;
    }

    /** Returns a behaviour as people read it, such as {@code row-wise}. */
    static String word(HaltingBehaviour behaviour) {
        return KebabCase.of(behaviour);
    }

    /**
     * Returns, in sentences, how the behaviours that a mechanism lacks limit a run; empty for one
     * that is row-wise and causal.
     *
     * @param name of the mechanism
     */
    public static List<String> restrictions(String name, HaltingMechanism mechanism) {
        List<String> all = new ArrayList<>();
        if (!mechanism.behaviours().contains(HaltingBehaviour.ROW_WISE)) {
            all.add(
                    "Halting mechanism '%s' is not row-wise: every token is computed in every step (dense form), rows are not packed, nothing is decoded or exported, and results may depend on the batch."
                            .formatted(name));
        }
        if (!mechanism.behaviours().contains(HaltingBehaviour.CAUSAL)) {
            all.add(
                    "Halting mechanism '%s' is not causal: nothing is decoded, and how deep a token goes may depend on later tokens, in an evaluation too."
                            .formatted(name));
        }
        return all;
    }
}
