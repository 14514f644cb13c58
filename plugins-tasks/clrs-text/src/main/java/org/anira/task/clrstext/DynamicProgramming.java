package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Dimensions;
import org.anira.task.clrstext.Input.SearchTree;
import org.anira.task.clrstext.Input.Strings;

import java.util.Arrays;

/** Tables. Results and states are square matrices, row by row. */
final class DynamicProgramming {

    /** Where two symbols are the same; from above; from the left; where there is nothing. */
    private static final int MATCH = 0;

    private static final int UP = 1;
    private static final int LEFT = 2;
    private static final int MASKED = -1;

    private DynamicProgramming() {}

    /**
     * Returns where to split each chain of matrices i … j, 1 ≤ i &lt; j. All chains are looked at
     * again in each sweep, with the costs of the sweep before, until none changes.
     */
    static int[] matrixChainOrder(Dimensions dimensions, Trace trace) {
        double[] p = dimensions.p();
        int n = p.length;
        double[] cost = new double[n * n];
        int[] split = new int[n * n];
        boolean[] known = new boolean[n * n];
        for (int i = 1; i < n; i++) {
            known[i * n + i] = true;
        }
        double[] costBefore;
        do {
            costBefore = cost.clone();
            boolean[] knownBefore = known.clone();
            trace.push(split);
            for (int i = 1; i < n; i++) {
                for (int j = i + 1; j < n; j++) {
                    int at = i * n + j;
                    for (int k = i; k < j; k++) {
                        int left = i * n + k;
                        int right = (k + 1) * n + j;
                        if (knownBefore[left] && knownBefore[right]) {
                            double found =
                                    costBefore[left] + costBefore[right] + p[i - 1] * p[k] * p[j];
                            if (!known[at] || found < cost[at]) {
                                cost[at] = found;
                                split[at] = k;
                                known[at] = true;
                            }
                        }
                    }
                }
            }
        } while (!Arrays.equals(cost, costBefore));
        return split;
    }

    /**
     * Returns how each cell of the table of longest common subsequences comes about: a matrix over
     * the symbols of both strings, of which the block (first, second) is used. The first row and
     * column are filled once, the others in sweeps, until no length changes.
     */
    static int[] longestCommonSubsequence(Strings strings, Trace trace) {
        int[] x = strings.first();
        int[] y = strings.second();
        int side = strings.length();
        int[] direction = new int[side * side];
        Arrays.fill(direction, MASKED);
        for (int i = 0; i < x.length; i++) {
            Arrays.fill(direction, i * side + x.length, (i + 1) * side, MATCH);
        }
        int[][] length = new int[x.length][y.length];
        for (int i = 0; i < x.length; i++) {
            boolean same = x[i] == y[0];
            length[i][0] = same || i > 0 && length[i - 1][0] == 1 ? 1 : 0;
            direction[i * side + x.length] = same ? MATCH : UP;
        }
        for (int j = 0; j < y.length; j++) {
            boolean same = x[0] == y[j];
            boolean before = j > 0 && length[0][j - 1] == 1;
            length[0][j] = same || before ? 1 : 0;
            direction[x.length + j] = same ? MATCH : before ? LEFT : UP;
        }
        boolean changed = true;
        while (changed) {
            trace.push(direction);
            int[][] former = new int[x.length][];
            Arrays.setAll(former, i -> length[i].clone());
            changed = false;
            for (int i = 1; i < x.length; i++) {
                for (int j = 1; j < y.length; j++) {
                    int at = i * side + x.length + j;
                    if (x[i] == y[j]) {
                        length[i][j] = former[i - 1][j - 1] + 1;
                        direction[at] = MATCH;
                    } else if (former[i - 1][j] >= former[i][j - 1]) {
                        length[i][j] = former[i - 1][j];
                        direction[at] = UP;
                    } else {
                        length[i][j] = former[i][j - 1];
                        direction[at] = LEFT;
                    }
                    changed |= length[i][j] != former[i][j];
                }
            }
        }
        return direction;
    }

    /**
     * Returns the root of the optimal search tree of keys i … j − 1, for i &lt; j (Aho, Hopcroft
     * and Ullman 1974); the state after each length of such a range.
     */
    static int[] optimalSearchTree(SearchTree tree, Trace trace) {
        double[] p = tree.p();
        double[] q = tree.q();
        int side = q.length;
        double[][] cost = new double[side][side];
        double[][] weight = new double[side][side];
        int[] root = new int[side * side];
        for (int i = 0; i < side; i++) {
            cost[i][i] = q[i];
            weight[i][i] = q[i];
        }
        trace.push(root);
        for (int keys = 1; keys < side; keys++) {
            for (int i = 0; i + keys < side; i++) {
                int j = i + keys;
                cost[i][j] = 1e9;
                weight[i][j] = weight[i][j - 1] + p[j - 1] + q[j];
                for (int r = i; r < j; r++) {
                    double found = cost[i][r] + cost[r + 1][j] + weight[i][j];
                    if (found < cost[i][j]) {
                        cost[i][j] = found;
                        root[i * side + j] = r;
                    }
                }
            }
            trace.push(root);
        }
        return root;
    }
}
