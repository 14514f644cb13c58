package org.anira.runtime.eval;

import org.anira.api.task.Vocabulary;
import org.anira.runtime.eval.Decoder.Continuation;
import org.anira.runtime.eval.Decoder.Prompt;

import java.util.Arrays;

/** A prompt and what it has been continued with so far. */
final class Continued {

    private final Prompt prompt;
    private final int end;
    private final int[] tokens;
    private final int[] depths;
    private final float[] expectedDepths;
    private int count;
    private int[] promptDepths = {};
    private float[] promptExpectedDepths = {};

    /**
     * Begins with nothing.
     *
     * @param length most tokens of a sequence
     * @throws IllegalArgumentException if the prompt is empty or longer than that
     */
    Continued(Prompt prompt, int length) {
        int given = prompt.tokens().length;
        if (given < 1 || given > length) {
            throw new IllegalArgumentException(
                    "a prompt has %d tokens, expected 1 to %d, the model's positions"
                            .formatted(given, length));
        }
        this.prompt = prompt;
        // The token that is predicted at the last position is decoded, and not fed.
        end = Math.max(1, Math.min(prompt.limit(), length - given));
        tokens = new int[end];
        depths = new int[end];
        expectedDepths = new float[end];
    }

    /** Returns what it continues. */
    Prompt prompt() {
        return prompt;
    }

    /** Notes what reading the prompt has taken, a number for each of its tokens. */
    void read(int[] taken, float[] expected) {
        promptDepths = taken;
        promptExpectedDepths = expected;
    }

    /** Appends a token, and returns whether it is the last one. */
    boolean ends(int token, int depth, float expectedDepth) {
        tokens[count] = token;
        depths[count] = depth;
        expectedDepths[count] = expectedDepth;
        count++;
        return token == Vocabulary.PAD || prompt.stops().contains(token) || count == end;
    }

    /** Returns the continuation. */
    Continuation continuation() {
        return new Continuation(
                Arrays.copyOf(tokens, count),
                Arrays.copyOf(depths, count),
                Arrays.copyOf(expectedDepths, count),
                promptDepths,
                promptExpectedDepths);
    }
}
