package org.anira.task.depo;

import org.anira.api.task.Axis;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * DEPO. A sample is {@code BOS edges questions}: an edge is a word and its successor, SEP before it
 * if wanted; a question is {@code K(k) start ANSWER word}, and asks for the word. There are min(n,
 * M) questions, each from a start of its own.
 *
 * <p>Law: n in proportion to 1 / (n + √N), N the largest n of training; n distinct words in random
 * order make the cycle; its edges are shuffled; each k is uniform from 1 to that of the point. A
 * sample's point has the largest k that is asked for, an answer's point its own k.
 */
final class DepoTask implements Task {

    static final String NODES = "n";
    static final String STEPS = "k";

    private final Lexicon words;
    private final DepoVocabulary vocabulary;
    private final boolean separator;
    private final int questions;
    private final Axis.Range nodes;
    private final Axis.Range steps;
    private final List<Axis> axes;
    private final List<Point> grid;

    /** At index n, k. */
    private final Point[][] points;

    /** At index n: the weight of all sizes of training up to n. */
    private final double[] weights;

    /** By length of a word: how many are shorter, and how many have this length. */
    private final int[] firsts;

    private final int[] counts;

    /** What ends an answer. */
    private final List<Integer> stops;

    /**
     * Makes the task.
     *
     * @param separator whether SEP stands before each edge
     * @param questions M, most questions of a sample
     * @param least smallest n of training
     * @param most largest n of training
     * @param largestSteps K
     * @param evaluation the n to evaluate at; with the largest, at most as many as there are words
     */
    DepoTask(
            Lexicon words,
            boolean separator,
            int questions,
            int least,
            int most,
            int largestSteps,
            List<Integer> evaluation) {
        this.words = words;
        this.separator = separator;
        this.questions = questions;
        vocabulary = new DepoVocabulary(words.letters(), largestSteps);
        nodes = new Axis.Range(NODES, "nodes", least, most);
        steps = new Axis.Range(STEPS, "steps", 1, largestSteps);
        axes = List.of(nodes, steps);
        int largest = evaluation.stream().reduce(most, Math::max);
        points = new Point[largest + 1][largestSteps + 1];
        for (int n = 0; n <= largest; n++) {
            for (int k = 0; k <= largestSteps; k++) {
                Map<String, Integer> values = new LinkedHashMap<>();
                values.put(NODES, n);
                values.put(STEPS, k);
                points[n][k] = Point.of(values);
            }
        }
        weights = new double[most + 1];
        for (int n = least; n <= most; n++) {
            weights[n] = weights[n - 1] + 1 / (n + Math.sqrt(most));
        }
        grid = evaluation.stream().map(n -> points[n][largestSteps]).toList();
        firsts = IntStream.rangeClosed(0, words.longest()).map(words::first).toArray();
        counts = IntStream.rangeClosed(0, words.longest()).map(words::count).toArray();
        stops =
                IntStream.range(words.letters(), 2 * words.letters())
                        .mapToObj(vocabulary::letter)
                        .toList();
    }

    @Override
    public DepoVocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public List<Axis> axes() {
        return axes;
    }

    @Override
    public Point draw(Limits limits, RandomGenerator random) {
        int most = limits.most(nodes);
        double at = random.nextDouble() * weights[most];
        int n = nodes.least();
        while (n < most && weights[n] <= at) {
            n++;
        }
        return points[n][limits.most(steps)];
    }

    @Override
    public List<Point> grid() {
        return grid;
    }

    @Override
    public boolean trained(Point point) {
        int n = point.number(NODES);
        int k = point.number(STEPS);
        return n >= nodes.least() && n <= nodes.most() && k >= 1 && k <= steps.most();
    }

    @Override
    public Point point(Sample sample, int span) {
        int[] tokens = sample.tokens();
        int at = sample.spans().get(span).start() - 1;
        while (vocabulary.asSteps(tokens[at]) < 1) {
            at--;
        }
        return points[sample.point().number(NODES)][vocabulary.asSteps(tokens[at])];
    }

