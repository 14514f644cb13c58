package org.anira.task.depo;

import org.anira.api.task.Vocabulary;

/**
 * The tokens of DEPO: 3 SEP, 4 ANSWER, then the letters, those that end a word behind the others,
 * then for k = 1, 2, … the mark K(k).
 *
 * @param letters M; letters 0 … M − 1, and M … 2M − 1 at the end of a word
 * @param steps K
 */
record DepoVocabulary(int letters, int steps) implements Vocabulary {

    static final int SEPARATOR = EOS + 1;
    static final int ANSWER = SEPARATOR + 1;

    private static final int LETTERS = ANSWER + 1;

    int letter(int letter) {
        return LETTERS + letter;
    }

    /** Returns whether a token is a letter at the end of a word. */
    boolean ends(int token) {
        return token >= letter(letters) && token < letter(2 * letters);
    }

    /** Returns the mark of a question for the k-th successor. */
    int mark(int k) {
        return LETTERS + 2 * letters + k - 1;
    }

    /** Returns the k of a mark, or a number below 1 for another token. */
    int asSteps(int token) {
        return token - mark(0);
    }

    @Override
    public int size() {
        return mark(steps) + 1;
    }

    @Override
    public String text(int token) {
        if (token < 0 || token >= size()) {
            throw new IndexOutOfBoundsException("token %d of %d".formatted(token, size()));
        }
        if (asSteps(token) > 0) {
            return "K(%d)".formatted(asSteps(token));
        }
        return switch (token) {
            case PAD -> "PAD";
            case BOS -> "BOS";
            case EOS -> "EOS";
            case SEPARATOR -> "SEP";
            case ANSWER -> "ANSWER";
            default -> {
                int letter = token - LETTERS;
                yield letter < letters ? letter + 1 + "-" : Integer.toString(letter - letters + 1);
            }
        };
    }
}
