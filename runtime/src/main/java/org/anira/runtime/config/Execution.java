package org.anira.runtime.config;

/**
 * The form in which the recurrence is computed. All forms give the same values and gradients,
 * within rounding.
 */
public enum Execution {
    /** The host chooses a form and reports it. */
    AUTO,
    /** Every token takes every step, and a mask keeps the state of those that stopped. */
    DENSE,
    /** Only the tokens that are still active are computed. */
    SKIPPING
}
