package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

/** Pearson's chi-square test of counts against probabilities. */
final class ChiSquare {

    /** The normal quantile of 1 − 10⁻⁶. */
    private static final double QUANTILE = 4.7534;

    private static final double LEAST_EXPECTED = 5;

    private ChiSquare() {}

    /** Fails if the counts are as unlikely as one in a million. Rare cells are put together. */
    static void assertFollows(String what, double[] probabilities, int[] counts) {
        double total = Arrays.stream(counts).sum();
        double statistic = 0;
        int cells = 0;
        double restExpected = 0;
        double restCount = 0;
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
            double most = restExpected + 6 * Math.sqrt(restExpected) + 6;
            double found = restCount;
            assertTrue(
                    found <= most,
                    () ->
                            "%s: %.0f rare cases, at most %.0f were expected"
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

    /** Returns the quantile of 1 − 10⁻⁶ (Wilson and Hilferty 1931). */
    private static double quantile(int freedom) {
        double spread = 2.0 / (9 * freedom);
        return freedom * Math.pow(1 - spread + QUANTILE * Math.sqrt(spread), 3);
    }
}
