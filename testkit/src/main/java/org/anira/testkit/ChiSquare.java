package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.PublicApi;

import java.util.Arrays;

/**
 * Pearson's chi-square test of counts against probabilities, at a level of one in a million: a
 * fixed seed that fails means a wrong law, not bad luck.
 *
 * <p>What it finds: with n counts, a probability that is wrong by δ, the others being right in
 * proportion, adds at least 4nδ² to the statistic. For two to six cells it then fails with
 * probability 0.9999 or more if 4nδ² ≥ 100.
 */
@PublicApi(since = "0.1")
public final class ChiSquare {

    /** One in a million, for all cells together and for the rare ones. */
    private static final double LEVEL = 1e-6;

    /** The normal quantile of 1 − {@link #LEVEL}. */
    private static final double QUANTILE = 4.7534;

    private static final double LEAST_EXPECTED = 5;

    private ChiSquare() {}

    /**
     * Fails if the counts are as unlikely as one in a million. Cells in which fewer than five are
     * expected are put together.
     *
     * @param what begins the message
     * @param probabilities the law: one for each count, together 1
     * @param counts how often each case was drawn
     */
    public static void assertFollows(String what, double[] probabilities, int[] counts) {
        double total = Arrays.stream(counts).sum();
        double statistic = 0;
        int cells = 0;
        double restExpected = 0;
        int restCount = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = total * probabilities[i];
            if (expected < LEAST_EXPECTED) {
                restExpected += expected;
                restCount += counts[i];
            } else {
                statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
                cells++;
            }
        }
        if (restExpected >= LEAST_EXPECTED) {
            statistic += (restCount - restExpected) * (restCount - restExpected) / restExpected;
            cells++;
        } else {
            int most = mostRare(restExpected);
            int found = restCount;
            assertTrue(
                    found <= most,
                    () ->
                            "%s: %d rare cases, at most %d were expected"
                                    .formatted(what, found, most));
        }
        double limit = quantile(Math.max(1, cells - 1));
        double found = statistic;
        assertTrue(
                statistic <= limit,
                () ->
                        "%s: counts %s of %s have chi-square %.1f, above %.1f"
                                .formatted(
                                        what,
                                        Arrays.toString(counts),
                                        Arrays.toString(probabilities),
                                        found,
                                        limit));
    }

    /** Returns the number that a Poisson variable of this mean exceeds once in a million cases. */
    private static int mostRare(double mean) {
        int most = 0;
        double term = Math.exp(-mean);
        double reached = term;
        while (1 - reached > LEVEL) {
            most++;
            term *= mean / most;
            reached += term;
        }
        return most;
    }

    /** Returns the quantile of 1 − {@link #LEVEL} (Wilson and Hilferty 1931). */
    private static double quantile(int freedom) {
        double spread = 2.0 / (9 * freedom);
        return freedom * Math.pow(1 - spread + QUANTILE * Math.sqrt(spread), 3);
    }
}
