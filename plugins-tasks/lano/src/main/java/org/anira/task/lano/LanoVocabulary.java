package org.anira.task.lano;

import org.anira.api.task.Vocabulary;

/** The tokens of LANO: after EOS the terminals of the grammar, in its order. */
record LanoVocabulary(Grammar grammar) implements Vocabulary {

    /** Returns the token of terminal t = 1 … T. */
    static int token(int t) {
        return EOS + t;
    }

    /** Returns the terminal of a token, or a number that is none. */
    static int terminal(int token) {
        return token - EOS;
    }

    @Override
    public int size() {
        return token(grammar.terminals()) + 1;
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
            default -> grammar.text(grammar.terminal(terminal(token)));
        };
    }
}
