package org.anira.task.lano;

import java.util.Arrays;

/** Places in a string, each with a weight; weights that meet at a place are added. */
final class Frontier {

    private final double[] weights;
    private final int[] places;
    private int size;

    /** Makes an empty one for places 0 … {@code last}. */
    Frontier(int last) {
        weights = new double[last + 1];
        places = new int[last + 1];
        Arrays.fill(weights, Double.NEGATIVE_INFINITY);
    }

    int size() {
        return size;
    }

    int place(int i) {
        return places[i];
    }

    double weight(int i) {
        return weights[places[i]];
    }

    void add(int place, double weight) {
        if (weights[place] == Double.NEGATIVE_INFINITY) {
            places[size++] = place;
            weights[place] = weight;
        } else {
            weights[place] = sum(weights[place], weight);
        }
    }

    void clear() {
        for (int i = 0; i < size; i++) {
            weights[places[i]] = Double.NEGATIVE_INFINITY;
        }
        size = 0;
    }

    /** Puts the places into ascending order. */
    void sort() {
        Arrays.sort(places, 0, size);
    }

    /** Returns ln(e^a + e^b). */
    static double sum(double a, double b) {
        double larger = Math.max(a, b);
        return larger == Double.NEGATIVE_INFINITY
                ? larger
                : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
    }
}
