package org.anira.task.clrstext;

/** What an algorithm is given. Arrays are not copied and not changed by anybody. */
sealed interface Input {

    /** Keys to be sorted, searched or summed. */
    record Keys(double[] key) implements Input {}

    /** Dimensions of a chain of matrices: matrix i is p[i − 1] × p[i]. */
    record Dimensions(double[] p) implements Input {}

    /** Ascending keys, and one to be found among them. */
    record Search(double[] key, double target) implements Input {}

    /** Two strings over the alphabet 0 … 3; for matchers the haystack and the needle. */
    record Strings(int[] first, int[] second) implements Input {

        int length() {
            return first.length + second.length;
        }
    }

    /**
     * Probabilities of a search tree's keys.
     *
     * @param p [n]: that key i is looked for
     * @param q [n + 1]: that something between keys i − 1 and i is looked for
     */
    record SearchTree(double[] p, double[] q) implements Input {}

    /** Activities with their start and finish times. */
    record Activities(double[] start, double[] finish) implements Input {}

    /** Tasks with deadlines 1 … n and weights. */
    record Tasks(int[] deadline, double[] weight) implements Input {}

    /** Points in the plane; of segments the four ends. */
    record Points(double[] x, double[] y) implements Input {

        int size() {
            return x.length;
        }
    }

    /**
     * A graph, with a source if the algorithm begins somewhere.
     *
     * @param size number of vertices
     * @param weight [size²], row by row: the weight of edge u → v, 0 where there is none
     * @param source a vertex, or {@link #NOWHERE}
     */
    record Graph(int size, double[] weight, int source) implements Input {

        /** The source of a graph without one. */
        static final int NOWHERE = -1;

        double weight(int u, int v) {
            return weight[u * size + v];
        }

        boolean edge(int u, int v) {
            return weight[u * size + v] != 0;
        }
    }
}