    @Override
    public int longest() {
        int n = points.length - 1;
        int edge = 2 * words.longest() + (separator ? 1 : 0);
        return 1 + n * edge + questions(n) * (2 + 2 * words.longest());
    }

    /** Returns how many questions a cycle of n nodes has. */
    private int questions(int n) {
        return Math.min(n, questions);
    }

    @Override
    public Sample sample(Point point, RandomGenerator random) {
        int n = point.number(NODES);
        int most = point.number(STEPS);
        if (n < 1 || n >= points.length || most < 1 || most > steps.most()) {
            throw new IllegalArgumentException(
                    "%s is outside n = 1 to %d, k = 1 to %d"
                            .formatted(point, points.length - 1, steps.most()));
        }
        int[] cycle = words(n, random);
        int[] edges = permutation(n, n, random);
        int asked = questions(n);
        int[] starts = permutation(n, asked, random);
        int[] ks = new int[asked];
        int size = 1 + (separator ? n : 0) + 2 * asked;
        for (int word : cycle) {
            size += 2 * length(word);
        }
        for (int q = 0; q < asked; q++) {
            ks[q] = 1 + random.nextInt(most);
            size += length(cycle[starts[q]]) + length(cycle[(starts[q] + ks[q]) % n]);
        }

        int[] tokens = new int[size];
        boolean[] target = new boolean[size];
        Span[] spans = new Span[asked];
        tokens[0] = Vocabulary.BOS;
        int at = 1;
        for (int edge : edges) {
            if (separator) {
                tokens[at++] = DepoVocabulary.SEPARATOR;
            }
            at = write(cycle[edge], tokens, at);
            at = write(cycle[edge + 1 < n ? edge + 1 : 0], tokens, at);
        }
        for (int q = 0; q < asked; q++) {
            tokens[at++] = vocabulary.mark(ks[q]);
            at = write(cycle[starts[q]], tokens, at);
            tokens[at++] = DepoVocabulary.ANSWER;
            int start = at;
            at = write(cycle[(starts[q] + ks[q]) % n], tokens, at);
            Arrays.fill(target, start, at, true);
            spans[q] = new Span(start, at, words.longest() + 1, stops);
        }
        return new Sample(points[n][most], tokens, target, List.of(spans));
    }

    /** Draws distinct words, in random order. */
    private int[] words(int n, RandomGenerator random) {
        int[] drawn = new int[n];
        long[] known = new long[(words.count() + 63) / 64];
        for (int i = 0; i < n; ) {
            int length = words.shortest() + random.nextInt(words.longest() - words.shortest() + 1);
            int word = firsts[length] + random.nextInt(counts[length]);
            if ((known[word >> 6] & 1L << word) == 0) {
                known[word >> 6] |= 1L << word;
                // Early words tend to be short: each goes to a random place among those before.
                int place = random.nextInt(i + 1);
                drawn[i++] = drawn[place];
                drawn[place] = word;
            }
        }
        return drawn;
    }

    /** Draws {@code count} of the numbers 0 … n − 1, each once, in random order. */
    private static int[] permutation(int n, int count, RandomGenerator random) {
        int[] numbers = new int[n];
        for (int i = 1; i < n; i++) {
            numbers[i] = i;
        }
        for (int i = 0; i < count; i++) {
            int pick = i + random.nextInt(n - i);
            int number = numbers[pick];
            numbers[pick] = numbers[i];
            numbers[i] = number;
        }
        return count == n ? numbers : Arrays.copyOf(numbers, count);
    }

    private int length(int word) {
        int length = words.longest();
        while (word < firsts[length]) {
            length--;
        }
        return length;
    }

    private int write(int word, int[] tokens, int at) {
        int length = length(word);
        int digits = word - firsts[length];
        for (int i = at + length - 1; i >= at; i--) {
            tokens[i] = vocabulary.letter(digits % words.letters());
            digits /= words.letters();
        }
        tokens[at + length - 1] += words.letters();
        return at + length;
    }

