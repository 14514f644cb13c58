package org.anira.task.brevo;

import java.util.random.RandomGenerator;

/**
 * A drawn graph and a topological order of what its last node depends on. Nodes are 0 … n − 1, each
 * after its parents.
 */
final class Dag {

    /** Most parents of a node, and most nodes that depend on one. */
    static final int DEGREE = 4;

    private final int nodes;

    /**
     * Edge e leads from {@code parent[e]} to {@code child[e]}; those into a node stand together.
     */
    private final int[] parent;

    private final int[] child;
    private int edges;

    /** The edges into node i are {@code first[i]} … {@code first[i + 1]} − 1. */
    private final int[] first;

    private final int[] dependents;

    private Dag(int nodes) {
        this.nodes = nodes;
        parent = new int[DEGREE * nodes];
        child = new int[DEGREE * nodes];
        first = new int[nodes + 1];
        dependents = new int[nodes];
    }

    /**
     * Draws a graph: U{1 … ⌊(n − 1) / 4⌋ + 1} leaves without parents; each later node has U{1 …
     * min(4, candidates)} parents, a uniform choice among the candidates: earlier nodes on which
     * fewer than four depend so far.
     *
     * @param nodes n, at least 2
     */
    static Dag draw(int nodes, RandomGenerator random) {
        Dag dag = new Dag(nodes);
        int leaves = 1 + random.nextInt((nodes - 1) / 4 + 1);
        int[] candidates = new int[nodes];
        int open = 0;
        for (int i = 0; i < nodes; i++) {
            dag.first[i] = dag.edges;
            if (i >= leaves) {
                int count = 1 + random.nextInt(Math.min(DEGREE, open));
                for (int last = open - 1; last >= open - count; last--) {
                    int pick = random.nextInt(last + 1);
                    int chosen = candidates[pick];
                    candidates[pick] = candidates[last];
                    candidates[last] = chosen;
                    dag.parent[dag.edges] = chosen;
                    dag.child[dag.edges++] = i;
                }
                for (int j = open - 1, until = open - count; j >= until; j--) {
                    if (++dag.dependents[candidates[j]] == DEGREE) {
                        candidates[j] = candidates[--open];
                    }
                }
            }
            candidates[open++] = i;
        }
        dag.first[nodes] = dag.edges;
        return dag;
    }

    int edges() {
        return edges;
    }

    int parent(int edge) {
        return parent[edge];
    }

    int child(int edge) {
        return child[edge];
    }

    /** Returns whether a node is in an edge. */
    boolean appears(int node) {
        return dependents[node] > 0 || first[node] < first[node + 1];
    }

    /**
     * Draws an order of the last node and all it depends on, from the back: uniform among the nodes
     * whose dependents, those of R, are all taken.
     *
     * @return [p], the last node at its end
     */
    int[] order(RandomGenerator random) {
        int[] waiting = new int[nodes];
        boolean[] needed = new boolean[nodes];
        needed[nodes - 1] = true;
        int count = 0;
        for (int i = nodes - 1; i >= 0; i--) {
            if (needed[i]) {
                count++;
                for (int e = first[i]; e < first[i + 1]; e++) {
                    needed[parent[e]] = true;
                    waiting[parent[e]]++;
                }
            }
        }
        int[] order = new int[count];
        int[] free = new int[nodes];
        free[0] = nodes - 1;
        int size = 1;
        for (int at = count - 1; at >= 0; at--) {
            int pick = random.nextInt(size);
            int node = free[pick];
            free[pick] = free[--size];
            order[at] = node;
            for (int e = first[node]; e < first[node + 1]; e++) {
                if (--waiting[parent[e]] == 0) {
                    free[size++] = parent[e];
                }
            }
        }
        return order;
    }

    /** Puts the edges into a uniformly random order. Nodes and their order are drawn before. */
    void shuffleEdges(RandomGenerator random) {
        for (int i = edges - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int p = parent[i];
            int c = child[i];
            parent[i] = parent[j];
            child[i] = child[j];
            parent[j] = p;
            child[j] = c;
        }
    }
}
