package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Keys;
import org.anira.task.clrstext.Input.Search;

import java.util.stream.IntStream;

/** Finding one key. Results are indices. */
final class Searching {

    private Searching() {}

    /** Returns the first of the smallest keys; the state is the smallest so far. */
    static int[] minimum(Keys keys, Trace trace) {
        double[] key = keys.key();
        int least = 0;
        trace.push(least);
        for (int i = 1; i < key.length; i++) {
            if (key[least] > key[i]) {
                least = i;
            }
            trace.push(least);
        }
        return new int[] {least};
    }

    /**
     * Returns twice the index of the first key that is not below the target, or of the last one;
     * the state is the range (low, high) where it lies.
     */
    static int[] binary(Search search, Trace trace) {
        int low = 0;
        int high = search.key().length - 1;
        trace.push(low, high);
        while (low < high) {
            int middle = (low + high) / 2;
            if (search.target() <= search.key()[middle]) {
                high = middle;
            } else {
                low = middle + 1;
            }
            trace.push(low, high);
        }
        return new int[] {high, high};
    }

    /** Returns the key of rank ⌊n / 2⌋ from 0; the state is the current pivot. */
    static int[] quickselect(Keys keys, Trace trace) {
        double[] key = keys.key();
        int[] order = IntStream.range(0, key.length).toArray();
        int from = 0;
        int to = key.length - 1;
        int rank = key.length / 2;
        while (true) {
            int pivot = order[to];
            int place = Sorting.partition(key, order, from, to, () -> trace.push(pivot));
            if (place == rank) {
                return new int[] {pivot};
            }
            if (rank < place) {
                to = place - 1;
            } else {
                from = place + 1;
            }
        }
    }
}
