package org.anira.runtime.eval;

import java.util.List;

/** A way of continuing sequences, with programs compiled once. Belongs to the session's thread. */
interface Way extends AutoCloseable {

    /** Chooses the next token of a sequence. */
    @FunctionalInterface
    interface Choice {
        /**
         * Returns the token.
         *
         * @param sequence index of the sequence, each of whose tokens is chosen once, in order
         * @param likeliest the likeliest token
         * @param logits [V]; empty unless distributions were asked for
         */
        int token(int sequence, int likeliest, float[] logits);
    }

    /**
     * Continues sequences to their ends.
     *
     * @param rows how many are decoded side by side
     * @param distributions whether the choice is given logits
     */
    void decode(List<Continued> sequences, int rows, boolean distributions, Choice choice);

    @Override
    void close();
}
