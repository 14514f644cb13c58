package org.anira.task.brevo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.task.brevo.Definition.Edge;
import org.anira.testkit.ChiSquare;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Compares the drawn samples with the law. Seeds are fixed; had they been drawn anew, a right
 * sampler would fail a test with probability about 1e-6 (chi-squared) or 6e-5 (means, 4 standard
 * errors).
 */
class BrevoLawTests {

    private static final BrevoTask TASK = BrevoProviderTests.task(Map.of());

    private static Definition drawn(BrevoTask task, int n, CounterRandom random) {
        return Definition.of(task, task.sample(Point.of("n", n), random));
    }

    /**
     * n in proportion to 1 / (n + √30), below a limit too. 500,000 draws: one size off by 8 % of
     * its share is found with power above 0.99.
     */
    @ParameterizedTest
    @ValueSource(ints = {30, 12, 4})
    void sizesFollowTheirLaw(int limit) {
        CounterRandom random = new CounterRandom(21, "sizes", limit);
        int[] counts = new int[limit + 1];
        for (int i = 0; i < 500_000; i++) {
            counts[TASK.draw(_ -> limit, random).number("n")]++;
        }
        double[] shares =
                IntStream.rangeClosed(0, limit)
                        .mapToDouble(n -> n < 3 ? 0 : 1 / (n + Math.sqrt(30)))
                        .toArray();
        double total = Arrays.stream(shares).sum();
        ChiSquare.assertFollows(
                "sizes", Arrays.stream(shares).map(share -> share / total).toArray(), counts);
    }

    /** The shares that the law is quoted with, to the digits that are given. */
    @Test
    void sizesHaveThePublishedShares() {
        CounterRandom random = new CounterRandom(22, "sizes", 0);
        int draws = 1_000_000;
        int[] counts = new int[31];
        for (int i = 0; i < draws; i++) {
            counts[TASK.draw(Limits.NONE, random).number("n")]++;
        }
        Map.of(3, .0783, 10, .0429, 20, .0261, 30, .0187)
                .forEach((n, share) ->
                        assertEquals(
                                share,
                                counts[n] / (double) draws,
                                .00005 + 4 * Math.sqrt(share / draws),
                                "n = " + n));
    }

    /**
     * Of three nodes one is a leaf and the second depends on it; the third depends on one of the
     * two, drawn uniformly, or on both. 100,000 graphs: a share off by 0.016 is found with power
     * above 0.99.
     */
    @Test
    void threeNodesHaveThreeGraphs() {
        CounterRandom random = new CounterRandom(23, "three", 0);
        int[] counts = new int[3];
        for (int i = 0; i < 100_000; i++) {
            Definition question = drawn(TASK, 3, random);
            int edges = question.edges().size();
            counts[edges == 3 ? 2 : question.needed().size() == 3 ? 1 : 0]++;
        }
        ChiSquare.assertFollows("graphs", new double[] {.25, .25, .5}, counts);
    }

    /**
     * Up to five nodes no candidate is used up, so the numbers of edges of the nodes are
     * independent and uniform, given the leaves. 100,000 graphs: a share off by 0.016 is found with
     * power above 0.99.
     */
    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void edgesFollowTheirLaw(int n) {
        double[] shares = new double[4 * n];
        int mostLeaves = (n - 1) / 4 + 1;
        for (int leaves = 1; leaves <= mostLeaves; leaves++) {
            double[] some = {1};
            for (int i = leaves; i < n; i++) {
                int most = Math.min(4, i);
                double[] more = new double[some.length + most];
                for (int e = 0; e < some.length; e++) {
                    for (int m = 1; m <= most; m++) {
                        more[e + m] += some[e] / most;
                    }
                }
                some = more;
            }
            for (int e = 0; e < some.length; e++) {
                shares[e] += some[e] / mostLeaves;
            }
        }
        CounterRandom random = new CounterRandom(24, "edges", n);
        int[] counts = new int[shares.length];
        for (int i = 0; i < 100_000; i++) {
            counts[drawn(TASK, n, random).edges().size()]++;
        }
        ChiSquare.assertFollows("edges", shares, counts);
    }

    /**
     * Published means. 20,000 graphs: the standard errors are below 0.06 and 0.04, so means off by
     * 0.5 and 0.35 are found with power above 0.99.
     */
    @ParameterizedTest
    @CsvSource({"10, 18.3, 7.3", "20, 41.4, 12.5", "30, 63.1, 16.4"})
    void graphsHaveThePublishedMeans(int n, double edges, double reachable) {
        CounterRandom random = new CounterRandom(25, "means", n);
        double[][] found = new double[2][20_000];
        for (int i = 0; i < found[0].length; i++) {
            Sample sample = TASK.sample(Point.of("n", n), random);
            Question question = new Question(sample.tokens(), (BrevoVocabulary) TASK.vocabulary());
            found[0][i] = question.edges();
            found[1][i] = question.neededCount();
        }
        assertMean(edges, found[0]);
        assertMean(reachable, found[1]);
    }

