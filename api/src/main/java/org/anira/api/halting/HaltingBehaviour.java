package org.anira.api.halting;

import org.anira.api.PublicApi;

/** A property that a mechanism guarantees. The host relies on it; the contract tests check it. */
@PublicApi(since = "0.1")
public enum HaltingBehaviour {
    /**
     * The decision for a row depends on that row alone: a batch of one gives the same depths as any
     * batch. Without it the host computes densely, packs no rows, and neither decodes nor exports.
     */
    ROW_WISE,
    /**
     * The decision for a token does not depend on later tokens. Without it the host does not decode
     * token by token.
     */
    CAUSAL,
    /**
     * It has parameters and a distribution over depths that training shapes. Without it {@code
     * logExit} has all its mass at one depth.
     */
    LEARNED,
    /**
     * The whole distribution is known before the first step: one decision per token, however deep
     * it goes.
     */
    DECIDES_ONCE
}
