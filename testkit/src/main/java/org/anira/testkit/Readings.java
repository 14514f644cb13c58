package org.anira.testkit;

import java.util.Set;

/** How rules of inference with a known name read a distribution q over depths 1 … D. */
final class Readings {

    private static final double TIE = 1e-5;

    private Readings() {}

    static boolean known(String rule) {
        return Set.of("mode", "median").contains(rule);
    }

    static int read(String rule, double[] q) {
        return rule.equals("mode") ? mode(q) : median(q);
    }

    /** Returns the depth of the largest probability, the lowest of equal ones. */
    static int mode(double[] q) {
        int best = 0;
        for (int i = 1; i < q.length; i++) {
            best = q[i] > q[best] ? i : best;
        }
        return best + 1;
    }

    /** Returns the first depth at which the distribution function reaches ½. */
    static int median(double[] q) {
        double sum = 0;
        for (int i = 0; i < q.length; i++) {
            sum += q[i];
            if (sum >= 0.5) {
                return i + 1;
            }
        }
        return q.length;
    }

    /** Returns whether rounding could decide. */
    static boolean isTie(String rule, double[] q) {
        if (rule.equals("mode")) {
            double[] others = q.clone();
            others[mode(q) - 1] = 0;
            return q[mode(q) - 1] - others[mode(others) - 1] < TIE;
        }
        double sum = 0;
        for (double share : q) {
            sum += share;
            if (Math.abs(sum - 0.5) < TIE) {
                return true;
            }
        }
        return false;
    }
}
