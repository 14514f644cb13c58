package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Graph;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Shortest paths. Results and states are the vertex before each on its path; the source and what
 * cannot be reached have themselves.
 */
final class ShortestPaths {

    private final Graph graph;
    private final int size;
    private final double[] distance;
    private final boolean[] reached;
    private final int[] parent;

    private ShortestPaths(Graph graph) {
        this.graph = graph;
        size = graph.size();
        distance = new double[size];
        reached = new boolean[size];
        reached[graph.source()] = true;
        parent = IntStream.range(0, size).toArray();
    }

    /** Takes the way over u to v, {@code from} being the distance of u, if it is shorter. */
    private void relax(int u, double from, int v) {
        if (!reached[v] || from + graph.weight(u, v) < distance[v]) {
            distance[v] = from + graph.weight(u, v);
            parent[v] = u;
            reached[v] = true;
        }
    }

    /** Bellman (1958): sweeps over all edges, with the distances of the sweep before. */
    static int[] bellmanFord(Graph graph, Trace trace) {
        ShortestPaths paths = new ShortestPaths(graph);
        double[] before;
        do {
            before = paths.distance.clone();
            boolean[] reachedBefore = paths.reached.clone();
            trace.push(paths.parent);
            for (int u = 0; u < paths.size; u++) {
                for (int v = 0; v < paths.size; v++) {
                    if (reachedBefore[u] && graph.edge(u, v)) {
                        paths.relax(u, before[u], v);
                    }
                }
            }
        } while (!Arrays.equals(paths.distance, before));
        return paths.parent;
    }

    /** Dijkstra (1959): from the nearest vertex that is not done yet. */
    static int[] dijkstra(Graph graph, Trace trace) {
        ShortestPaths paths = new ShortestPaths(graph);
        Frontier frontier = new Frontier(paths.distance, graph.source());
        trace.push(paths.parent);
        for (int u = frontier.next(); u >= 0; u = frontier.next()) {
            for (int v = 0; v < paths.size; v++) {
                if (graph.edge(u, v) && frontier.open(v)) {
                    paths.relax(u, paths.distance[u], v);
                    frontier.add(v);
                }
            }
            trace.push(paths.parent);
        }
        return paths.parent;
    }

    /** From vertex to vertex in topological order; the graph has no cycle. */
    static int[] inTopologicalOrder(Graph graph, Trace trace) {
        ShortestPaths paths = new ShortestPaths(graph);
        GraphStructure.TopologicalSort sort =
                new GraphStructure.TopologicalSort(graph) {
                    @Override
                    void push() {
                        trace.push(paths.parent);
                    }
                };
        sort.search(graph.source());
        int[] next = sort.next;
        for (int u = graph.source(); next[u] != u; u = next[u]) {
            trace.push(paths.parent);
            for (int v = 0; v < paths.size; v++) {
                if (graph.edge(u, v)) {
                    paths.relax(u, paths.distance[u], v);
                }
            }
        }
        trace.push(paths.parent);
        return paths.parent;
    }

    /**
     * Floyd and Warshall (1962), all pairs: a matrix. An edge from a vertex to itself counts as a
     * distance, so a way there and back can replace it.
     */
    static int[] floydWarshall(Graph graph, Trace trace) {
        int n = graph.size();
        double[] distance = graph.weight().clone();
        boolean[] reached = new boolean[n * n];
        int[] before = new int[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                reached[i * n + j] = i == j || graph.edge(i, j);
                before[i * n + j] = i;
            }
        }
        for (int k = 0; k < n; k++) {
            double[] distanceBefore = distance.clone();
            boolean[] reachedBefore = reached.clone();
            trace.push(before);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    int at = i * n + j;
                    if (reachedBefore[i * n + k] && reachedBefore[k * n + j]) {
                        double over = distanceBefore[i * n + k] + distanceBefore[k * n + j];
                        if (!reached[at] || over < distance[at]) {
                            distance[at] = over;
                            before[at] = before[k * n + j];
                            reached[at] = true;
                        }
                    }
                }
            }
        }
        return before;
    }
}
