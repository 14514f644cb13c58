package org.anira.task.lano;

import org.anira.api.DataException;

import java.util.Arrays;

/**
 * All parts of a string that symbols derive: for each symbol X and place i the places e such that X
 * derives the symbols i … e − 1, each with a weight. The weight is ln of the inside probability;
 * or, with all rules counted alike, ln of the number of trees.
 *
 * <p>Each level needs only the one below it, so the work is the number of spans times the rules,
 * and spans are few: about two or three for each symbol of a sentence of cfg3b.
 */
final class Spans {

    /** Most parts; each takes 12 bytes. */
    private static final int MOST = 20_000_000;

    private final Grammar grammar;
    private final int length;

    /** By symbol and place: the index of its first span; the next one's follow behind. */
    private final int[][] first;

    private final int[][] end;
    private final double[][] weight;

    /**
     * Finds the spans of a string.
     *
     * @param string terminals 1 … T; any other number is a foreign symbol
     * @param counting whether weights count trees, not probability
     * @throws DataException DAT-001 if there are more than memory is meant for
     */
    Spans(Grammar grammar, int[] string, boolean counting) {
        this.grammar = grammar;
        length = string.length;
        first = new int[grammar.size()][length + 2];
        end = new int[grammar.size()][];
        weight = new double[grammar.size()][];
        for (int t = 1; t <= grammar.terminals(); t++) {
            terminal(t, string);
        }
        Frontier current = new Frontier(length);
        Frontier next = new Frontier(length);
        Frontier found = new Frontier(length);
        long total = 0;
        for (int x = grammar.nonterminals() - 1; x >= 0; x--) {
            int[][] rules = grammar.rules(x);
            double chosen = counting ? 0 : -Math.log(rules.length);
            int[] ends = new int[16];
            double[] weights = new double[16];
            int count = 0;
            for (int i = 0; i < length; i++) {
                first[x][i] = count;
                for (int[] rule : rules) {
                    current.clear();
                    current.add(i, chosen);
                    for (int j = 0; j < rule.length && current.size() > 0; j++) {
                        advance(current, rule[j], next);
                        Frontier swap = current;
                        current = next;
                        next = swap;
                    }
                    for (int c = 0; c < current.size(); c++) {
                        found.add(current.place(c), current.weight(c));
                    }
                }
                found.sort();
                total += found.size();
                if (total > MOST) {
                    throw new DataException(
                            "DAT-001",
                            "Grammar '%s' is too ambiguous: its symbols derive more than %d parts of a sentence of %d symbols. Choose another grammar."
                                    .formatted(grammar.name(), MOST, length));
                }
                if (count + found.size() > ends.length) {
                    int room = Math.max(2 * ends.length, count + found.size());
                    ends = Arrays.copyOf(ends, room);
                    weights = Arrays.copyOf(weights, room);
                }
                for (int f = 0; f < found.size(); f++) {
                    ends[count] = found.place(f);
                    weights[count++] = found.weight(f);
                }
                found.clear();
            }
            first[x][length] = first[x][length + 1] = count;
            end[x] = Arrays.copyOf(ends, count);
            weight[x] = Arrays.copyOf(weights, count);
        }
    }

    private void terminal(int t, int[] string) {
        int symbol = grammar.terminal(t);
        int[] ends = new int[length];
        int count = 0;
        for (int i = 0; i < length; i++) {
            first[symbol][i] = count;
            if (string[i] == t) {
                ends[count++] = i + 1;
            }
        }
        first[symbol][length] = first[symbol][length + 1] = count;
        end[symbol] = Arrays.copyOf(ends, count);
        weight[symbol] = new double[count];
    }

    /** Replaces {@code to} by where a symbol leads from the places of {@code from}. */
    void advance(Frontier from, int symbol, Frontier to) {
        to.clear();
        for (int i = 0; i < from.size(); i++) {
            int place = from.place(i);
            for (int s = first(symbol, place); s < first(symbol, place + 1); s++) {
                to.add(end[symbol][s], from.weight(i) + weight[symbol][s]);
            }
        }
    }

    /** Returns the number of symbols of the string. */
    int length() {
        return length;
    }

    /**
     * Returns the index of the first span of a symbol that begins at a place 0 … n; those before
     * the index for the next place do so too.
     */
    int first(int symbol, int place) {
        return first[symbol][place];
    }

    /** Returns how many spans a symbol has. */
    int count(int symbol) {
        return end[symbol].length;
    }

    int end(int symbol, int span) {
        return end[symbol][span];
    }

    double weight(int symbol, int span) {
        return weight[symbol][span];
    }

    /**
     * Returns the weight of the span of a symbol from one place to another, negative infinity if
     * there is none.
     */
    double weight(int symbol, int from, int to) {
        int span =
                Arrays.binarySearch(end[symbol], first(symbol, from), first(symbol, from + 1), to);
        return span < 0 ? Double.NEGATIVE_INFINITY : weight[symbol][span];
    }

    /** Returns the weight of the whole string as a sentence, negative infinity if it is none. */
    double whole() {
        return length == 0 ? Double.NEGATIVE_INFINITY : weight(0, 0, length);
    }
}
