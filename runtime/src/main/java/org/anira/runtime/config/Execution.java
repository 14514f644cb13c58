package org.anira.runtime.config;

/**
 * In which form the recurrence is computed. All give the same values and gradients, within
 * rounding.
 */
public enum Execution {
    /** The host decides from the shapes and says what it chose. */
    AUTO,
    /** Every token takes every step, and a mask keeps the state of those that stopped. */
    DENSE,
    /** Only the tokens that are still active are computed. */
    SKIPPING
}
