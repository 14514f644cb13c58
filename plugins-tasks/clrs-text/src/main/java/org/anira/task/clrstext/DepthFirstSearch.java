package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Graph;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Depth-first search (Moore 1959) as the benchmark does it: with a stack that is linked through the
 * vertices, and the neighbours of a vertex looked at from the first one on at each return to it.
 * Algorithms built on it override what happens on the way.
 */
abstract class DepthFirstSearch {

    private enum Colour {
        WHITE,
        GREY,
        BLACK
    }

    final Graph graph;
    final int size;

    /** The vertex each was found from; roots have themselves. */
    final int[] parent;

    private final Colour[] colour;
    private final int[] below;
    private final boolean[] dated;
    private final boolean dating;

    /**
     * Prepares a search.
     *
     * @param dating whether the discovery of every vertex is a state, or that of roots alone
     */
    DepthFirstSearch(Graph graph, boolean dating) {
        this.graph = graph;
        this.dating = dating;
        size = graph.size();
        parent = IntStream.range(0, size).toArray();
        below = IntStream.range(0, size).toArray();
        dated = new boolean[size];
        colour = new Colour[size];
        forget();
    }

    /** Makes all vertices white again; which were discovered once is remembered. */
    final void forget() {
        Arrays.fill(colour, Colour.WHITE);
        Arrays.setAll(below, v -> v);
    }

    final boolean isWhite(int v) {
        return colour[v] == Colour.WHITE;
    }

    final boolean isBlack(int v) {
        return colour[v] == Colour.BLACK;
    }

    /** Returns whether the search may go from u to v. */
    boolean edge(int u, int v) {
        return graph.edge(u, v);
    }

    /** Hands the state to the trace. */
    abstract void push();

    /** Is told that vertex u is looked at. */
    void turn(int u) {}

    /** Is told that vertex u was discovered. */
    void discover(int u) {}

    /** Is told of an edge from u to v, which was reached before. */
    void reached(int u, int v) {}

    /** Is told that nothing white is left around vertex u. */
    void finish(int u) {}

    /** Searches from the first vertex, then from each that is white still. */
    final void searchAll() {
        for (int root = 0; root < size; root++) {
            if (isWhite(root)) {
                search(root);
            }
        }
    }

    /** Searches from one white vertex. */
    final void search(int root) {
        int top = root;
        int u = root;
        push();
        while (true) {
            turn(u);
            if (isWhite(u) || dating && !dated[u]) {
                dated[u] = true;
                colour[u] = Colour.GREY;
                discover(u);
                push();
            }
            for (int v = 0; v < size; v++) {
                if (!edge(u, v)) {
                    continue;
                }
                if (isWhite(v)) {
                    colour[v] = Colour.GREY;
                    parent[v] = u;
                    below[v] = top;
                    top = v;
                    push();
                    break;
                }
                reached(u, v);
            }
            if (top == u) {
                colour[u] = Colour.BLACK;
                finish(u);
                push();
                if (below[u] == u) {
                    return;
                }
                top = below[u];
                below[u] = u;
            }
            u = top;
        }
    }
}
