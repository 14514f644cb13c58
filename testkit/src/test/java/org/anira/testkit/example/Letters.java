package org.anira.testkit.example;

import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A sign that asks, and letters.
 *
 * @param letters how many, at most 26
 */
record Letters(int letters) implements Vocabulary {

    static final int ASK = EOS + 1;
    private static final int FIRST = ASK + 1;

    static int letter(int nth) {
        return FIRST + nth;
    }

    @Override
    public int size() {
        return FIRST + letters;
    }

    @Override
    public String text(int token) {
        return switch (token) {
            case PAD -> "PAD";
            case BOS -> "BOS";
            case EOS -> "EOS";
            case ASK -> "?";
            default -> Character.toString('a' + token - FIRST);
        };
    }

    /** Returns tokens as people read them. */
    String text(int[] tokens) {
        return Arrays.stream(tokens).mapToObj(this::text).collect(Collectors.joining(" "));
    }
}
