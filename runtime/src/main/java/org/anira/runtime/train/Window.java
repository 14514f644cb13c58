package org.anira.runtime.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Sums over the steps since the last logged line. A checkpoint saves them exactly. */
final class Window {

    /** The largest count that a sum keeps exactly. */
    private static final double MOST = 1L << 53;

    private final long[] depths;
    private long steps;
    private long targets;
    private long fed;
    private double loss;
    private double crossEntropy;
    private double right;
    private double divergence;
    private double expectedDepth;
    private double gradientNorm;

    Window(int maxDepth) {
        depths = new long[maxDepth];
    }

    /** Adds the sums of a micro-batch. */
    void add(double crossEntropySum, double rightSum, double divergenceSum, double expectedSum) {
        crossEntropy += crossEntropySum;
        right += rightSum;
        divergence += divergenceSum;
        expectedDepth += expectedSum;
    }

    /** Adds the depths of the tokens that were fed. */
    void depths(int[] ofTokens, boolean[] isFed) {
        for (int i = 0; i < ofTokens.length; i++) {
            if (isFed[i]) {
                depths[ofTokens[i] - 1]++;
                fed++;
            }
        }
    }

    /** Ends a step. */
    void step(double stepLoss, double norm, long stepTargets) {
        steps++;
        loss += stepLoss;
        gradientNorm += norm;
        targets += stepTargets;
    }

    double meanDepth() {
        double sum = 0;
        for (int d = 0; d < depths.length; d++) {
            sum += (d + 1.0) * depths[d];
        }
        return sum / fed;
    }

    /** Returns the smallest depth that at least 95 % of the tokens do not exceed. */
    int highDepth() {
        long seen = 0;
        for (int d = 0; d < depths.length; d++) {
            seen += depths[d];
            if (seen >= 0.95 * fed) {
                return d + 1;
            }
        }
        return depths.length;
    }

    long fed() {
        return fed;
    }

    /** Returns the means for a line of metrics; nats, steps, shares. */
    Map<String, Object> means() {
        Map<String, Object> means = new LinkedHashMap<>();
        means.put("loss", loss / steps);
        means.put("cross_entropy", crossEntropy / targets);
        means.put("accuracy", right / targets);
        means.put("kl", divergence / fed);
        means.put("mean_depth", meanDepth());
        means.put("depth_p95", highDepth());
        means.put("expected_depth", expectedDepth / fed);
        means.put("gradient_norm", gradientNorm / steps);
        means.put("tokens", fed);
        return means;
    }

    private static boolean isCount(String sum) {
        return sum.equals("steps") || sum.equals("targets") || sum.startsWith("depth_");
    }

    long[] depthCounts() {
        return depths.clone();
    }

    /** Returns the sums by name; {@link #restore} takes them back. */
    Map<String, Double> sums() {
        Map<String, Double> sums = new LinkedHashMap<>();
        sums.put("steps", (double) steps);
        sums.put("targets", (double) targets);
        sums.put("loss", loss);
        sums.put("cross_entropy", crossEntropy);
        sums.put("right", right);
        sums.put("kl", divergence);
        sums.put("expected_depth", expectedDepth);
        sums.put("gradient_norm", gradientNorm);
        for (int d = 0; d < depths.length; d++) {
            sums.put("depth_" + (d + 1), (double) depths[d]);
        }
        return sums;
    }

    /**
     * Returns the window with these sums, which are finite.
     *
     * @throws IllegalArgumentException if their names are not those of {@link #sums} for this depth
     */
    static Window restore(int maxDepth, Map<String, Double> sums) {
        Window window = new Window(maxDepth);
        Set<String> names = window.sums().keySet();
        if (!sums.keySet().equals(names)) {
            throw new IllegalArgumentException(
                    "its sums are %s, expected %s".formatted(sums.keySet(), names));
        }
        for (String name : names) {
            double sum = sums.get(name);
            if (isCount(name) && (sum < 0 || sum > MOST || sum != Math.rint(sum))) {
                throw new IllegalArgumentException(
                        "the sum '%s' is %s, expected a count".formatted(name, sum));
            }
        }
        window.steps = sums.get("steps").longValue();
        window.targets = sums.get("targets").longValue();
        window.loss = sums.get("loss");
        window.crossEntropy = sums.get("cross_entropy");
        window.right = sums.get("right");
        window.divergence = sums.get("kl");
        window.expectedDepth = sums.get("expected_depth");
        window.gradientNorm = sums.get("gradient_norm");
        for (int d = 0; d < maxDepth; d++) {
            window.depths[d] = sums.get("depth_" + (d + 1)).longValue();
            window.fed += window.depths[d];
        }
        return window;
    }
}
