package org.anira.task.clrstext;

import static org.anira.task.clrstext.GraphSampler.Shape.ACYCLIC;
import static org.anira.task.clrstext.GraphSampler.Shape.DIRECTED;
import static org.anira.task.clrstext.GraphSampler.Shape.UNDIRECTED;

import java.util.Locale;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The thirty algorithms: what each is given, how it works, and what it says. Of each the published
 * data sets have training lengths up to one bound and validation lengths up to another.
 */
enum Algorithm {
    ACTIVITY_SELECTOR(
            31,
            40,
            Fields.ACTIVITIES,
            Sampler::activities,
            Greedy::activities,
            Answer.of("selected", Layout.VECTOR, n -> n),
            n -> n + 1),
    ARTICULATION_POINTS(
            19,
            19,
            Fields.graph(false, false),
            new GraphSampler(UNDIRECTED, 0.2, false, false),
            GraphStructure::articulationPoints,
            Answer.of("is_cut", Layout.VECTOR, n -> n),
            n -> 3 * n + 2 * n * n),
    BELLMAN_FORD(
            31,
            32,
            Fields.graph(true, true),
            new GraphSampler(UNDIRECTED, 0.5, true, true),
            ShortestPaths::bellmanFord,
            Answer.of("pi", Layout.VECTOR, n -> n),
            n -> n + 1),
    BFS(
            31,
            41,
            Fields.graph(true, false),
            new GraphSampler(UNDIRECTED, 0.5, false, true),
            GraphStructure::breadthFirst,
            Answer.of("pi", Layout.VECTOR, n -> n),
            n -> n + 1),
    BINARY_SEARCH(
            31,
            64,
            Fields.SEARCH,
            Sampler::search,
            Searching::binary,
            new Answer("return", Layout.INDEX, "(low, high)", Layout.PAIR, _ -> 2),
            n -> n),
    BRIDGES(
            5,
            7,
            Fields.graph(false, false),
            new GraphSampler(UNDIRECTED, 0.2, false, false),
            GraphStructure::bridges,
            Answer.of("is_bridge", Layout.MATRIX, n -> n * n),
            n -> 3 * n + 2 * n * n),
    BUBBLE_SORT(
            10,
            11,
            Fields.KEYS,
            Sampler::keys,
            Sorting::bubble,
            Answer.of("pred", Layout.KEYS, n -> n),
            n -> 1 + n * (n - 1) / 2),
    DAG_SHORTEST_PATHS(
            19,
            19,
            Fields.graph(true, true),
            new GraphSampler(ACYCLIC, 0.5, true, true),
            ShortestPaths::inTopologicalOrder,
            Answer.of("pi", Layout.VECTOR, n -> n),
            n -> 4 * n + 1),
    DFS(
            23,
            20,
            Fields.graph(false, false),
            new GraphSampler(DIRECTED, 0.5, false, false),
            GraphStructure::depthFirst,
            Answer.of("pi", Layout.VECTOR, n -> n),
            n -> 3 * n),
    DIJKSTRA(
            28,
            25,
            Fields.graph(true, true),
            new GraphSampler(UNDIRECTED, 0.5, true, true),
            ShortestPaths::dijkstra,
            Answer.of("pi", Layout.VECTOR, n -> n),
            n -> n + 1),
    FIND_MAXIMUM_SUBARRAY_KADANE(
            31,
            64,
            Fields.KEYS,
            Sampler::signedKeys,
            DivideAndConquer::maximumSubarray,
            new Answer("start, end", Layout.INDICES, "(best_low, best_high)", Layout.PAIR, _ -> 2),
            n -> n),
    FLOYD_WARSHALL(
            10,
            11,
            Fields.graph(false, true),
            new GraphSampler(UNDIRECTED, 0.5, true, false),
            ShortestPaths::floydWarshall,
            Answer.of("Pi", Layout.MATRIX, n -> n * n),
            n -> n),
    GRAHAM_SCAN(
            31,
            31,
            Fields.POINTS,
            Sampler::disk,
            Geometry::grahamScan,
            Answer.of("in_hull", Layout.VECTOR, n -> n),
            n -> 2 * n + 3),
    HEAPSORT(
            10,
            11,
            Fields.KEYS,
            Sampler::keys,
            Sorting::heap,
            Answer.of("pred", Layout.KEYS, n -> n),
            n -> 1 + 2 * n + n * (2 + Integer.SIZE - Integer.numberOfLeadingZeros(n))),
    INSERTION_SORT(
            31,
            25,
            Fields.KEYS,
            Sampler::keys,
            Sorting::insertion,
            Answer.of("pred", Layout.KEYS, n -> n),
            n -> n),
    JARVIS_MARCH(
            12,
            13,
            Fields.POINTS,
            Sampler::disk,
            Geometry::jarvisMarch,
            Answer.of("in_hull", Layout.VECTOR, n -> n),
            n -> 2 + n * (n + 1)),
    KMP_MATCHER(
            31,
            64,
            Fields.STRINGS,
            Sampler::haystack,
            StringMatching::knuthMorrisPratt,
            new Answer("match", Layout.INDEX, "s", Layout.INDEX, _ -> 1),
            n -> 2 * n + 1),
    LCS_LENGTH(
            10,
            12,
            Fields.STRINGS,
            Sampler::twoStrings,
            DynamicProgramming::longestCommonSubsequence,
            Answer.of("b", Layout.MATRIX, n -> n * n),
            n -> n + 1),
    MATRIX_CHAIN_ORDER(
            10,
            12,
            Fields.DIMENSIONS,
            Sampler::dimensions,
            DynamicProgramming::matrixChainOrder,
            Answer.of("s", Layout.MATRIX, n -> n * n),
            n -> n + 1),
    MINIMUM(
            31,
            64,
            Fields.KEYS,
            Sampler::keys,
            Searching::minimum,
            Answer.of("min", Layout.INDEX, _ -> 1),
            n -> n),
    MST_KRUSKAL(
            10,
            10,
            Fields.graph(false, true),
            new GraphSampler(UNDIRECTED, 0.2, true, false),
            SpanningTrees::kruskal,
            Answer.of("in_mst", Layout.MATRIX, n -> n * n),
            n -> 1 + n * (n - 1) / 2 * (2 * n + 2)),
    MST_PRIM(
            28,
            26,
            Fields.graph(true, true),
            new GraphSampler(UNDIRECTED, 0.5, true, true),
            SpanningTrees::prim,
            Answer.of("pi", Layout.VECTOR, n -> n),
            n -> n + 1),
    NAIVE_STRING_MATCHER(
            31,
            64,
            Fields.STRINGS,
            Sampler::haystack,
            StringMatching::naive,
            new Answer("match", Layout.INDEX, "s", Layout.INDEX, _ -> 1),
            n -> n * n),
    OPTIMAL_BST(
            10,
            10,
            Fields.SEARCH_TREE,
            Sampler::searchTree,
            DynamicProgramming::optimalSearchTree,
            Answer.of("root", Layout.MATRIX, n -> (n + 1) * (n + 1)),
            n -> n + 1),
    QUICKSELECT(
            31,
            64,
            Fields.KEYS,
            Sampler::keys,
            Searching::quickselect,
            new Answer("median", Layout.INDEX, "pivot", Layout.INDEX, _ -> 1),
            n -> n * (n + 1) / 2),
    QUICKSORT(
            10,
            12,
            Fields.KEYS,
            Sampler::keys,
            Sorting::quick,
            Answer.of("pred", Layout.KEYS, n -> n),
            n -> n * (n + 1) / 2),
    SEGMENTS_INTERSECT(
            31,
            64,
            Fields.POINTS,
            Sampler::segments,
            Geometry::segmentsIntersect,
            Answer.of("intersect", Layout.INDEX, _ -> 1),
            _ -> 0),
    STRONGLY_CONNECTED_COMPONENTS(
            15,
            16,
            Fields.graph(false, true),
            GraphSampler::communities,
            GraphStructure::stronglyConnectedComponents,
            Answer.of("scc_id", Layout.VECTOR, n -> n),
            n -> 6 * n),
    TASK_SCHEDULING(
            31,
            41,
            Fields.TASKS,
            Sampler::tasks,
            Greedy::tasks,
            Answer.of("selected", Layout.VECTOR, n -> n),
            n -> n + 1),
    TOPOLOGICAL_SORT(
            23,
            21,
            Fields.graph(false, false),
            new GraphSampler(ACYCLIC, 0.5, false, false),
            GraphStructure::topologicalSort,
            Answer.of("topo, topo_head", Layout.VECTOR_AND_INDEX, n -> n + 1),
            n -> 3 * n);

