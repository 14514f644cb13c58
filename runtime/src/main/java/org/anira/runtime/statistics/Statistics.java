package org.anira.runtime.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.interval.Interval;
import org.apache.commons.statistics.interval.NormalConfidenceInterval;

/** The estimates in reported results, each with a 95 % interval. */
public final class Statistics {

    private static final double ERROR_RATE = 0.05;
    private static final double NORMAL_QUANTILE =
            NormalDistribution.of(0, 1).inverseSurvivalProbability(ERROR_RATE / 2);

    private Statistics() {}

    /**
     * Returns a share with its Wilson score interval (Wilson 1927).
     *
     * @param successes 0 to {@code n}
     * @param n number of independent trials
     */
    public static Estimate share(long successes, long n) {
        return share(successes, n, n);
    }

    /**
     * Returns the share of successes where only some trials are independent, such as the answers in
     * one sample. Its Wilson score interval is that of {@code independent} trials with this share.
     * NaN throughout if there are none.
     */
    public static Estimate share(long successes, long trials, long independent) {
        if (trials == 0) {
            return new Estimate(Double.NaN, Double.NaN, Double.NaN);
        }
        double share = (double) successes / trials;
        double z = NORMAL_QUANTILE * NORMAL_QUANTILE / independent;
        double centre = (share + z / 2) / (1 + z);
        double half = Math.sqrt(z * (share * (1 - share) + z / 4)) / (1 + z);
        return new Estimate(
                share,
                successes == 0 ? 0 : Math.max(0, centre - half),
                successes == trials ? 1 : Math.min(1, centre + half));
    }

    /**
     * Returns the mean of independent samples with the interval of Student's t, which approaches
     * that of the normal distribution for many samples. The interval of one sample is unbounded.
     *
     * @param n how many, at least 1
     * @param sum of the samples
     * @param squares sum of their squares
     */
    public static Estimate mean(long n, double sum, double squares) {
        double mean = sum / n;
        if (n < 2) {
            return new Estimate(mean, Double.NaN, Double.NaN);
        }
        double variance = Math.max(0, (squares - sum * mean) / (n - 1));
        if (variance == 0) {
            return new Estimate(mean, mean, mean);
        }
        Interval interval =
                NormalConfidenceInterval.MEAN.fromErrorRate(mean, variance, n, ERROR_RATE);
        return new Estimate(mean, interval.getLowerBound(), interval.getUpperBound());
    }

    /**
     * Returns Spearman's rank correlation of two ordered variables from their contingency table:
     * Pearson's correlation of mid-ranks, so ties are exact. The interval is Fisher's z with the
     * standard error √((1 + ρ²/2) / (n − 3)) of Bonett and Wright (2000).
     *
     * @param counts how often the row's and the column's value came together; both in rising order
     * @return NaN throughout if a variable takes one value only; −1 to 1 as interval for fewer than
     *     four pairs
     */
    public static Estimate spearman(long[][] counts) {
        int columns = counts.length == 0 ? 0 : counts[0].length;
        long[] rowSums = new long[counts.length];
        long[] columnSums = new long[columns];
        long n = 0;
        for (int i = 0; i < counts.length; i++) {
            for (int j = 0; j < columns; j++) {
                rowSums[i] += counts[i][j];
                columnSums[j] += counts[i][j];
                n += counts[i][j];
            }
        }
        double[] rowRanks = centredRanks(rowSums, n);
        double[] columnRanks = centredRanks(columnSums, n);
        double covariance = 0;
        for (int i = 0; i < counts.length; i++) {
            for (int j = 0; j < columns; j++) {
                covariance += counts[i][j] * rowRanks[i] * columnRanks[j];
            }
        }
        double spread =
                Math.sqrt(squares(rowSums, rowRanks)) * Math.sqrt(squares(columnSums, columnRanks));
        if (spread == 0) {
            return new Estimate(Double.NaN, Double.NaN, Double.NaN);
        }
        double rho = Math.clamp(covariance / spread, -1, 1);
        if (n < 4) {
            return new Estimate(rho, -1, 1);
        }
        double z = Math.log((1 + rho) / (1 - rho)) / 2;
        double half = NORMAL_QUANTILE * Math.sqrt((1 + rho * rho / 2) / (n - 3));
        return new Estimate(rho, Math.tanh(z - half), Math.tanh(z + half));
    }

    /** Returns for each value the mean rank of its occurrences, less the mean rank of all. */
    private static double[] centredRanks(long[] sums, long n) {
        double[] ranks = new double[sums.length];
        long before = 0;
        for (int i = 0; i < sums.length; i++) {
            ranks[i] = before + (sums[i] + 1) / 2.0 - (n + 1) / 2.0;
            before += sums[i];
        }
        return ranks;
    }

    private static double squares(long[] sums, double[] ranks) {
        double squares = 0;
        for (int i = 0; i < sums.length; i++) {
            squares += sums[i] * ranks[i] * ranks[i];
        }
        return squares;
    }
}
