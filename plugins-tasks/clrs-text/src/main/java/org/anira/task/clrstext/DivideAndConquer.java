package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Keys;

/** The benchmark's chapter of one algorithm. */
final class DivideAndConquer {

    private DivideAndConquer() {}

    /**
     * Returns first and last index of the run with the largest sum (Kadane's way, Bentley 1984);
     * the state is the best run so far.
     */
    static int[] maximumSubarray(Keys keys, Trace trace) {
        double[] key = keys.key();
        int[] best = {0, 0};
        double bestSum = key[0];
        double sum = key[0];
        int start = 0;
        trace.push(best);
        for (int j = 1; j < key.length; j++) {
            if (sum + key[j] >= key[j]) {
                sum += key[j];
            } else {
                start = j;
                sum = key[j];
            }
            if (sum > bestSum) {
                best[0] = start;
                best[1] = j;
                bestSum = sum;
            }
            trace.push(best);
        }
        return best;
    }
}
