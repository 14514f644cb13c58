package org.anira.task.mano;

/** The operators, in the order of their tokens. */
enum Operator {
    ADD('a', "+"),
    SUBTRACT('s', "-"),
    MULTIPLY('m', "*"),
    DIVIDE('d', "/");

    /** What stands for it in the option {@code operators}. */
    final char letter;

    /** How it is shown. */
    final String symbol;

    Operator(char letter, String symbol) {
        this.letter = letter;
        this.symbol = symbol;
    }
}
