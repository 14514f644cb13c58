package org.anira.task.clrstext;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is asked under one name: one algorithm, or several that answer the same question.
 *
 * @param members the algorithms that draw its inputs; the first one answers, whatever member drew
 */
record Exercise(String name, List<Algorithm> members) {

    Exercise {
        members = List.copyOf(members);
    }

    Algorithm solver() {
        return members.getFirst();
    }

    /** Returns the thirty algorithms, each by itself. */
    static List<Exercise> single() {
        return Arrays.stream(Algorithm.values())
                .map(algorithm -> new Exercise(algorithm.label(), List.of(algorithm)))
                .toList();
    }

    /** Returns the 23 that are left where only answers tell algorithms apart, by name. */
    static List<Exercise> merged() {
        List<Exercise> several =
                List.of(
                        new Exercise(
                                "sorting",
                                List.of(
                                        Algorithm.INSERTION_SORT,
                                        Algorithm.BUBBLE_SORT,
                                        Algorithm.HEAPSORT,
                                        Algorithm.QUICKSORT)),
                        new Exercise(
                                "string_matching",
                                List.of(Algorithm.NAIVE_STRING_MATCHER, Algorithm.KMP_MATCHER)),
                        new Exercise(
                                "convex_hull",
                                List.of(Algorithm.GRAHAM_SCAN, Algorithm.JARVIS_MARCH)),
                        // The first is right on the inputs of all three; paths of equal length
                        // up to rounding may differ between them.
                        new Exercise(
                                "single_source_shortest_paths",
                                List.of(
                                        Algorithm.BELLMAN_FORD,
                                        Algorithm.DIJKSTRA,
                                        Algorithm.DAG_SHORTEST_PATHS)));
        List<Algorithm> taken =
                several.stream().flatMap(exercise -> exercise.members().stream()).toList();
        return Stream.concat(
                        several.stream(),
                        single().stream().filter(single -> !taken.contains(single.solver())))
                .sorted((one, other) -> one.name.compareTo(other.name))
                .collect(Collectors.toUnmodifiableList());
    }
}