    /** How an algorithm works. */
    @FunctionalInterface
    interface Solver<I extends Input> {

        /** Returns the cells of the result, and tells the trace of the states on the way. */
        int[] solve(I input, Trace trace);
    }

    /**
     * What an algorithm says.
     *
     * @param names what its result is called
     * @param layout how its result is written
     * @param tracedNames what its states and its result are called after a trace
     * @param tracedLayout how they are written then
     * @param cells numbers in a state, by n
     */
    record Answer(
            String names,
            Layout layout,
            String tracedNames,
            Layout tracedLayout,
            IntUnaryOperator cells) {

        static Answer of(String names, Layout layout, IntUnaryOperator cells) {
            return new Answer(names, layout, names, layout, cells);
        }
    }

    private final int trained;
    private final int validated;
    private final Answer answer;
    private final IntUnaryOperator mostStates;
    private final Implementation<?> implementation;

    /** What depends on the type of its input. */
    private record Implementation<I extends Input>(
            Fields<I> fields, Sampler<I> sampler, Solver<I> solver) {

        @SuppressWarnings("unchecked") // an algorithm gets the inputs that it draws or reads
        private I input(Input input) {
            return (I) input;
        }

        int[] solve(Input input, Trace trace) {
            return solver.solve(input(input), trace);
        }

        void write(Input input, FieldWriter out) {
            fields.writer().accept(input(input), out);
        }
    }

