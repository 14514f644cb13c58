package org.anira.task.lano;

import java.util.Arrays;

/**
 * What a grammar says about a string, prefix by prefix: whether it can go on, what comes next, and
 * how much work a parser has. One pass from the root down over the spans; exact for every string,
 * up to the first symbol that cannot stand where it does.
 */
final class Parse {

    private final Grammar grammar;
    private final int[] string;
    private final Spans spans;

    /**
     * [symbol][k]: ln of the probability that the first k symbols are read and then a node of the
     * symbol begins.
     */
    private final double[][] start;

    private final int[] items;
    private final int[] predicted;
    private final int[] completed;
    private final int error;

    /**
     * Parses a string.
     *
     * @param string terminals 1 … T; any other number is a foreign symbol
     */
    Parse(Grammar grammar, int[] string) {
        this.grammar = grammar;
        this.string = string;
        spans = new Spans(grammar, string, false);
        int length = string.length;
        start = new double[grammar.size()][length + 1];
        for (double[] row : start) {
            Arrays.fill(row, Double.NEGATIVE_INFINITY);
        }
        items = new int[length + 1];
        predicted = new int[length + 1];
        completed = new int[length + 1];
        start[0][0] = 0;
        Frontier current = new Frontier(length);
        Frontier next = new Frontier(length);
        for (int x = 0; x < grammar.nonterminals(); x++) {
            int[][] rules = grammar.rules(x);
            double chosen = -Math.log(rules.length);
            for (int k = 0; k <= length; k++) {
                if (start[x][k] == Double.NEGATIVE_INFINITY) {
                    continue;
                }
                predicted[k]++;
                for (int s = spans.first(x, k); s < spans.first(x, k + 1); s++) {
                    completed[spans.end(x, s)]++;
                }
                for (int[] rule : rules) {
                    current.clear();
                    current.add(k, chosen + start[x][k]);
                    items[k]++;
                    for (int j = 0; j < rule.length && current.size() > 0; j++) {
                        double[] begins = start[rule[j]];
                        for (int c = 0; c < current.size(); c++) {
                            int place = current.place(c);
                            begins[place] = Frontier.sum(begins[place], current.weight(c));
                        }
                        spans.advance(current, rule[j], next);
                        Frontier swap = current;
                        current = next;
                        next = swap;
                        for (int c = 0; c < current.size(); c++) {
                            items[current.place(c)]++;
                        }
                    }
                }
            }
        }
        error = findError();
    }

    private int findError() {
        for (int k = 0; k < string.length; k++) {
            int t = string[k];
            if (t < 1
                    || t > grammar.terminals()
                    || start[grammar.terminal(t)][k] == Double.NEGATIVE_INFINITY) {
                return k;
            }
        }
        return isSentence() ? -1 : string.length;
    }

    /** Returns whether the string is a sentence of the grammar. */
    boolean isSentence() {
        return spans.whole() > Double.NEGATIVE_INFINITY;
    }

    /**
     * Returns the number of symbols before the first one that cannot stand where it does: n if the
     * string stops too soon, -1 if it is a sentence.
     */
    int firstError() {
        return error;
    }

    /** Returns up to which k there is a distribution of what comes next. */
    int lastPrefix() {
        return error < 0 ? string.length : error;
    }

    /** Returns ln of the probability of the string as a sentence, negative infinity if none. */
    double logProbability() {
        return spans.whole();
    }

    /** Returns how many trees the string has, up to rounding; 0 if it is no sentence. */
    double trees() {
        double trees = Math.exp(new Spans(grammar, string, true).whole());
        return trees < 1e12 ? Math.rint(trees) : trees;
    }

    /** Returns ln of the probability that a sentence begins with the first k symbols. */
    double logPrefix(int k) {
        return k == 0 ? 0 : start[grammar.terminal(string[k - 1])][k - 1];
    }

    /**
     * Returns how likely each continuation is after the first k symbols.
     *
     * @param k at most {@link #lastPrefix}
     * @return [T + 1]: that of the end, then of the terminals; exactly 0 where it is impossible
     */
    double[] next(int k) {
        if (k < 0 || k > lastPrefix()) {
            throw new IndexOutOfBoundsException(
                    "prefix of %d symbols, of which %d are possible".formatted(k, lastPrefix()));
        }
        double prefix = logPrefix(k);
        double[] next = new double[grammar.terminals() + 1];
        next[0] = k == 0 ? 0 : Math.exp(spans.weight(0, 0, k) - prefix);
        for (int t = 1; t < next.length; t++) {
            next[t] = Math.exp(start[grammar.terminal(t)][k] - prefix);
        }
        return next;
    }

    /** Returns the entropy of {@link #next}, nats. */
    static double entropy(double[] next) {
        double entropy = 0;
        for (double p : next) {
            entropy -= p > 0 ? p * Math.log(p) : 0;
        }
        return Math.max(0, entropy);
    }

