package org.anira.task.clrstext;

/**
 * The vertices that a growing tree could take next, and those it has. Keys belong to the caller.
 */
final class Frontier {

    private final double[] key;
    private final boolean[] queued;
    private final boolean[] taken;

    Frontier(double[] key, int source) {
        this.key = key;
        queued = new boolean[key.length];
        taken = new boolean[key.length];
        queued[source] = true;
    }

    /** Takes the first of the vertices with the smallest key; −1 if there is none. */
    int next() {
        int next = -1;
        for (int v = 0; v < key.length; v++) {
            if (queued[v] && (next < 0 || key[v] < key[next])) {
                next = v;
            }
        }
        if (next >= 0) {
            queued[next] = false;
            taken[next] = true;
        }
        return next;
    }

    /** Returns whether a vertex was not taken yet. */
    boolean open(int v) {
        return !taken[v];
    }

    boolean contains(int v) {
        return queued[v];
    }

    void add(int v) {
        queued[v] = true;
    }
}
