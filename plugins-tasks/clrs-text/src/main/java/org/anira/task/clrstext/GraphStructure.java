package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Graph;

import java.util.Arrays;
import java.util.stream.IntStream;

/** What graphs are made of, found by searching them. */
final class GraphStructure {

    private GraphStructure() {}

    /** Returns the parent of each vertex in depth-first search. */
    static int[] depthFirst(Graph graph, Trace trace) {
        DepthFirstSearch search =
                new DepthFirstSearch(graph, true) {
                    @Override
                    void push() {
                        trace.push(parent);
                    }
                };
        search.searchAll();
        return search.parent;
    }

    /**
     * Returns the parent of each vertex in breadth-first search (Moore 1959): the first of the
     * vertices reached before it.
     */
    static int[] breadthFirst(Graph graph, Trace trace) {
        int n = graph.size();
        int[] parent = IntStream.range(0, n).toArray();
        boolean[] reached = new boolean[n];
        reached[graph.source()] = true;
        boolean[] before;
        do {
            before = reached.clone();
            trace.push(parent);
            for (int u = 0; u < n; u++) {
                if (!before[u]) {
                    continue;
                }
                for (int v = 0; v < n; v++) {
                    if (graph.edge(u, v)) {
                        if (parent[v] == v && v != graph.source()) {
                            parent[v] = u;
                        }
                        reached[v] = true;
                    }
                }
            }
        } while (!Arrays.equals(reached, before));
        return parent;
    }

    /**
     * Returns for each vertex the one after it in topological order (Knuth 1973), for the last one
     * itself; then the first one.
     */
    static int[] topologicalSort(Graph graph, Trace trace) {
        TopologicalSort sort =
                new TopologicalSort(graph) {
                    @Override
                    void push() {
                        trace.push(next);
                    }
                };
        sort.searchAll();
        return sort.next;
    }

    /** Vertices in the reverse order of their finishing. */
    abstract static class TopologicalSort extends DepthFirstSearch {

        /** [n + 1]: the vertex after each, and at the end the first one. */
        final int[] next;

        TopologicalSort(Graph graph) {
            super(graph, false);
            next = IntStream.range(0, size + 1).toArray();
            next[size] = 0;
        }

        @Override
        final void finish(int u) {
            if (isBlack(next[size])) {
                next[u] = next[size];
            }
            next[size] = u;
        }
    }

    /** Returns a mask of the vertices without which their component falls apart. */
    static int[] articulationPoints(Graph graph, Trace trace) {
        int[] cut = new int[graph.size()];
        new LowPoints(graph) {
            @Override
            void push() {
                trace.push(cut);
            }

            @Override
            void child(int u, int v) {
                if (parent[u] != u && low[v] >= date[u]) {
                    cut[u] = 1;
                }
            }

            @Override
            void children(int u, int count) {
                if (parent[u] == u && count > 1) {
                    cut[u] = 1;
                }
            }
        }.searchAll();
        return cut;
    }

    /**
     * Returns a matrix: 1 for edges without which their component falls apart, 0 for other edges
     * and on the diagonal, −1 elsewhere.
     */
    static int[] bridges(Graph graph, Trace trace) {
        int n = graph.size();
        int[] bridge = new int[n * n];
        for (int u = 0; u < n; u++) {
            for (int v = 0; v < n; v++) {
                bridge[u * n + v] = u == v || graph.edge(u, v) ? 0 : -1;
            }
        }
        new LowPoints(graph) {
            @Override
            void push() {
                trace.push(bridge);
            }

            @Override
            void child(int u, int v) {
                if (low[v] > date[u]) {
                    bridge[u * size + v] = 1;
                    bridge[v * size + u] = 1;
                }
            }

            @Override
            void children(int u, int count) {}
        }.searchAll();
        return bridge;
    }

    /** How far up the search tree each subtree reaches by an edge outside the tree. */
    private abstract static class LowPoints extends DepthFirstSearch {

        final int[] date;
        final int[] low;
        private int time;

        LowPoints(Graph graph) {
            super(graph, true);
            date = new int[size];
            low = new int[size];
        }

        /** Is told of each child v of u, when u is finished. */
        abstract void child(int u, int v);

        /** Is told of the number of children of u, when u is finished. */
        abstract void children(int u, int count);

        @Override
        final void discover(int u) {
            time++;
            date[u] = time;
            low[u] = time;
        }

        @Override
        final void reached(int u, int v) {
            if (v != parent[u]) {
                low[u] = Math.min(low[u], date[v]);
                push();
            }
        }

        @Override
        final void finish(int u) {
            time++;
            int count = 0;
            for (int v = 0; v < size; v++) {
                if (parent[v] == u) {
                    low[u] = Math.min(low[u], low[v]);
                    child(u, v);
                    count += v == u ? 0 : 1;
                }
            }
            children(u, count);
        }
    }

    /**
     * Returns for each vertex the root that its strongly connected component was collected from
     * (Kosaraju's way; Aho, Hopcroft and Ullman 1974).
     */
    static int[] stronglyConnectedComponents(Graph graph, Trace trace) {
        Components components = new Components(graph, trace);
        components.searchAll();
        components.forget();
        components.collecting = true;
        for (int i = components.size - 1; i >= 0; i--) {
            int root = components.finished[i];
            if (components.isWhite(root)) {
                components.root = root;
                components.search(root);
            }
        }
        return components.component;
    }

    /** Two passes: vertices in the order of their finishing; components along reversed edges. */
    private static final class Components extends DepthFirstSearch {

        private final Trace trace;
        private final int[] component;
        private final int[] finished;
        private int count;
        private boolean collecting;
        private int root;

        Components(Graph graph, Trace trace) {
            super(graph, true);
            this.trace = trace;
            component = IntStream.range(0, size).toArray();
            finished = new int[size];
        }

        @Override
        boolean edge(int u, int v) {
            return collecting ? graph.edge(v, u) : graph.edge(u, v);
        }

        @Override
        void push() {
            trace.push(component);
        }

        @Override
        void turn(int u) {
            if (collecting) {
                component[u] = root;
            }
        }

        @Override
        void finish(int u) {
            if (!collecting) {
                finished[count++] = u;
            }
        }
    }
}
