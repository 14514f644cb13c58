package org.anira.api.halting;

import org.anira.api.PublicApi;

/**
 * What a mechanism promises; the host relies on it and the contract tests try it, present or
 * absent.
 */
@PublicApi(since = "0.1")
public enum HaltingBehaviour {
    /**
     * What is decided for a row depends on that row alone: a batch of one gives the same depths as
     * any batch. Without it the host computes densely, packs no rows, and neither decodes nor
     * exports.
     */
    ROW_WISE,
    /**
     * What is decided for a token depends on no later token: so it can decode token by token, which
     * the host does not do without it.
     */
    CAUSAL,
    /**
     * It has parameters and a distribution over depths that training shapes; else {@code logExit}
     * is a point.
     */
    LEARNED,
    /**
     * The whole distribution is known before the first step: one decision per token, however deep
     * it goes.
     */
    DECIDES_ONCE
}
