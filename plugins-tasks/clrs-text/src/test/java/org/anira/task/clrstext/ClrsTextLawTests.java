package org.anira.task.clrstext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.task.clrstext.GraphSampler.Shape;
import org.anira.task.clrstext.Input.Activities;
import org.anira.task.clrstext.Input.Graph;
import org.anira.task.clrstext.Input.Points;
import org.anira.task.clrstext.Input.Search;
import org.anira.task.clrstext.Input.SearchTree;
import org.anira.task.clrstext.Input.Strings;
import org.anira.task.clrstext.Input.Tasks;
import org.anira.testkit.ChiSquare;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.IntSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Compares drawn inputs with their laws. Seeds are fixed; had they been drawn anew, a right sampler
 * would fail a test with probability about 1e-6. Real values are compared by ten shares of equal
 * probability in 100,000 draws: one share off by 5 % of itself is found with power above 0.99.
 * Counts of edges are compared in 50,000 graphs, which tells probabilities that differ by 0.01 with
 * power above 0.99.
 */
class ClrsTextLawTests {

    private static final Truncation NONE = Truncation.to(0);
    private static final int DRAWS = 100_000;
    private static final int GRAPHS = 50_000;

    private static CounterRandom random(String purpose) {
        return new CounterRandom(21, purpose, 0);
    }

    /** Checks values that their distribution function makes uniform. */
    private static void assertUniform(String what, int draws, DoubleSupplier value) {
        int[] counts = new int[10];
        for (int i = 0; i < draws; i++) {
            counts[(int) (10 * value.getAsDouble())]++;
        }
        assertEven(what, counts);
    }

    private static void assertEven(String what, int[] counts) {
        double[] shares = new double[counts.length];
        Arrays.fill(shares, 1.0 / counts.length);
        ChiSquare.assertFollows(what, shares, counts);
    }

    /** Checks a number of successes in trials with these probabilities. */
    private static void assertTrials(String what, double[] probabilities, IntSupplier successes) {
        double[] law = {1};
        for (double p : probabilities) {
            double[] next = new double[law.length + 1];
            for (int k = 0; k < law.length; k++) {
                next[k] += law[k] * (1 - p);
                next[k + 1] += law[k] * p;
            }
            law = next;
        }
        int[] counts = new int[law.length];
        for (int i = 0; i < GRAPHS; i++) {
            counts[successes.getAsInt()]++;
        }
        ChiSquare.assertFollows(what, law, counts);
    }

    private static double[] repeat(int times, double probability) {
        return DoubleStream.generate(() -> probability).limit(times).toArray();
    }

    private static int edges(Graph graph, boolean loops) {
        int edges = 0;
        for (int u = 0; u < graph.size(); u++) {
            for (int v = 0; v < graph.size(); v++) {
                edges += graph.edge(u, v) && (u == v) == loops ? 1 : 0;
            }
        }
        return edges;
    }

    @Test
    void keysAreUniform() {
        CounterRandom random = random("keys");
        assertUniform("keys", DRAWS, () -> Sampler.keys(4, NONE, random).key()[2]);
        assertUniform("dimensions", DRAWS, () -> Sampler.dimensions(4, NONE, random).p()[3]);
        assertUniform(
                "signed keys", DRAWS, () -> (Sampler.signedKeys(4, NONE, random).key()[1] + 1) / 2);
    }

    @Test
    void searchedKeysAreSortedAndTheTargetUniform() {
        CounterRandom random = random("search");
        assertUniform(
                "target",
                DRAWS,
                () -> {
                    Search search = Sampler.search(5, NONE, random);
                    double[] sorted = search.key().clone();
                    Arrays.sort(sorted);
                    assertTrue(Arrays.equals(sorted, search.key()));
                    return search.target();
                });
        // The smallest of five uniform values has distribution function 1 − (1 − x)⁵.
        assertUniform(
                "smallest key",
                DRAWS,
                () -> 1 - Math.pow(1 - Sampler.search(5, NONE, random).key()[0], 5));
    }

    @Test
    void stringsHaveUniformSymbols() {
        CounterRandom random = random("strings");
        int[] first = new int[Sampler.ALPHABET];
        int[] second = new int[Sampler.ALPHABET];
        for (int i = 0; i < DRAWS; i++) {
            Strings strings = Sampler.twoStrings(7, NONE, random);
            assertEquals(4, strings.first().length);
            assertEquals(3, strings.second().length);
            first[strings.first()[3]]++;
            second[strings.second()[2]]++;
        }
        assertEven("first", first);
        assertEven("second", second);
    }

