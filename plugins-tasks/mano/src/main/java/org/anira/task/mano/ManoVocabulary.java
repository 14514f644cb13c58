package org.anira.task.mano;

import org.anira.api.task.Vocabulary;

/**
 * The tokens of MANO, laid out so that no id moves when the longest expression grows: 3 … 6 the
 * operators, then the m values, then for L = 1, 2, … the two marks OPEN(L) and ANSWER(L). Aliases,
 * second ids of the operators and marks, follow after all of these, in the same order.
 *
 * @param modulus m, the number of values
 * @param longest the largest L with marks of its own
 * @param announced whether a mark tells L; else the marks of L = 1 serve for every L
 * @param aliases whether operators and marks have aliases
 */
record ManoVocabulary(int modulus, int longest, boolean announced, boolean aliases)
        implements Vocabulary {

    private static final int OPERATORS = EOS + 1;
    private static final int VALUES = OPERATORS + Operator.values().length;
    private static final Operator[] OPERATOR = Operator.values();

    int operator(Operator operator) {
        return OPERATORS + operator.ordinal();
    }

    int value(int value) {
        return VALUES + value;
    }

    /** Returns the token before an expression of {@code length} operators. */
    int open(int length) {
        return marks() + 2 * ((announced ? length : 1) - 1);
    }

    /** Returns the token after an expression of {@code length} operators. */
    int answer(int length) {
        return open(length) + 1;
    }

    /** Returns whether a token, not an alias, has one. */
    boolean hasAlias(int token) {
        return aliases
                && (token >= OPERATORS && token < VALUES || token >= marks() && token < plain());
    }

    /** Returns the alias of a token that has one. */
    int alias(int token) {
        return plain()
                + (token < VALUES ? token - OPERATORS : VALUES - OPERATORS + token - marks());
    }

    /** Returns the token that {@code token} is an alias of, else itself. */
    int canonical(int token) {
        if (token < plain()) {
            return token;
        }
        int nth = token - plain();
        return nth < VALUES - OPERATORS ? OPERATORS + nth : marks() + nth - (VALUES - OPERATORS);
    }

    boolean isValue(int token) {
        return token >= VALUES && token < marks();
    }

    boolean isOperator(int token) {
        int plain = canonical(token);
        return plain >= OPERATORS && plain < VALUES;
    }

    int asValue(int token) {
        return token - VALUES;
    }

    Operator asOperator(int token) {
        return OPERATOR[canonical(token) - OPERATORS];
    }

    private int marks() {
        return VALUES + modulus;
    }

    /** Returns the number of tokens without aliases. */
    private int plain() {
        return marks() + 2 * (announced ? longest : 1);
    }

    @Override
    public int size() {
        return plain() + (aliases ? VALUES - OPERATORS + plain() - marks() : 0);
    }

    @Override
    public String text(int token) {
        if (token < 0 || token >= size()) {
            throw new IndexOutOfBoundsException("token %d of %d".formatted(token, size()));
        }
        if (token >= plain()) {
            return text(canonical(token)) + "'";
        }
        if (token >= marks()) {
            String name = (token - marks()) % 2 == 0 ? "OPEN" : "ANSWER";
            return announced ? "%s(%d)".formatted(name, (token - marks()) / 2 + 1) : name;
        }
        if (isValue(token)) {
            return Integer.toString(asValue(token));
        }
        return switch (token) {
            case PAD -> "PAD";
            case BOS -> "BOS";
            case EOS -> "EOS";
            default -> asOperator(token).symbol;
        };
    }
}
