package org.anira.api.task;

import org.anira.api.PublicApi;

/**
 * A named number per token of a sample.
 *
 * @param name lower case with underscores, as in the task's documentation
 * @param meaning one sentence, without a final period
 * @param values [T], {@code NaN} where the feature does not apply; see the task for the position it
 *     is attached to
 */
@PublicApi(since = "0.1")
public record Feature(String name, String meaning, double[] values) {}
