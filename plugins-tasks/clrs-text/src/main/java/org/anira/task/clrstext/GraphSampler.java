package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Graph;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws random graphs: each ordered pair of vertices, also of one vertex with itself, is drawn with
 * a probability p. What that makes of the graph is its {@link Shape}.
 *
 * @param p probability of an ordered pair
 * @param source whether a source is drawn too, uniformly
 */
record GraphSampler(Shape shape, double p, boolean weighted, boolean source)
        implements Sampler<Graph> {

    /** What becomes of the drawn pairs. */
    enum Shape {
        /** An edge where both orders were drawn. */
        UNDIRECTED,
        /** An edge for each pair. */
        DIRECTED,
        /** An edge for each pair in ascending order, the vertices then shuffled. */
        ACYCLIC
    }

    /** Keeps the weights of undirected edges away from 0. */
    private static final double LEAST_SQUARE = 1e-3;

    @Override
    public Graph draw(int n, Truncation truncation, RandomGenerator random) {
        double[] weight =
                switch (shape) {
                    case DIRECTED -> pairs(n, random);
                    case UNDIRECTED -> undirected(n, random);
                    case ACYCLIC -> acyclic(n, random);
                };
        return new Graph(n, truncation.apply(weight), source ? random.nextInt(n) : Graph.NOWHERE);
    }

    private double[] pairs(int n, RandomGenerator random) {
        double[] weight = new double[n * n];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = random.nextDouble() < p ? 1 : 0;
        }
        return weight;
    }

    private double[] undirected(int n, RandomGenerator random) {
        double[] weight = pairs(n, random);
        for (int u = 0; u < n; u++) {
            for (int v = 0; v <= u; v++) {
                double both = weight[u * n + v] * weight[v * n + u];
                if (both != 0 && weighted) {
                    double one = random.nextDouble();
                    double other = u == v ? one : random.nextDouble();
                    both = Math.sqrt(one * other + LEAST_SQUARE);
                }
                weight[u * n + v] = both;
                weight[v * n + u] = both;
            }
        }
        return weight;
    }

    private double[] acyclic(int n, RandomGenerator random) {
        int[] rank = permutation(n, random);
        double[] weight = new double[n * n];
        for (int u = 0; u < n; u++) {
            for (int v = 0; v < n; v++) {
                if (rank[u] < rank[v] && random.nextDouble() < p) {
                    weight[u * n + v] = weighted ? random.nextDouble() : 1;
                }
            }
        }
        return weight;
    }

    /**
     * Draws a directed graph of four communities: pairs inside with probability 1/2, and then pairs
     * anywhere toggled with 1/100, but for those that lead to an earlier community. The vertices
     * are shuffled at the end.
     */
    static Graph communities(int n, Truncation truncation, RandomGenerator random) {
        int[] rank = permutation(n, random);
        double[] weight = new double[n * n];
        int[] community = new int[n];
        Arrays.setAll(community, u -> Math.min(3, rank[u] / (n / 4)));
        for (int u = 0; u < n; u++) {
            for (int v = 0; v < n; v++) {
                boolean edge = community[u] == community[v] && random.nextDouble() < 0.5;
                boolean toggled = community[u] <= community[v] && random.nextDouble() < 0.01;
                weight[u * n + v] = edge != toggled ? 1 : 0;
            }
        }
        return new Graph(n, weight, Graph.NOWHERE);
    }

    private static int[] permutation(int n, RandomGenerator random) {
        int[] permutation = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            permutation[i] = permutation[j];
            permutation[j] = i;
        }
        return permutation;
    }
}
