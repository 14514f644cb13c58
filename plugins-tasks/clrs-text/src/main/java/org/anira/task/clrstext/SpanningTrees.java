package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Graph;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Minimum spanning trees. */
final class SpanningTrees {

    private SpanningTrees() {}

    /**
     * Prim (1957): returns the parent of each vertex in the tree of the source's component; the
     * source and all others have themselves.
     */
    static int[] prim(Graph graph, Trace trace) {
        double[] key = new double[graph.size()];
        int[] parent = IntStream.range(0, graph.size()).toArray();
        Frontier frontier = new Frontier(key, graph.source());
        trace.push(parent);
        for (int u = frontier.next(); u >= 0; u = frontier.next()) {
            for (int v = 0; v < graph.size(); v++) {
                if (graph.edge(u, v)
                        && frontier.open(v)
                        && (!frontier.contains(v) || graph.weight(u, v) < key[v])) {
                    parent[v] = u;
                    key[v] = graph.weight(u, v);
                    frontier.add(v);
                }
            }
            trace.push(parent);
        }
        return parent;
    }

    /** Kruskal (1956): returns a symmetric matrix, 1 for the edges of the forest. */
    static int[] kruskal(Graph graph, Trace trace) {
        int n = graph.size();
        int[] from = new int[n * (n - 1) / 2];
        int[] to = new int[from.length];
        double[] weight = new double[from.length];
        int edges = 0;
        for (int u = 0; u < n; u++) {
            for (int v = u + 1; v < n; v++) {
                if (graph.weight(u, v) > 0) {
                    from[edges] = u;
                    to[edges] = v;
                    weight[edges++] = graph.weight(u, v);
                }
            }
        }
        int[] tree = new int[n * n];
        int[] representative = IntStream.range(0, n).toArray();
        trace.push(tree);
        for (int edge : Sorting.ascending(Arrays.copyOf(weight, edges))) {
            int u = from[edge];
            int v = to[edge];
            trace.push(tree);
            int rootOfU = root(representative, u, tree, trace);
            int rootOfV = root(representative, v, tree, trace);
            if (rootOfU != rootOfV) {
                tree[u * n + v] = 1;
                tree[v * n + u] = 1;
                representative[Math.min(rootOfU, rootOfV)] = Math.max(rootOfU, rootOfV);
            }
            trace.push(tree);
        }
        return tree;
    }

    /** Returns the root of a vertex in the union-find forest; all on the way are put below it. */
    private static int root(int[] representative, int vertex, int[] tree, Trace trace) {
        boolean[] passed = new boolean[representative.length];
        passed[vertex] = true;
        int root = vertex;
        while (representative[root] != root) {
            root = representative[root];
            for (int i = 0; i < passed.length; i++) {
                if (passed[i]) {
                    representative[i] = root;
                }
            }
            passed[root] = true;
            trace.push(tree);
        }
        return root;
    }
}
