package org.anira.runtime.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.random.RandomGenerator;

final class StatisticsTests {

    /** Newcombe (1998), table I: 81 of 263 and 0 of 20. */
    @Test
    void theIntervalOfAShareIsWilsons() {
        Estimate some = Statistics.share(81, 263);
        assertEquals(81 / 263.0, some.value());
        assertEquals(0.2553, some.low(), 5e-5);
        assertEquals(0.3662, some.high(), 5e-5);
        Estimate none = Statistics.share(0, 20);
        assertEquals(0, none.low(), 1e-12);
        assertEquals(0.1611, none.high(), 5e-5);
    }

    /** Centre (p + z²/2n) / (1 + z²/n) with p = 0.3, n = 20, z = 1.96: as of 6 of 20. */
    @Test
    void dependentTrialsDoNotNarrowTheInterval() {
        assertEquals(Statistics.share(6, 20), Statistics.share(15, 50, 20));
        assertEquals(0.1455, Statistics.share(15, 50, 20).low(), 5e-5);
        assertEquals(0.5190, Statistics.share(15, 50, 20).high(), 5e-5);
    }

    @Test
    void aShareOfNothingIsUnknown() {
        assertEquals(new Estimate(Double.NaN, Double.NaN, Double.NaN), Statistics.share(0, 0, 10));
    }

    /** t with 4 degrees of freedom at 0.975 is 2.776445. */
    @Test
    void theIntervalOfAMeanIsStudents() {
        Estimate mean = Statistics.mean(5, 15, 55);
        double half = 2.776445 * Math.sqrt(2.5 / 5);
        assertEquals(3, mean.value());
        assertEquals(3 - half, mean.low(), 1e-6);
        assertEquals(3 + half, mean.high(), 1e-6);
    }

    @Test
    void aMeanOfEqualSamplesHasNoWidth() {
        assertEquals(new Estimate(2, 2, 2), Statistics.mean(10, 20, 40));
    }

    @Test
    void aMeanOfOneSampleIsUnknown() {
        assertEquals(new Estimate(2, Double.NaN, Double.NaN), Statistics.mean(1, 2, 4));
    }

    @Test
    void rankCorrelationIsThatOfTheSamples() {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int trial = 0; trial < 100; trial++) {
            long[][] counts = new long[4][3];
            int[] x = new int[20];
            int[] y = new int[20];
            for (int i = 0; i < 20; i++) {
                x[i] = random.nextInt(4);
                y[i] = Math.min(2, random.nextInt(3) * (1 + x[i]) / 2);
                counts[x[i]][y[i]]++;
            }
            double expected = pearson(ranks(x), ranks(y));
            if (!Double.isNaN(expected)) {
                assertEquals(expected, Statistics.spearman(counts).value(), 1e-12);
            }
        }
    }

    @Test
    void perfectOrderIsOne() {
        assertEquals(1, Statistics.spearman(new long[][] {{5, 0}, {0, 7}}).value());
        assertEquals(-1, Statistics.spearman(new long[][] {{0, 5}, {7, 0}}).value());
    }

    @Test
    void aConstantHasNoRankCorrelation() {
        assertEquals(Double.NaN, Statistics.spearman(new long[][] {{5, 0}, {7, 0}}).value());
        assertEquals(Double.NaN, Statistics.spearman(new long[0][]).value());
    }

    /** ρ = 0.5 of 103 pairs by Bonett and Wright: z = .549306 ± 1.959964 · √(1.125 / 100). */
    @Test
    void theIntervalOfARankCorrelationIsOfItsZ() {
        long[][] counts = {{39, 13}, {13, 38}};
        Estimate estimate = Statistics.spearman(counts);
        double rho = estimate.value();
        double z = 0.5 * Math.log((1 + rho) / (1 - rho));
        double half = 1.959964 * Math.sqrt((1 + rho * rho / 2) / 100);
        assertEquals(Math.tanh(z - half), estimate.low(), 1e-6);
        assertEquals(Math.tanh(z + half), estimate.high(), 1e-6);
        assertTrue(rho > 0.49 && rho < 0.5, "rho " + rho);
    }

    private static double[] ranks(int[] values) {
        return Arrays.stream(values)
                .mapToDouble(value ->
                        Arrays.stream(values).filter(other -> other < value).count()
                                + (Arrays.stream(values).filter(other -> other == value).count()
                                                + 1)
                                        / 2.0)
                .toArray();
    }

    private static double pearson(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }
}
