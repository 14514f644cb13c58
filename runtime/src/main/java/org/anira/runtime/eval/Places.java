package org.anira.runtime.eval;

import java.util.Arrays;

/** Hands out the rows of tensors that grow. */
final class Places {

    private int[] free;
    private int count;
    private int capacity;

    /** Begins with places 0 … capacity − 1, all free. */
    Places(int capacity) {
        free = new int[0];
        grow(capacity);
    }

    /** Returns how many there are, taken or not. */
    int capacity() {
        return capacity;
    }

    /** Returns whether none is free. */
    boolean isEmpty() {
        return count == 0;
    }

    /** Adds places at the end. */
    void grow(int more) {
        free = Arrays.copyOf(free, capacity + more);
        for (int i = more - 1; i >= 0; i--) {
            free[count++] = capacity + i;
        }
        capacity += more;
    }

    /** Takes a free place. */
    int take() {
        return free[--count];
    }

    /** Gives a place back. */
    void free(int place) {
        free[count++] = place;
    }
}