    @Override
    public boolean grade(Sample sample, int span, int[] answer) {
        Span place = sample.spans().get(span);
        return Arrays.equals(sample.tokens(), place.start(), place.end(), answer, 0, answer.length);
    }

    /** Returns 1 / n: an answer is one of the words of the cycle. */
    @Override
    public OptionalDouble chance(Point point) {
        return OptionalDouble.of(1.0 / point.number(NODES));
    }

    /**
     * Returns the features of the questions and of their answers' tokens, each where a token of the
     * answer is predicted; other places have {@code NaN}.
     */
    @Override
    public List<Feature> features(Sample sample) {
        Cycle cycle = new Cycle(sample.tokens(), vocabulary);
        List<Feature> features = new ArrayList<>();
        add(features, "k", "Steps asked for", sample, cycle, Cycle.Question::k);
        add(features, "nodes", "Nodes of the cycle", sample, cycle, _ -> cycle.nodes());
        add(
                features,
                "backward_hops",
                "Edges of the path that are listed before the edge they follow",
                sample,
                cycle,
                cycle::backwardHops);
        add(
                features,
                "jump_length",
                "Sum of the distances in the list between edges of the path that follow each other",
                sample,
                cycle,
                cycle::jumpLength);
        add(features, "word_offset", "Tokens of the word before this one", sample, cycle, _ -> 0);
        double[] offsets = features.getLast().values();
        for (Cycle.Question question : cycle.questions()) {
            for (int i = question.at(); i < question.end(); i++) {
                offsets[i - 1] = i - question.at();
            }
        }
        return List.copyOf(features);
    }

    private static void add(
            List<Feature> features,
            String name,
            String meaning,
            Sample sample,
            Cycle cycle,
            ToDoubleFunction<Cycle.Question> of) {
        double[] values = new double[sample.tokens().length];
        Arrays.fill(values, Double.NaN);
        for (Cycle.Question question : cycle.questions()) {
            Arrays.fill(values, question.at() - 1, question.end() - 1, of.applyAsDouble(question));
        }
        features.add(new Feature(name, meaning, values));
    }

    @Override
    public String description() {
        int[] cycle = {words.count() - 1, words.count() / 2, 0};
        int[] tokens = new int[16 + 10 * words.longest()];
        tokens[0] = Vocabulary.BOS;
        int at = 1;
        for (int edge : new int[] {1, 2, 0}) {
            if (separator) {
                tokens[at++] = DepoVocabulary.SEPARATOR;
            }
            at = write(cycle[edge], tokens, at);
            at = write(cycle[(edge + 1) % 3], tokens, at);
        }
        int k = Math.min(2, steps.most());
        tokens[at++] = vocabulary.mark(k);
        at = write(cycle[0], tokens, at);
        tokens[at++] = DepoVocabulary.ANSWER;
        at = write(cycle[k], tokens, at);
        return """
        Name the k-th successor of a node on a directed cycle of n nodes. The edges are listed in random order, a \
        node and its successor; then as many questions as there are nodes follow, at most %d, each with k and a start of \
        its own, and the right answer before the next one. A node is a word of %s of %d letters, new in each sample; a letter with a \
        hyphen is not its last. Sizes n are drawn in proportion to 1 / (n + √N), N the largest, and k uniformly \
        from 1 to %d.
        Example, a cycle of three nodes and one question:
        %s
        """
                .formatted(
                        questions,
                        words.shortest() == words.longest()
                                ? Integer.toString(words.longest())
                                : "%d to %d".formatted(words.shortest(), words.longest()),
                        words.letters(),
                        steps.most(),
                        Arrays.stream(tokens, 0, at)
                                .mapToObj(vocabulary::text)
                                .collect(Collectors.joining(" ")));
    }
}