    /**
     * Returns −ln of the probability of what comes after k symbols of the string, the end for n;
     * infinite if it cannot.
     */
    double surprisal(int k) {
        double after =
                k == string.length
                        ? spans.whole()
                        : k == error
                                ? Double.NEGATIVE_INFINITY
                                : start[grammar.terminal(string[k])][k];
        return Math.max(0, logPrefix(k) - after);
    }

    /**
     * Returns how many nonterminals are expected to be rewritten after k symbols before the next
     * one comes.
     */
    double expectedOpens(int k) {
        double sum = 0;
        for (int x = 0; x < grammar.nonterminals(); x++) {
            sum += Math.exp(start[x][k] - logPrefix(k));
        }
        return sum;
    }

    /**
     * Returns Earley's items after k symbols: (rule, dot, origin) that a parser has found possible.
     */
    int items(int k) {
        return items[k];
    }

    /** Returns the nonterminals that may begin after k symbols. */
    int predicted(int k) {
        return predicted[k];
    }

    /** Returns the pairs of a nonterminal and its origin that may end after k symbols. */
    int completed(int k) {
        return completed[k];
    }

    /**
     * How many nonterminals begin and end at each symbol of a sentence: what its tree says if it
     * has one alone, else the mean over its trees by their probability.
     *
     * @param opens [n]: those whose part of the sentence begins with the symbol
     * @param closes [n]: those whose part of the sentence ends with the symbol
     */
    record Tree(double[] opens, double[] closes) {}

    /**
     * Returns the boundaries of the tree of a sentence, by its spans' posterior probability.
     *
     * @throws IllegalStateException if the string is no sentence
     */
    Tree tree() {
        if (!isSentence()) {
            throw new IllegalStateException("no sentence: " + Arrays.toString(string));
        }
        double[][] outside = new double[grammar.size()][];
        for (int x = 0; x < outside.length; x++) {
            outside[x] = new double[spans.count(x)];
            Arrays.fill(outside[x], Double.NEGATIVE_INFINITY);
        }
        outside[0][spans.first(0, 1) - 1] = 0;
        double[] opens = new double[string.length];
        double[] closes = new double[string.length];
        for (int x = 0; x < grammar.nonterminals(); x++) {
            int[][] rules = grammar.rules(x);
            double chosen = -Math.log(rules.length);
            for (int i = 0; i < string.length; i++) {
                for (int s = spans.first(x, i); s < spans.first(x, i + 1); s++) {
                    if (outside[x][s] == Double.NEGATIVE_INFINITY) {
                        continue;
                    }
                    double share = Math.exp(outside[x][s] + spans.weight(x, s) - spans.whole());
                    opens[i] += share;
                    closes[spans.end(x, s) - 1] += share;
                    for (int[] rule : rules) {
                        spread(rule, i, spans.end(x, s), chosen + outside[x][s], outside);
                    }
                }
            }
        }
        return new Tree(opens, closes);
    }

    /**
     * Adds to the outside weights of the symbols of a rule, if together they can derive the string
     * from one place to another: forwards over all ways of the symbols before, then backwards over
     * those of the symbols behind, so that the work is that of a parse however many ways there are.
     *
     * @param outer weight of all that is outside of these symbols
     */
    private void spread(int[] rule, int from, int to, double outer, double[][] outside) {
        // Each symbol derives at least one terminal: after j of them a place is from + j or later.
        int room = to - from - rule.length + 1;
        if (room < 1) {
            return;
        }
        double[][] before = new double[rule.length + 1][room];
        for (double[] row : before) {
            Arrays.fill(row, Double.NEGATIVE_INFINITY);
        }
        before[0][0] = 0;
        for (int j = 0; j < rule.length; j++) {
            int y = rule[j];
            for (int i = 0; i < room; i++) {
                int place = from + j + i;
                double so = before[j][i];
                int until = so > Double.NEGATIVE_INFINITY ? spans.first(y, place + 1) : 0;
                for (int s = spans.first(y, place); s < until; s++) {
                    int end = spans.end(y, s) - from - j - 1;
                    if (end < room) {
                        before[j + 1][end] =
                                Frontier.sum(before[j + 1][end], so + spans.weight(y, s));
                    }
                }
            }
        }
        double[] behind = new double[room];
        Arrays.fill(behind, Double.NEGATIVE_INFINITY);
        behind[room - 1] = 0;
        for (int j = rule.length - 1; j >= 0; j--) {
            int y = rule[j];
            double[] longer = new double[room];
            Arrays.fill(longer, Double.NEGATIVE_INFINITY);
            for (int i = 0; i < room; i++) {
                int place = from + j + i;
                double so = before[j][i];
                int until = so > Double.NEGATIVE_INFINITY ? spans.first(y, place + 1) : 0;
                for (int s = spans.first(y, place); s < until; s++) {
                    int end = spans.end(y, s) - from - j - 1;
                    if (end < room && behind[end] > Double.NEGATIVE_INFINITY) {
                        double rest = behind[end];
                        outside[y][s] = Frontier.sum(outside[y][s], outer + so + rest);
                        longer[i] = Frontier.sum(longer[i], spans.weight(y, s) + rest);
                    }
                }
            }
            behind = longer;
        }
    }
}
