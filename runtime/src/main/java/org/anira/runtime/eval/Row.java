package org.anira.runtime.eval;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A sequence that is being decoded: the tokens fed last, how far they are, and their places. */
final class Row {

    private final int maxDepth;

    /** Places of keys and values of each token, in prelude and coda. */
    final int[] layers;

    /** Places of keys and values of each token, step by step; the first {@link #taken} of them. */
    final int[][] steps;

    /** Steps that each token has taken. */
    final int[] taken;

    /** The tokens fed last. */
    int[] fed;

    /** The position of the first of them. */
    int from;

    /** Places of their states. */
    int[] states = {};

    /** Which of them take the next step; ascending. */
    int[] going = {};

    /** How many steps those have taken. */
    int depth;

    /** Begins with a prompt. @param length most tokens of the sequence */
    Row(int[] prompt, int length, int maxDepth) {
        this.maxDepth = maxDepth;
        layers = new int[length];
        steps = new int[length][];
        taken = new int[length];
        fed = prompt;
    }

    /** Feeds the next token. */
    void feed(int token) {
        from = end();
        fed = new int[] {token};
    }

    /** Returns how many tokens there are. */
    int end() {
        return from + fed.length;
    }

    /** Lets all tokens fed begin, with no step taken. */
    void begin() {
        going = IntStream.range(0, fed.length).toArray();
        depth = 0;
        for (int position = from; position < end(); position++) {
            steps[position] = new int[maxDepth];
            taken[position] = 0;
        }
    }

    /** Returns where a token is read by one that takes step d: as it was at min(d, d*). */
    int place(int position, int d) {
        return steps[position][Math.min(d, taken[position]) - 1];
    }

    /** Returns the steps that the tokens fed took. */
    int[] depths() {
        return Arrays.copyOfRange(taken, from, end());
    }
}
