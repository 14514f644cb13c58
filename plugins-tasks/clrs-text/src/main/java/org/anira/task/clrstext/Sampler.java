package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Activities;
import org.anira.task.clrstext.Input.Dimensions;
import org.anira.task.clrstext.Input.Keys;
import org.anira.task.clrstext.Input.Points;
import org.anira.task.clrstext.Input.Search;
import org.anira.task.clrstext.Input.SearchTree;
import org.anira.task.clrstext.Input.Strings;
import org.anira.task.clrstext.Input.Tasks;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Draws inputs of an algorithm. {@link GraphSampler} has those that are graphs. */
@FunctionalInterface
interface Sampler<I extends Input> {

    /** Symbols of strings. */
    int ALPHABET = 4;

    /**
     * Draws one.
     *
     * @param n the length, as the benchmark counts it
     */
    I draw(int n, Truncation truncation, RandomGenerator random);

    /** Draws n values of U(0, 1). */
    static Keys keys(int n, Truncation truncation, RandomGenerator random) {
        return new Keys(truncation.apply(uniform(n, random)));
    }

    /** Draws n values of U(−1, 1). */
    static Keys signedKeys(int n, Truncation truncation, RandomGenerator random) {
        double[] key = new double[n];
        for (int i = 0; i < n; i++) {
            key[i] = 2 * random.nextDouble() - 1;
        }
        return new Keys(truncation.apply(key));
    }

    /** Draws n values of U(0, 1). */
    static Dimensions dimensions(int n, Truncation truncation, RandomGenerator random) {
        return new Dimensions(truncation.apply(uniform(n, random)));
    }

    /** Draws n values of U(0, 1), sorted, and a target of U(0, 1). */
    static Search search(int n, Truncation truncation, RandomGenerator random) {
        double[] key = uniform(n, random);
        Arrays.sort(key);
        return new Search(truncation.apply(key), truncation.apply(random.nextDouble()));
    }

    /** Draws two strings, the second of ⌊n / 2⌋ symbols. */
    static Strings twoStrings(int n, Truncation truncation, RandomGenerator random) {
        return new Strings(symbols(n - n / 2, random), symbols(n / 2, random));
    }

    /**
     * Draws a needle of ⌊n / 5⌋ symbols, 1 for n &lt; 5, and a haystack of the others that has it
     * at a uniform place, the last possible one excluded as in the benchmark.
     */
    static Strings haystack(int n, Truncation truncation, RandomGenerator random) {
        int[] needle = symbols(Math.max(1, n / 5), random);
        int[] haystack = symbols(n - needle.length, random);
        int place = random.nextInt(haystack.length - needle.length);
        System.arraycopy(needle, 0, haystack, place, needle.length);
        return new Strings(haystack, needle);
    }

    /** Draws 2n + 1 values of U(0, 1), divided by their sum. */
    static SearchTree searchTree(int n, Truncation truncation, RandomGenerator random) {
        double[] p = uniform(n, random);
        double[] q = uniform(n + 1, random);
        double sum = Arrays.stream(p).sum() + Arrays.stream(q).sum();
        Arrays.setAll(p, i -> p[i] / sum);
        Arrays.setAll(q, i -> q[i] / sum);
        return new SearchTree(truncation.apply(p), truncation.apply(q));
    }

    /** Draws n pairs of U(0, 1): the smaller value is the start, the larger the finish. */
    static Activities activities(int n, Truncation truncation, RandomGenerator random) {
        double[] start = uniform(n, random);
        double[] finish = uniform(n, random);
        for (int i = 0; i < n; i++) {
            double other = finish[i];
            finish[i] = Math.max(start[i], other);
            start[i] = Math.min(start[i], other);
        }
        return new Activities(truncation.apply(start), truncation.apply(finish));
    }

    /** Draws deadlines from 1 … n and weights of U(0, 1). */
    static Tasks tasks(int n, Truncation truncation, RandomGenerator random) {
        int[] deadline = new int[n];
        for (int i = 0; i < n; i++) {
            deadline[i] = 1 + random.nextInt(n);
        }
        return new Tasks(deadline, truncation.apply(uniform(n, random)));
    }

    /** Draws four ends in the unit square; half of the pairs of segments cross, whatever n is. */
    static Points segments(int n, Truncation truncation, RandomGenerator random) {
        boolean crossing = random.nextBoolean();
        double[] x;
        double[] y;
        do {
            x = uniform(4, random);
            y = uniform(4, random);
        } while (crossing != cross(x, y));
        return new Points(truncation.apply(x), truncation.apply(y));
    }

    private static boolean cross(double[] x, double[] y) {
        return leftTurn(x, y, 0, 2, 3) != leftTurn(x, y, 1, 2, 3)
                && leftTurn(x, y, 0, 1, 2) != leftTurn(x, y, 0, 1, 3);
    }

    private static boolean leftTurn(double[] x, double[] y, int a, int b, int c) {
        return (y[c] - y[a]) * (x[b] - x[a]) > (y[b] - y[a]) * (x[c] - x[a]);
    }

    /**
     * Draws n points from the disk of radius 2, no three of them on a line once they are truncated.
     * They are truncated again after that, as in the benchmark: x·1000 may lie just below a whole
     * number.
     *
     * @throws IllegalStateException if a thousand draws have three points on a line: with few
     *     decimals and many points
     */
    static Points disk(int n, Truncation truncation, RandomGenerator random) {
        for (int attempt = 0; attempt < 1000; attempt++) {
            Points points = anyInDisk(n, truncation, random);
            if (isInGeneralPosition(points)) {
                return new Points(truncation.apply(points.x()), truncation.apply(points.y()));
            }
        }
        throw new IllegalStateException(
                "a thousand draws of %d points had three on a line".formatted(n));
    }

    /** Returns how many of some draws of n points have no three on a line. */
    static int inGeneralPosition(int n, Truncation truncation, int draws, RandomGenerator random) {
        return (int)
                IntStream.range(0, draws)
                        .filter(_ -> isInGeneralPosition(anyInDisk(n, truncation, random)))
                        .count();
    }

    private static Points anyInDisk(int n, Truncation truncation, RandomGenerator random) {
        double[] x = uniform(n, random);
        double[] y = uniform(n, random);
        for (int i = 0; i < n; i++) {
            double angle = 2 * Math.PI * x[i];
            double radius = 2 * Math.sqrt(y[i]);
            x[i] = truncation.apply(radius * Math.cos(angle));
            y[i] = truncation.apply(radius * Math.sin(angle));
        }
        return new Points(x, y);
    }

    private static boolean isInGeneralPosition(Points points) {
        double[] x = points.x();
        double[] y = points.y();
        for (int i = 0; i < x.length; i++) {
            for (int j = i + 1; j < x.length; j++) {
                double dx = x[j] - x[i];
                double dy = y[j] - y[i];
                for (int k = j + 1; k < x.length; k++) {
                    if (Math.abs(dx * (y[k] - y[i]) - dy * (x[k] - x[i])) < 1e-12) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static double[] uniform(int count, RandomGenerator random) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextDouble();
        }
        return values;
    }

    private static int[] symbols(int count, RandomGenerator random) {
        int[] symbols = new int[count];
        for (int i = 0; i < count; i++) {
            symbols[i] = random.nextInt(ALPHABET);
        }
        return symbols;
    }
}