    private static void assertMean(double expected, double[] found) {
        double mean = Arrays.stream(found).average().orElseThrow();
        double variance =
                Arrays.stream(found).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
        assertEquals(expected, mean, 0.05 + 4 * Math.sqrt(variance / found.length));
    }

    /** No node has more than four parents, or more than four that depend on it. */
    @Test
    void degreesAreBounded() {
        CounterRandom random = new CounterRandom(26, "degrees", 0);
        for (int i = 0; i < 300; i++) {
            Definition question = drawn(TASK, 30, random);
            assertEquals(question.edges().size(), Set.copyOf(question.edges()).size());
            for (String node : question.nodes()) {
                long out = question.edges().stream().filter(e -> e.parent().equals(node)).count();
                assertTrue(out <= 4 && question.parents(node).size() <= 4);
            }
        }
    }

    /**
     * Where the edges are three, the one between the first two nodes is the first, second or last
     * to be listed. 50,000 graphs: a share off by 0.023 is found with power above 0.99.
     */
    @Test
    void edgesAreShuffled() {
        CounterRandom random = new CounterRandom(27, "shuffle", 0);
        int[] counts = new int[3];
        for (int i = 0; i < 100_000; i++) {
            Definition question = drawn(TASK, 3, random);
            if (question.edges().size() == 3) {
                List<Edge> edges = question.edges();
                counts[
                        IntStream.range(0, 3)
                                .filter(e -> !edges.get(e).child().equals(question.query()))
                                .findFirst()
                                .orElseThrow()]++;
            }
        }
        assertUniform(counts);
    }

    /**
     * Where two leaves and the query that needs both are all of R, the leaf that is listed first is
     * named first in half of the answers. About 8,000 such graphs: a share off by 0.06 is found
     * with power above 0.99.
     */
    @Test
    void ordersAreDrawn() {
        CounterRandom random = new CounterRandom(28, "orders", 0);
        int[] counts = new int[2];
        while (counts[0] + counts[1] < 8_000) {
            Sample sample = TASK.sample(Point.of("n", 5), random);
            Definition question = Definition.of(TASK, sample);
            List<String> leaves =
                    question.edges().stream()
                            .filter(edge -> edge.child().equals(question.query()))
                            .map(Edge::parent)
                            .toList();
            if (leaves.size() == 2 && question.needed().size() == 3) {
                int named = sample.tokens()[sample.spans().getFirst().start()];
                if (leaves.stream().allMatch(leaf -> question.parents(leaf).isEmpty())) {
                    counts[leaves.indexOf(TASK.vocabulary().text(named))]++;
                }
            }
        }
        assertUniform(counts);
    }

    /** 200,000 queries: one label off by 10 % of its share is found with power above 0.99. */
    @Test
    void labelsAreUniform() {
        BrevoTask task = BrevoProviderTests.task(Map.of("max-nodes", 5, "labels", 20));
        CounterRandom random = new CounterRandom(29, "labels", 0);
        int[] counts = new int[20];
        for (int i = 0; i < 200_000; i++) {
            counts[Integer.parseInt(drawn(task, 4, random).query()) - 1]++;
        }
        assertUniform(counts);
    }

    /**
     * Of two nodes' words each is the query's in half of the samples, and the second is another one
     * than the first. 100,000 words: a share of the lengths off by 0.016 is found with power above
     * 0.99.
     */
    @Test
    void wordsFollowTheirLaw() {
        BrevoTask task = BrevoProviderTests.task(Map.of("form", "multi"));
        CounterRandom random = new CounterRandom(30, "words", 0);
        int[] counts = new int[3];
        int[] capitals = new int[4];
        for (int i = 0; i < 100_000; i++) {
            String word = drawn(task, 2, random).query();
            counts[word.length() - 2]++;
            capitals[word.charAt(word.length() - 1) - 'A']++;
        }
        double[] lengths = new double[3];
        for (int length = 2; length <= 4; length++) {
            double own = 1 / 3.0 / Math.pow(4, length);
            double second = 0;
            for (int other = 2; other <= 4; other++) {
                double taken = 1 / 3.0 / Math.pow(4, other);
                double words = Math.pow(4, other) - (other == length ? 1 : 0);
                second += words * taken * own / (1 - taken);
            }
            lengths[length - 2] = Math.pow(4, length) * (own + second) / 2;
        }
        ChiSquare.assertFollows("lengths", lengths, counts);
        assertUniform(capitals);
    }

    private static void assertUniform(int[] counts) {
        double[] shares = new double[counts.length];
        Arrays.fill(shares, 1.0 / counts.length);
        ChiSquare.assertFollows("shares", shares, counts);
    }
}
