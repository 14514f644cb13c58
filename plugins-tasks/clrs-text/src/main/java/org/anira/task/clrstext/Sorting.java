package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Keys;

import java.util.stream.IntStream;

/**
 * Four ways to sort. States and results are orders: which key stands at each place. So equal keys
 * stay apart, and printing looks the keys up.
 */
final class Sorting {

    private final double[] key;
    private final int[] order;
    private final Trace trace;

    private Sorting(Keys keys, Trace trace) {
        key = keys.key();
        order = IntStream.range(0, key.length).toArray();
        this.trace = trace;
    }

    private double at(int place) {
        return key[order[place]];
    }

    private void swap(int i, int j) {
        int former = order[i];
        order[i] = order[j];
        order[j] = former;
    }

    private void push() {
        trace.push(order);
    }

    static int[] insertion(Keys keys, Trace trace) {
        Sorting sorting = new Sorting(keys, trace);
        sorting.push();
        for (int j = 1; j < sorting.order.length; j++) {
            int moved = sorting.order[j];
            int i = j - 1;
            while (i >= 0 && sorting.at(i) > sorting.key[moved]) {
                sorting.order[i + 1] = sorting.order[i];
                i--;
            }
            sorting.order[i + 1] = moved;
            sorting.push();
        }
        return sorting.order;
    }

    static int[] bubble(Keys keys, Trace trace) {
        Sorting sorting = new Sorting(keys, trace);
        sorting.push();
        for (int i = 0; i < sorting.order.length - 1; i++) {
            for (int j = sorting.order.length - 1; j > i; j--) {
                if (sorting.at(j) < sorting.at(j - 1)) {
                    sorting.swap(j, j - 1);
                }
                sorting.push();
            }
        }
        return sorting.order;
    }

    static int[] heap(Keys keys, Trace trace) {
        Sorting sorting = new Sorting(keys, trace);
        sorting.push();
        for (int i = sorting.order.length - 1; i >= 0; i--) {
            sorting.heapify(i, sorting.order.length);
        }
        for (int size = sorting.order.length - 1; size > 0; size--) {
            sorting.swap(0, size);
            sorting.push();
            sorting.heapify(0, size);
        }
        return sorting.order;
    }

    private void heapify(int root, int size) {
        int largest = root;
        for (int child = 2 * root + 1; child <= 2 * root + 2 && child < size; child++) {
            if (at(child) > at(largest)) {
                largest = child;
            }
        }
        boolean sinks = largest != root;
        if (sinks) {
            swap(root, largest);
        }
        push();
        if (sinks) {
            heapify(largest, size);
        }
    }

    static int[] quick(Keys keys, Trace trace) {
        Sorting sorting = new Sorting(keys, trace);
        sorting.quick(0, sorting.order.length - 1);
        return sorting.order;
    }

    private void quick(int from, int to) {
        if (from < to) {
            int pivot = partition(key, order, from, to, this::push);
            quick(from, pivot - 1);
            quick(pivot + 1, to);
        }
    }

    /**
     * Puts the last key of a range where it belongs, smaller and equal ones before it (Lomuto).
     *
     * @param step done after each comparison and at the end
     * @return its place
     */
    static int partition(double[] key, int[] order, int from, int to, Runnable step) {
        int pivot = order[to];
        int end = from;
        for (int j = from; j < to; j++) {
            if (key[order[j]] <= key[pivot]) {
                int former = order[end];
                order[end] = order[j];
                order[j] = former;
                end++;
            }
            step.run();
        }
        order[to] = order[end];
        order[end] = pivot;
        step.run();
        return end;
    }

    /** Returns the indices of keys in ascending order, equal ones as they come. */
    static int[] ascending(double[] key) {
        return insertion(new Keys(key), Trace.NONE);
    }
}
