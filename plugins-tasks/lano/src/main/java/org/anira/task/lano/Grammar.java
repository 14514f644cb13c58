package org.anira.task.lano;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A layered context-free grammar. The root is at level 0, each rule of a symbol at level l lists
 * symbols of level l + 1, and those of level D are the terminals. A sentence is drawn by rewriting
 * the root, each symbol by a uniform choice among its rules.
 *
 * <p>Symbols are numbers: nonterminals level by level, the root 0, then the terminals. Immutable.
 */
final class Grammar {

    private final String name;
    private final List<String> symbols;
    private final int depth;
    private final int[][][] rules;
    private final int shortest;
    private final int longest;

    /**
     * Makes a grammar.
     *
     * @param symbols names, nonterminals level by level, then terminals
     * @param depth D
     * @param rules by nonterminal: what it may be rewritten to
     * @throws ArithmeticException if a sentence may have more symbols than an {@code int} counts
     */
    Grammar(String name, List<String> symbols, int depth, int[][][] rules) {
        this.name = name;
        this.symbols = List.copyOf(symbols);
        this.depth = depth;
        this.rules = rules;
        int[] least = new int[symbols.size()];
        int[] most = new int[symbols.size()];
        for (int x = symbols.size() - 1; x >= 0; x--) {
            least[x] = isTerminal(x) ? 1 : Integer.MAX_VALUE;
            most[x] = isTerminal(x) ? 1 : 0;
            for (int[] rule : isTerminal(x) ? new int[0][] : rules[x]) {
                int fewer = 0;
                int more = 0;
                for (int y : rule) {
                    fewer = Math.addExact(fewer, least[y]);
                    more = Math.addExact(more, most[y]);
                }
                least[x] = Math.min(least[x], fewer);
                most[x] = Math.max(most[x], more);
            }
        }
        shortest = least[0];
        longest = most[0];
    }

    String name() {
        return name;
    }

    /** Returns the number of symbols. */
    int size() {
        return symbols.size();
    }

    int nonterminals() {
        return rules.length;
    }

    /** Returns T. */
    int terminals() {
        return size() - nonterminals();
    }

    /** Returns the symbol of terminal t = 1 … T. */
    int terminal(int t) {
        return nonterminals() + t - 1;
    }

    boolean isTerminal(int symbol) {
        return symbol >= rules.length;
    }

    String text(int symbol) {
        return symbols.get(symbol);
    }

    /** Returns D. */
    int depth() {
        return depth;
    }

    /** Returns what a nonterminal may be rewritten to; not to be changed. */
    int[][] rules(int symbol) {
        return rules[symbol];
    }

    /** Returns how many rules there are. */
    int ruleCount() {
        int count = 0;
        for (int[][] own : rules) {
            count += own.length;
        }
        return count;
    }

    /** Returns the fewest symbols of a sentence. */
    int shortest() {
        return shortest;
    }

    /** Returns the most symbols of a sentence. */
    int longest() {
        return longest;
    }

    /**
     * Draws a sentence into {@code sentence} from index {@code at} on, as terminals 1 … T plus
     * {@code shift}.
     *
     * @return the index after it
     */
    int draw(int[] sentence, int at, int shift, RandomGenerator random) {
        return draw(0, sentence, at, shift + 1 - nonterminals(), random);
    }

    private int draw(int symbol, int[] sentence, int at, int shift, RandomGenerator random) {
        int[][] own = rules[symbol];
        for (int y : own[own.length == 1 ? 0 : random.nextInt(own.length)]) {
            if (isTerminal(y)) {
                sentence[at++] = y + shift;
            } else {
                at = draw(y, sentence, at, shift, random);
            }
        }
        return at;
    }
}
