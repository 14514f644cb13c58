package org.anira.task.lano;

import org.anira.api.task.Axis;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * LANO. A sample is {@code BOS sentence EOS}, and everything after BOS is to be predicted. There
 * are no answers: a scorer compares with the grammar's own distribution.
 */
final class LanoTask implements Task {

    static final String GRAMMAR = "grammar";

    private static final int EXAMPLE = 15;

    private final Grammar grammar;
    private final LanoVocabulary vocabulary;
    private final List<Axis> axes;
    private final Point point;
    private final LanoScorer scorer;

    LanoTask(Grammar grammar) {
        this.grammar = grammar;
        vocabulary = new LanoVocabulary(grammar);
        axes = List.of(new Axis.Values(GRAMMAR, GRAMMAR, List.of(grammar.name())));
        point = Point.of(GRAMMAR, grammar.name());
        scorer = new LanoScorer(grammar);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public List<Axis> axes() {
        return axes;
    }

    @Override
    public Point draw(Limits limits, RandomGenerator random) {
        return point;
    }

    @Override
    public List<Point> grid() {
        return List.of(point);
    }

    @Override
    public boolean trained(Point other) {
        return other.equals(point);
    }

    @Override
    public int longest() {
        return grammar.longest() + 2;
    }

    @Override
    public Sample sample(Point where, RandomGenerator random) {
        if (!where.equals(point)) {
            throw new IllegalArgumentException("%s is not %s".formatted(where, point));
        }
        int[] tokens = new int[longest()];
        tokens[0] = Vocabulary.BOS;
        int end = grammar.draw(tokens, 1, Vocabulary.EOS, random);
        tokens[end] = Vocabulary.EOS;
        boolean[] target = new boolean[end + 1];
        Arrays.fill(target, 1, end + 1, true);
        return new Sample(point, Arrays.copyOf(tokens, end + 1), target, List.of());
    }

    /** Returns the sentence of a sequence that ends with EOS, as terminals. */
    static int[] sentence(int[] tokens) {
        return Arrays.stream(tokens, 1, tokens.length - 1).map(LanoVocabulary::terminal).toArray();
    }

    @Override
    public boolean grade(Sample sample, int span, int[] answer) {
        throw new IndexOutOfBoundsException("a sentence has no answers to grade");
    }

    @Override
    public Optional<Scorer> scorer() {
        return Optional.of(scorer);
    }

    /**
     * Returns the features of the sentence's symbols and of EOS, each where the symbol is
     * predicted. There is {@code NaN} at EOS, where a feature does not apply, and, for what is no
     * sentence, in the first three everywhere and in the others after its first error.
     */
    @Override
    public List<Feature> features(Sample sample) {
        int[] sentence = sentence(sample.tokens());
        Parse parse = new Parse(grammar, sentence);
        int last = parse.lastPrefix();
        Optional<Parse.Tree> tree =
                parse.isSentence() ? Optional.of(parse.tree()) : Optional.empty();
        int symbols = tree.isPresent() ? sentence.length - 1 : -1;
        int total = sample.tokens().length;
        return List.of(
                feature(
                        "opens",
                        "Nonterminals that begin with the symbol",
                        total,
                        symbols,
                        k -> tree.orElseThrow().opens()[k]),
                feature(
                        "closes",
                        "Nonterminals that end with the symbol",
                        total,
                        symbols,
                        k -> tree.orElseThrow().closes()[k]),
                feature(
                        "boundary_level",
                        "Smallest level at which a node ends with the symbol",
                        total,
                        symbols,
                        k -> grammar.depth() - tree.orElseThrow().closes()[k]),
                feature(
                        "entropy",
                        "Entropy of what comes next, nats",
                        total,
                        last,
                        k -> Parse.entropy(parse.next(k))),
                feature(
                        "surprisal",
                        "Minus the logarithm of the symbol's probability, nats",
                        total,
                        last,
                        parse::surprisal),
                feature(
                        "expected_opens",
                        "Expected number of nonterminals that begin with the next symbol",
                        total,
                        last,
                        parse::expectedOpens),
                feature(
                        "predicted",
                        "Nonterminals that may begin here",
                        total,
                        last,
                        parse::predicted),
                feature(
                        "completed",
                        "Nonterminals with their origin that may end here",
                        total,
                        last,
                        parse::completed),
                feature("items", "Items of an Earley parser here", total, last, parse::items));
    }

    private static Feature feature(
            String name, String meaning, int total, int last, IntToDoubleFunction of) {
        double[] values = new double[total];
        Arrays.fill(values, Double.NaN);
        for (int k = 0; k <= last; k++) {
            values[k] = of.applyAsDouble(k);
        }
        return new Feature(name, meaning, values);
    }

    @Override
    public String description() {
        int[] tokens = new int[longest()];
        tokens[0] = Vocabulary.BOS;
        int end = grammar.draw(tokens, 1, Vocabulary.EOS, () -> 0);
        return """
        Predict each symbol of a sentence, and its end. Sentences are drawn from the grammar %s: the root is \
        rewritten over %d levels with %d rules, each symbol by a uniform choice among its own; what is left at the \
        last level are %d terminals. A sentence has %d to %d symbols. There are no answers: predictions are \
        compared with the grammar's own distribution, symbol by symbol.
        Example, how a sentence begins:
        %s
        """
                .formatted(
                        grammar.name(),
                        grammar.depth(),
                        grammar.ruleCount(),
                        grammar.terminals(),
                        grammar.shortest(),
                        grammar.longest(),
                        IntStream.range(0, Math.min(EXAMPLE, end))
                                .mapToObj(i -> vocabulary.text(tokens[i]))
                                .collect(Collectors.joining(" ")));
    }
}