    /**
     * Makes one.
     *
     * @param trained largest published length for training
     * @param validated largest published length for validation
     * @param mostStates upper bound of the states of a trace, by n
     */
    <I extends Input> Algorithm(
            int trained,
            int validated,
            Fields<I> fields,
            Sampler<I> sampler,
            Solver<I> solver,
            Answer answer,
            IntUnaryOperator mostStates) {
        this.trained = trained;
        this.validated = validated;
        this.answer = answer;
        this.mostStates = mostStates;
        implementation = new Implementation<>(fields, sampler, solver);
    }

    /** Returns its name in questions. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    Answer answer() {
        return answer;
    }

    /** Returns the largest published length for training. */
    int largestTrained() {
        return trained;
    }

    /** Returns the largest published length for validation. */
    int largestValidated() {
        return validated;
    }

    /** Returns whether its states are a part of the benchmark. */
    boolean isTraced() {
        return this != SEGMENTS_INTERSECT;
    }

    /** Returns an upper bound of the states of a trace. */
    int mostStates(int n) {
        return mostStates.applyAsInt(n);
    }

    /** Returns an upper bound of the numbers in a question. */
    int mostNumbers(int n) {
        return implementation.fields().count().applyAsInt(n);
    }

    /** Returns whether the numbers in a question are real. */
    boolean isReal() {
        return implementation.fields().real();
    }

    /** Draws an input of length n. */
    Input draw(int n, Truncation truncation, RandomGenerator random) {
        return implementation.sampler().draw(n, truncation, random);
    }

    /** Returns the cells of the result, and tells the trace of the states on the way. */
    int[] solve(Input input, Trace trace) {
        return implementation.solve(input, trace);
    }

    void write(Input input, FieldWriter out) {
        implementation.write(input, out);
    }

    Input read(FieldReader in) {
        return implementation.fields().reader().apply(in);
    }
}