    /** A needle of 12 symbols is found elsewhere with probability 40 · 4^−12, below 3e-6. */
    @Test
    void needlesBeginAnywhereButAtTheLastPlace() {
        CounterRandom random = random("needles");
        int[] counts = new int[40];
        for (int i = 0; i < DRAWS; i++) {
            Strings strings = Sampler.haystack(64, NONE, random);
            assertEquals(12, strings.second().length);
            assertEquals(52, strings.first().length);
            counts[StringMatching.naive(strings, Trace.NONE)[0]]++;
        }
        assertEven("places", counts);
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "5, 1", "9, 1", "10, 2", "31, 6"})
    void needlesAreAFifth(int n, int needle) {
        Strings strings = Sampler.haystack(n, NONE, random("fifth"));
        assertEquals(needle, strings.second().length);
        assertEquals(n, strings.length());
    }

    /** Two of the values before division have a uniform ratio: half of it below 1. */
    @Test
    void probabilitiesOfSearchTreesAreUniformSharesOfTheirSum() {
        CounterRandom random = random("tree");
        int[] counts = new int[4];
        for (int i = 0; i < DRAWS; i++) {
            SearchTree tree = Sampler.searchTree(6, NONE, random);
            assertEquals(6, tree.p().length);
            assertEquals(7, tree.q().length);
            assertEquals(1, Arrays.stream(tree.p()).sum() + Arrays.stream(tree.q()).sum(), 1e-12);
            double ratio = tree.p()[i % 6] / tree.q()[i % 7];
            counts[ratio < 0.5 ? 0 : ratio < 1 ? 1 : ratio < 2 ? 2 : 3]++;
        }
        assertEven("ratio", counts);
    }

    @Test
    void activitiesAreOrderedPairsOfUniformTimes() {
        CounterRandom random = random("activities");
        assertUniform(
                "start",
                DRAWS,
                () -> {
                    Activities activities = Sampler.activities(3, NONE, random);
                    assertTrue(activities.start()[1] <= activities.finish()[1]);
                    return 1 - Math.pow(1 - activities.start()[1], 2);
                });
        assertUniform(
                "finish",
                DRAWS,
                () -> Math.pow(Sampler.activities(3, NONE, random).finish()[2], 2));
    }

    @Test
    void deadlinesAndWeightsAreUniform() {
        CounterRandom random = random("tasks");
        int[] counts = new int[7];
        assertUniform(
                "weight",
                DRAWS,
                () -> {
                    Tasks tasks = Sampler.tasks(7, NONE, random);
                    counts[tasks.deadline()[5] - 1]++;
                    return tasks.weight()[5];
                });
        assertEven("deadline", counts);
    }

    /** 100,000 pairs: a share of 0.51 is found with power above 0.99. */
    @Test
    void halfOfTheSegmentsCross() {
        CounterRandom random = random("segments");
        int[] counts = new int[2];
        for (int i = 0; i < DRAWS; i++) {
            Points ends = Sampler.segments(9, NONE, random);
            assertEquals(4, ends.size());
            counts[Geometry.segmentsIntersect(ends, Trace.NONE)[0]]++;
        }
        assertEven("crossing", counts);
    }

    @Test
    void pointsAreUniformInTheDisk() {
        CounterRandom random = random("disk");
        assertUniform(
                "angle",
                DRAWS,
                () -> {
                    Points points = Sampler.disk(5, NONE, random);
                    return Math.atan2(points.y()[3], points.x()[3]) / (2 * Math.PI) + 0.5;
                });
        assertUniform(
                "radius",
                DRAWS,
                () -> {
                    Points points = Sampler.disk(5, NONE, random);
                    return (Math.pow(points.x()[2], 2) + Math.pow(points.y()[2], 2)) / 4;
                });
    }

    @Test
    void noThreePointsLieOnALine() {
        CounterRandom random = random("general");
        Truncation one = Truncation.to(1);
        for (int i = 0; i < 2000; i++) {
            Points points = Sampler.disk(6, one, random);
            for (int a = 0; a < 6; a++) {
                for (int b = a + 1; b < 6; b++) {
                    for (int c = b + 1; c < 6; c++) {
                        long cross =
                                tenths(points.x(), b, a) * tenths(points.y(), c, a)
                                        - tenths(points.y(), b, a) * tenths(points.x(), c, a);
                        assertFalse(cross == 0);
                    }
                }
            }
        }
    }

    private static long tenths(double[] values, int i, int j) {
        return Math.round(10 * values[i]) - Math.round(10 * values[j]);
    }

    /** 1.001 · 1000 lies below 1001, so cutting once more makes it 1.0. */
    @Test
    void pointsAreCutTwice() {
        Truncation three = Truncation.to(3);
        List<Double> unstable =
                IntStream.range(0, 2000)
                        .mapToObj(k -> k / 1000.0)
                        .filter(value -> three.apply(value) != value)
                        .toList();
        assertEquals(12, unstable.size());
        assertEquals(1.001, unstable.getFirst());
        CounterRandom random = random("twice");
        for (int i = 0; i < DRAWS; i++) {
            Points points = Sampler.disk(4, three, random);
            for (int j = 0; j < 4; j++) {
                assertFalse(unstable.contains(Math.abs(points.x()[j])));
                assertFalse(unstable.contains(Math.abs(points.y()[j])));
            }
        }
    }

    @Test
    void inputsAreCutTowardZero() {
        Truncation three = Truncation.to(3);
        assertEquals(0.999, three.apply(0.99999));
        assertEquals(-0.0, three.apply(-0.0009));
        assertEquals(-0.123, three.apply(-0.12399));
        assertEquals(1 / 3.0, NONE.apply(1 / 3.0));
    }

    @ParameterizedTest
    @CsvSource({"0.5", "0.2"})
    void undirectedEdgesNeedBothOrders(double p) {
        CounterRandom random = random("undirected");
        GraphSampler sampler = new GraphSampler(Shape.UNDIRECTED, p, false, false);
        assertTrials(
                "edges",
                repeat(28, p * p),
                () -> {
                    Graph graph = sampler.draw(8, NONE, random);
                    for (int i = 0; i < 64; i++) {
                        assertEquals(graph.weight(i / 8, i % 8), graph.weight(i % 8, i / 8));
                    }
                    return edges(graph, false) / 2;
                });
        assertTrials("loops", repeat(8, p), () -> edges(sampler.draw(8, NONE, random), true));
    }

    @Test
    void directedEdgesAreIndependent() {
        CounterRandom random = random("directed");
        GraphSampler sampler = new GraphSampler(Shape.DIRECTED, 0.5, false, false);
        assertTrials("edges", repeat(30, 0.5), () -> edges(sampler.draw(6, NONE, random), false));
        assertTrials("loops", repeat(6, 0.5), () -> edges(sampler.draw(6, NONE, random), true));
    }

    @Test
    void acyclicGraphsHaveHalfOfTheirPairs() {
        CounterRandom random = random("acyclic");
        GraphSampler sampler = new GraphSampler(Shape.ACYCLIC, 0.5, false, false);
        assertTrials(
                "edges",
                repeat(28, 0.5),
                () -> {
                    Graph graph = sampler.draw(8, NONE, random);
                    assertEquals(0, edges(graph, true));
                    return edges(graph, false);
                });
    }

    /** With all pairs the order of four vertices can be told. */
    @Test
    void verticesOfAcyclicGraphsAreShuffled() {
        CounterRandom random = random("shuffled");
        GraphSampler sampler = new GraphSampler(Shape.ACYCLIC, 1, false, false);
        Map<Integer, Integer> orders = new HashMap<>();
        int[] counts = new int[24];
        for (int i = 0; i < DRAWS; i++) {
            Graph graph = sampler.draw(4, NONE, random);
            int order = 0;
            for (int u = 0; u < 4; u++) {
                int after = 0;
                for (int v = 0; v < 4; v++) {
                    after += graph.edge(u, v) ? 1 : 0;
                }
                order = 4 * order + after;
            }
            counts[orders.computeIfAbsent(order, _ -> orders.size())]++;
        }
        assertEven("orders", counts);
    }

    /** A product of two uniform values has distribution function z (1 − ln z); a square has √z. */
    @Test
    void weightsOfUndirectedEdgesAreRootsOfProducts() {
        CounterRandom random = random("weights");
        GraphSampler sampler = new GraphSampler(Shape.UNDIRECTED, 1, true, false);
        assertUniform(
                "edges",
                DRAWS,
                () -> {
                    double product = Math.pow(sampler.draw(3, NONE, random).weight(0, 2), 2) - 1e-3;
                    return product * (1 - Math.log(product));
                });
        assertUniform(
                "loops",
                DRAWS,
                () -> Math.sqrt(Math.pow(sampler.draw(3, NONE, random).weight(1, 1), 2) - 1e-3));
    }

    @Test
    void weightsOfDirectedEdgesAndSourcesAreUniform() {
        CounterRandom random = random("sources");
        GraphSampler sampler = new GraphSampler(Shape.ACYCLIC, 1, true, true);
        int[] sources = new int[5];
        assertUniform(
                "weights",
                DRAWS,
                () -> {
                    Graph graph = sampler.draw(5, NONE, random);
                    sources[graph.source()]++;
                    return graph.edge(1, 3) ? graph.weight(1, 3) : graph.weight(3, 1);
                });
        assertEven("sources", sources);
    }

    /** n = 11: communities of 2, 2, 2 and 5 vertices. */
    @ParameterizedTest
    @CsvSource({"8, 8, 24", "11, 26, 42"})
    void communitiesAreDenseAndForwardEdgesRare(int n, int inside, int forward) {
        CounterRandom random = random("communities");
        double[] law =
                DoubleStream.concat(
                                Arrays.stream(repeat(inside, 0.5)),
                                Arrays.stream(repeat(forward, 0.01)))
                        .toArray();
        assertTrials("edges", law, () -> edges(GraphSampler.communities(n, NONE, random), false));
        assertTrials(
                "loops",
                repeat(n, 0.5),
                () -> edges(GraphSampler.communities(n, NONE, random), true));
    }

    /** 215 pairs, 400,000 draws: one off by 15 % of its share is found with power above 0.99. */
    @Test
    void pairsOfAlgorithmAndLengthAreEquallyLikely() {
        ClrsTextTask task = ClrsTextProviderTests.task(Map.of("form", "answers"));
        assertEven("pairs", draws(task, Limits.NONE, task.grid(), 400_000));
    }

    @Test
    void limitsLeaveTheShorterPairs() {
        ClrsTextTask task = ClrsTextProviderTests.task(Map.of("form", "answers"));
        List<Point> allowed =
                task.grid().stream().filter(point -> point.number("length") <= 10).toList();
        assertEven("pairs", draws(task, _ -> 10, allowed, 200_000));
    }

    /** Sorting at length 4 stands for four algorithms, minimum for one. */
    @Test
    void mergedAlgorithmsAreAsLikelyAsTheirMembersTogether() {
        ClrsTextTask task =
                ClrsTextProviderTests.task(
                        Map.of("algorithms", "sorting,minimum,convex_hull", "lengths", "4"));
        int[] counts = draws(task, Limits.NONE, task.grid(), DRAWS);
        assertEquals("convex_hull", task.grid().getFirst().name("algorithm"));
        ChiSquare.assertFollows("algorithms", new double[] {2 / 7.0, 1 / 7.0, 4 / 7.0}, counts);
    }

    @Test
    void algorithmsMayBeEquallyLikely() {
        ClrsTextTask task =
                ClrsTextProviderTests.task(
                        Map.of(
                                "algorithms", "sorting,minimum,bfs",
                                "lengths", "4-9; bfs 5,6",
                                "mixture", "algorithms"));
        double[] shares =
                task.grid().stream()
                        .mapToDouble(
                                point -> point.name("algorithm").equals("bfs") ? 1 / 6.0 : 1 / 18.0)
                        .toArray();
        ChiSquare.assertFollows(
                "all lengths", shares, draws(task, Limits.NONE, task.grid(), DRAWS));

        List<Point> shortest =
                task.grid().stream().filter(point -> point.number("length") == 4).toList();
        assertEquals(2, shortest.size());
        assertEven("length 4", draws(task, _ -> 4, shortest, DRAWS));
    }

    /** A third of the samples of length 10 come from each member; only its graphs have no loops. */
    @Test
    void eachMemberDrawsItsOwnInputs() {
        ClrsTextTask task =
                ClrsTextProviderTests.task(
                        Map.of("algorithms", "single_source_shortest_paths", "lengths", "10"));
        CounterRandom random = random("members");
        int[] counts = new int[2];
        for (int i = 0; i < 20_000; i++) {
            Graph graph = (Graph) task.read(task.sample(task.grid().getFirst(), random));
            boolean symmetric =
                    IntStream.range(0, 100)
                            .allMatch(e ->
                                    graph.weight(e / 10, e % 10) == graph.weight(e % 10, e / 10));
            counts[symmetric ? 0 : 1]++;
        }
        // Acyclic and without any edge, so symmetric, with probability 2^−45.
        ChiSquare.assertFollows("undirected", new double[] {2 / 3.0, 1 / 3.0}, counts);
    }

    private static int[] draws(ClrsTextTask task, Limits limits, List<Point> points, int draws) {
        CounterRandom random = random("points");
        Map<Point, Integer> places = new HashMap<>();
        points.forEach(point -> places.put(point, places.size()));
        int[] counts = new int[points.size()];
        for (int i = 0; i < draws; i++) {
            counts[places.get(task.draw(limits, random))]++;
        }
        return counts;
    }
}
