package org.anira.runtime.run;

import org.anira.runtime.statistics.Estimate;
import org.anira.runtime.statistics.Statistics;

/**
 * The results of continuing one kind of prompt.
 *
 * @param prompt the kind, as the task's scorer names it, such as {@code from nothing}
 * @param choice {@value #SAMPLED}: tokens were drawn from the model's distribution, at temperature
 *     1; {@value #GREEDY}: the likeliest were taken, and each different prompt was continued once
 * @param n how many continuations
 * @param right how many the scorer accepts
 * @param accuracy their share, with Wilson's interval
 * @param distinct how many of the continuations differ from all others before them
 */
public record Generation(
        String prompt, String choice, long n, long right, Estimate accuracy, long distinct) {

    /** Checks the numbers. */
    public Generation {
        Fields.count("n", n);
        Fields.count("right", right);
        Fields.count("distinct", distinct);
    }

    /** The choice of a token at random. */
    public static final String SAMPLED = "sampled";

    /** The choice of the likeliest token. */
    public static final String GREEDY = "greedy";

    /** Makes a result from counts. */
    public static Generation of(String prompt, String choice, long n, long right, long distinct) {
        return new Generation(prompt, choice, n, right, Statistics.share(right, n), distinct);
    }

    /** Returns the kind of prompt and the choice, for a table. */
    public String label() {
        return "%s, %s".formatted(prompt, choice);
    }
}
