package org.anira.task.mano;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.testkit.ChiSquare;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.Map;

/**
 * Compares the drawn samples with the law. Seeds are fixed; had they been drawn anew, a right
 * sampler would fail a test with probability about 1e-6 (chi-squared) or 6e-5 (means, 4 standard
 * errors).
 */
class ManoLawTests {

    private static final ManoTask TASK = ManoProviderTests.task(Map.of("evaluation", "1-32"));

    /** 500,000 draws: one length off by 5 % of its share is found with power above 0.99. */
    @Test
    void lengthsAreUniform() {
        CounterRandom random = new CounterRandom(11, "lengths", 0);
        int[] counts = new int[14];
        for (int i = 0; i < 500_000; i++) {
            counts[TASK.draw(Limits.NONE, random).number("L") - 3]++;
        }
        assertUniform(counts);
    }

    /** 100,000 draws: one size off by 10 % of its share is found with power above 0.99. */
    @Test
    void leftOperandsHaveUniformSizes() {
        CounterRandom random = new CounterRandom(12, "left", 0);
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++) {
            counts[TASK.read(TASK.sample(Point.of("L", 10), random)).leftOperators()]++;
        }
        assertUniform(counts);
    }

    /** 200,000 operators: a share of 0.345 for one is found with power above 0.99. */
    @Test
    void operatorsAreUniform() {
        CounterRandom random = new CounterRandom(13, "operators", 0);
        ManoVocabulary vocabulary = (ManoVocabulary) TASK.vocabulary();
        int[] counts = new int[3];
        for (int i = 0; i < 20_000; i++) {
            for (int token : TASK.sample(Point.of("L", 10), random).tokens()) {
                if (vocabulary.isOperator(token)) {
                    counts[vocabulary.asOperator(token).ordinal()]++;
                }
            }
        }
        assertEquals(200_000, Arrays.stream(counts).sum());
        assertUniform(counts);
    }

    /** 220,000 operands: one value off by 10 % of its share is found with power above 0.99. */
    @Test
    void operandsAreUniform() {
        CounterRandom random = new CounterRandom(14, "operands", 0);
        ManoVocabulary vocabulary = (ManoVocabulary) TASK.vocabulary();
        int[] counts = new int[23];
        for (int i = 0; i < 20_000; i++) {
            int[] tokens = TASK.sample(Point.of("L", 10), random).tokens();
            for (int j = 2; j < tokens.length - 2; j++) {
                if (vocabulary.isValue(tokens[j])) {
                    counts[vocabulary.asValue(tokens[j])]++;
                }
            }
        }
        assertEquals(220_000, Arrays.stream(counts).sum());
        assertUniform(counts);
    }

    /**
     * 40,000 trees: the standard error is below 0.007, so a mean off by 0.05 beyond the rounding of
     * the published one is found with power above 0.99.
     */
    @ParameterizedTest
    @CsvSource({"3, 2.67, 0.005", "10, 5.65, 0.005", "16, 7.0, 0.05"})
    void treesAreAsHighAsThoseOfRandomBinarySearch(int length, double mean, double rounding) {
        CounterRandom random = new CounterRandom(15, "heights", length);
        int trees = 40_000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < trees; i++) {
            int height = TASK.read(TASK.sample(Point.of("L", length), random)).height();
            sum += height;
            squares += height * height;
        }
        double deviation = Math.sqrt(squares / trees - Math.pow(sum / trees, 2));
        assertEquals(mean, sum / trees, rounding + 4 * deviation / Math.sqrt(trees));
    }

    /**
     * 400,000 samples: the standard error is 0.0004, so a share off by 0.004 is found with power
     * above 0.99.
     */
    @ParameterizedTest
    @CsvSource({"1, 0.057", "3, 0.064", "10, 0.070", "16, 0.072"})
    void productsMakeZeroMoreLikely(int length, double share) {
        CounterRandom random = new CounterRandom(16, "zeros", length);
        int zero = ((ManoVocabulary) TASK.vocabulary()).value(0);
        int samples = 400_000;
        int zeros = 0;
        for (int i = 0; i < samples; i++) {
            Sample sample = TASK.sample(Point.of("L", length), random);
            zeros += sample.tokens()[2 * length + 4] == zero ? 1 : 0;
        }
        assertEquals(
                share,
                zeros / (double) samples,
                0.0005 + 4 * Math.sqrt(share * (1 - share) / samples));
    }

    /**
     * With divisions alone, L operators and modulus m, (1 − 1/m)^L of the expressions are defined,
     * and among those the first operand is uniform, so the answer is 0 in 1/m of them. 100,000
     * samples: the standard error is 0.0011.
     */
    @Test
    void divisionsByZeroAreDrawnAnew() {
        ManoTask task = ManoProviderTests.task(Map.of("operators", "d", "modulus", 7));
        CounterRandom random = new CounterRandom(17, "divisions", 0);
        ManoVocabulary vocabulary = (ManoVocabulary) task.vocabulary();
        int[] counts = new int[7];
        for (int i = 0; i < 100_000; i++) {
            counts[vocabulary.asValue(task.sample(Point.of("L", 6), random).tokens()[16])]++;
        }
        assertUniform(counts);
    }

    private static void assertUniform(int[] counts) {
        double[] shares = new double[counts.length];
        Arrays.fill(shares, 1.0 / counts.length);
        ChiSquare.assertFollows("shares", shares, counts);
    }
}
