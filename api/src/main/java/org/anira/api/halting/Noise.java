package org.anira.api.halting;

import org.anira.api.PublicApi;

/**
 * Random numbers a policy wants, drawn by the host from (seed, step, sample, position), independent
 * per element.
 */
@PublicApi(since = "0.1")
public enum Noise {
    /** None. */
    NONE,
    /** One number per token, uniform on (0, 1): […]. */
    UNIFORM,
    /** D numbers per token from the standard Gumbel law, −ln(−ln u): […, D]. */
    GUMBEL
}
