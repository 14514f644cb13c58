package org.anira.task.brevo;

import org.anira.api.task.Vocabulary;

/**
 * The tokens of BREVO: 3 QUERY, 4 ANSWER, then the names of nodes. A name is a number from 0 on. It
 * is written as one token, its label, or as a word of two to four letters, of which the last is a
 * capital: so words need no separator.
 *
 * @param labels V, or 0 for words
 */
record BrevoVocabulary(int labels) implements Vocabulary {

    static final int QUERY = EOS + 1;
    static final int ANSWER = QUERY + 1;

    private static final int NAMES = ANSWER + 1;
    private static final int LETTERS = 4;
    private static final int SHORTEST = 2;
    private static final int LONGEST = 4;

    /** How many words there are: 16 of two letters, 64 of three, 256 of four, in this order. */
    static final int WORDS = 16 + 64 + 256;

    boolean words() {
        return labels == 0;
    }

    /** Returns how many names there are. */
    int names() {
        return words() ? WORDS : labels;
    }

    /** Returns the most tokens of a name. */
    int longestName() {
        return words() ? LONGEST : 1;
    }

    /** Returns the name of a word of {@code length} letters, which are the base-4 digits. */
    static int word(int length, int digits) {
        return firstOf(length) + digits;
    }

    private static int firstOf(int length) {
        return ((1 << 2 * length) - (1 << 2 * SHORTEST)) / 3;
    }

    /** Returns the number of tokens of a name. */
    int length(int name) {
        if (!words()) {
            return 1;
        }
        return name < firstOf(3) ? 2 : name < firstOf(4) ? 3 : 4;
    }

    /** Writes a name from index {@code at} on. @return the index after it */
    int write(int name, int[] tokens, int at) {
        if (!words()) {
            tokens[at] = NAMES + name;
            return at + 1;
        }
        int length = length(name);
        int digits = name - firstOf(length);
        for (int i = at + length - 1; i >= at; i--) {
            tokens[i] = NAMES + digits % LETTERS;
            digits /= LETTERS;
        }
        tokens[at + length - 1] += LETTERS;
        return at + length;
    }

    /** Returns the name that begins at index {@code at} and ends before {@code end}, or -1. */
    int read(int[] tokens, int at, int end) {
        if (!words()) {
            int name = at < end ? tokens[at] - NAMES : -1;
            return name >= 0 && name < labels ? name : -1;
        }
        int digits = 0;
        for (int i = at; i < end && i < at + LONGEST; i++) {
            int letter = tokens[i] - NAMES;
            if (letter < 0 || letter >= 2 * LETTERS) {
                return -1;
            }
            digits = digits * LETTERS + letter % LETTERS;
            if (letter >= LETTERS) {
                int length = i - at + 1;
                return length < SHORTEST ? -1 : word(length, digits);
            }
        }
        return -1;
    }

    @Override
    public int size() {
        return NAMES + (words() ? 2 * LETTERS : labels);
    }

    @Override
    public String text(int token) {
        if (token < 0 || token >= size()) {
            throw new IndexOutOfBoundsException("token %d of %d".formatted(token, size()));
        }
        return switch (token) {
            case PAD -> "PAD";
            case BOS -> "BOS";
            case EOS -> "EOS";
            case QUERY -> "QUERY";
            case ANSWER -> "ANSWER";
            default ->
                    words()
                            ? "abcdABCD".substring(token - NAMES, token - NAMES + 1)
                            : Integer.toString(token - NAMES + 1);
        };
    }
}
