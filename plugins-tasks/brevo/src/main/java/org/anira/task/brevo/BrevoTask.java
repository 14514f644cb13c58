package org.anira.task.brevo;

import org.anira.api.task.Axis;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * BREVO. A sample is {@code BOS edges QUERY node ANSWER nodes EOS}, where an edge is a parent and
 * its dependent, and asks for the nodes after ANSWER and for EOS.
 *
 * <p>Law: n in proportion to 1 / (n + √N), N the largest n of training; the graph as {@link
 * Dag#draw} says, its edges shuffled; the query is the last node. Labels are distinct and uniform;
 * words are drawn anew for each sample: U{2 … 4} letters, each uniform, until enough differ.
 */
final class BrevoTask implements Task {

    static final String NODES = "n";

    private static final List<Integer> STOPS = List.of(Vocabulary.EOS);

    private final BrevoVocabulary vocabulary;
    private final Axis.Range axis;
    private final List<Point> grid;

    /** At index n. */
    private final Point[] points;

    /** At index n: the weight of all sizes of training up to n. */
    private final double[] weights;

    /**
     * Makes the task.
     *
     * @param least smallest n of training
     * @param most largest n of training
     * @param evaluation the n to evaluate at
     */
    BrevoTask(BrevoVocabulary vocabulary, int least, int most, List<Integer> evaluation) {
        this.vocabulary = vocabulary;
        axis = new Axis.Range(NODES, "nodes", least, most);
        points = new Point[1 + evaluation.stream().reduce(most, Math::max)];
        Arrays.setAll(points, n -> Point.of(NODES, n));
        weights = new double[most + 1];
        for (int n = least; n <= most; n++) {
            weights[n] = weights[n - 1] + 1 / (n + Math.sqrt(most));
        }
        grid = evaluation.stream().map(n -> points[n]).toList();
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public List<Axis> axes() {
        return List.of(axis);
    }

    @Override
    public Point draw(Limits limits, RandomGenerator random) {
        int most = limits.most(axis);
        double at = random.nextDouble() * weights[most];
        int n = axis.least();
        while (n < most && weights[n] <= at) {
            n++;
        }
        return points[n];
    }

    @Override
    public List<Point> grid() {
        return grid;
    }

    @Override
    public boolean trained(Point point) {
        int n = point.number(NODES);
        return n >= axis.least() && n <= axis.most();
    }

    /** Returns the bound that follows from at most four parents and four dependents of a node. */
    @Override
    public int longest() {
        int n = points.length - 1;
        int edges = n < Dag.DEGREE ? n * (n - 1) / 2 : Dag.DEGREE * n - 10;
        return 4 + vocabulary.longestName() * (2 * edges + 1 + n);
    }

    @Override
    public Sample sample(Point point, RandomGenerator random) {
        int n = point.number(NODES);
        if (n < 2 || n >= points.length) {
            throw new IllegalArgumentException(
                    "n=%d is outside 2 to %d".formatted(n, points.length - 1));
        }
        Dag dag = Dag.draw(n, random);
        int[] order = dag.order(random);
        dag.shuffleEdges(random);
        int[] names = vocabulary.words() ? words(n, dag, random) : labels(n, random);
        return write(points[n], dag, order, names);
    }

    /** Draws distinct labels. */
    private int[] labels(int n, RandomGenerator random) {
        int[] labels = new int[vocabulary.labels()];
        for (int i = 1; i < labels.length; i++) {
            labels[i] = i;
        }
        for (int i = 0; i < n; i++) {
            int pick = i + random.nextInt(labels.length - i);
            int label = labels[pick];
            labels[pick] = labels[i];
            labels[i] = label;
        }
        return labels;
    }

    /** Draws distinct words for the nodes in edges. */
    private static int[] words(int n, Dag dag, RandomGenerator random) {
        int[] nodes = new int[n];
        int count = 0;
        for (int node = 0; node < n; node++) {
            if (dag.appears(node)) {
                nodes[count++] = node;
            }
        }
        int[] names = new int[n];
        long[] drawn = new long[(BrevoVocabulary.WORDS + 63) / 64];
        for (int left = count; left > 0; ) {
            int length = 2 + random.nextInt(3);
            int word = BrevoVocabulary.word(length, random.nextInt(1 << 2 * length));
            if ((drawn[word >> 6] & 1L << word) == 0) {
                drawn[word >> 6] |= 1L << word;
                // Early words tend to be short: each goes to a random node of those left.
                int pick = random.nextInt(left);
                names[nodes[pick]] = word;
                nodes[pick] = nodes[--left];
            }
        }
        return names;
    }

    /**
     * Writes a sample.
     *
     * @param order the nodes of the answer
     * @param names by node
     */
    private Sample write(Point point, Dag dag, int[] order, int[] names) {
        int edges = dag.edges();
        int size = 4 + vocabulary.length(names[order[order.length - 1]]);
        for (int e = 0; e < edges; e++) {
            size += vocabulary.length(names[dag.parent(e)]);
            size += vocabulary.length(names[dag.child(e)]);
        }
        for (int node : order) {
            size += vocabulary.length(names[node]);
        }
        int[] tokens = new int[size];
        tokens[0] = Vocabulary.BOS;
        int at = 1;
        for (int e = 0; e < edges; e++) {
            at = vocabulary.write(names[dag.parent(e)], tokens, at);
            at = vocabulary.write(names[dag.child(e)], tokens, at);
        }
        tokens[at++] = BrevoVocabulary.QUERY;
        at = vocabulary.write(names[order[order.length - 1]], tokens, at);
        tokens[at++] = BrevoVocabulary.ANSWER;
        int start = at;
        for (int node : order) {
            at = vocabulary.write(names[node], tokens, at);
        }
        tokens[at] = Vocabulary.EOS;
        int appearing = 0;
        for (int node = 0; node < point.number(NODES); node++) {
            appearing += dag.appears(node) ? 1 : 0;
        }
        boolean[] target = new boolean[size];
        Arrays.fill(target, start, size, true);
        int limit = (1 + appearing) * vocabulary.longestName();
        return new Sample(point, tokens, target, List.of(new Span(start, size, limit, STOPS)));
    }

    /**
     * Returns whether the answer ends with EOS and before it has whole names alone, of exactly the
     * nodes that are needed, each once and after its parents.
     */
    @Override
    public boolean grade(Sample sample, int span, int[] answer) {
        return new Question(sample.tokens(), vocabulary).validOrder(answer).isPresent();
    }

    /**
     * Returns the features of the answer's nodes, each where its token is predicted; other places
     * have {@code NaN}.
     *
     * @throws IllegalArgumentException if the answer in the sample, which need not be the drawn
     *     one, is not right
     */
    @Override
    public List<Feature> features(Sample sample) {
        int[] tokens = sample.tokens();
        Question question = new Question(tokens, vocabulary);
        int[] answer = Arrays.copyOfRange(tokens, question.end(), tokens.length);
        int[] order =
                question.validOrder(answer)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "no right answer: " + Arrays.toString(answer)));
        return new Difficulty(question, vocabulary, order, answer, tokens.length).features();
    }

    @Override
    public String description() {
        int[] names = vocabulary.words() ? new int[] {1, 30, 100} : new int[] {0, 1, 2};
        int[] tokens = new int[32];
        int at = 1;
        tokens[0] = Vocabulary.BOS;
        for (int node : new int[] {1, 2, 0, 2}) {
            at = vocabulary.write(names[node], tokens, at);
        }
        tokens[at++] = BrevoVocabulary.QUERY;
        at = vocabulary.write(names[2], tokens, at);
        tokens[at++] = BrevoVocabulary.ANSWER;
        for (int node : new int[] {0, 1, 2}) {
            at = vocabulary.write(names[node], tokens, at);
        }
        tokens[at++] = Vocabulary.EOS;
        return """
        Name a node of a directed acyclic graph and everything it depends on, each node after those it depends \
        on; any such order is right. The question lists the edges, a node and one that depends on it, in random \
        order. %s. Sizes n are drawn in proportion to 1 / (n + √N), N the largest; a node has up to four \
        dependencies and up to four nodes that depend on it.
        Example, a node that depends on two others:
        %s
        """
                .formatted(
                        vocabulary.words()
                                ? "A node is a word of two to four letters, the last a capital,"
                                        + " with new words in each sample"
                                : "A node is one token, a label from 1 to " + vocabulary.labels(),
                        Arrays.stream(tokens, 0, at)
                                .mapToObj(vocabulary::text)
                                .collect(Collectors.joining(" ")));
    }
}
