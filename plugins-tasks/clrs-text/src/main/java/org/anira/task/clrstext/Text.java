package org.anira.task.clrstext;

import java.util.Arrays;

/** A text that is being written, as tokens. */
final class Text {

    private int[] tokens;
    private int length;

    Text(int capacity) {
        tokens = new int[capacity];
    }

    int length() {
        return length;
    }

    int[] tokens() {
        return Arrays.copyOf(tokens, length);
    }

    /** Appends a token that stands for no character. */
    Text appendToken(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * length + 1);
        }
        tokens[length++] = token;
        return this;
    }

    Text append(char character) {
        return appendToken(ClrsTextVocabulary.token(character));
    }

    Text append(CharSequence characters) {
        for (int i = 0; i < characters.length(); i++) {
            append(characters.charAt(i));
        }
        return this;
    }

    /** Appends a whole number. */
    Text append(int number) {
        if (number < 0) {
            return append(Integer.toString(number));
        }
        if (number >= 10) {
            append(number / 10);
        }
        return append((char) ('0' + number % 10));
    }

    /** Returns the characters written so far. */
    @Override
    public String toString() {
        return ClrsTextVocabulary.string(tokens());
    }
}
