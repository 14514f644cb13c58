package org.anira.task.clrstext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.task.Axis;
import org.anira.api.task.Point;
import org.anira.api.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

class ClrsTextProviderTests {

    private static final ClrsTextProvider PROVIDER = new ClrsTextProvider();

    static ClrsTextTask task(Map<String, ?> options) {
        return (ClrsTextTask)
                PROVIDER.create(Settings.of("task.options", PROVIDER.options(), options));
    }

    private static String problem(Map<String, ?> options) {
        SettingsException problem = assertThrows(SettingsException.class, () -> task(options));
        assertEquals("CFG-003", problem.code());
        assertFalse(problem.settings().isEmpty(), problem.getMessage());
        return problem.getMessage();
    }

    private static List<Integer> lengths(Task task, String algorithm) {
        return task.grid().stream()
                .filter(point -> point.name("algorithm").equals(algorithm))
                .map(point -> point.number("length"))
                .toList();
    }

    @Test
    void defaultsAreTheMergedAlgorithmsAtTheirPublishedLengths() {
        Task task = task(Map.of());

        assertEquals(new Axis.Range("length", "input size", 4, 31), task.axes().getFirst());
        assertEquals(23, ((Axis.Values) task.axes().getLast()).values().size());
        assertEquals(List.of(4, 5), lengths(task, "bridges"));
        assertEquals(List.of(4, 5, 10, 11, 12, 15, 19, 23, 28, 31), lengths(task, "sorting"));
        assertTrue(task.grid().stream().allMatch(task::trained));
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "4-8;", ";4-8", "4-8;;bfs 4"})
    void anEmptyEntryOfLengthsIsRefused(String text) {
        for (String option : List.of("lengths", "evaluation")) {
            assertTrue(
                    problem(Map.of(option, text))
                            .startsWith(
                                    "Task clrs-text: '%s' has '', expected lengths such as"
                                            .formatted(option)));
        }
    }

    /** The numbers of pairs of algorithm and length in the published data sets. */
    @Test
    void publishedLengthsAreThoseOfThePublishedDataSets() {
        assertEquals(215, task(Map.of("form", "answers")).grid().size());

        Task validated = task(Map.of("form", "answers", "evaluation", "published"));
        assertEquals(823, validated.grid().size());
        Set<Integer> trained =
                validated.grid().stream()
                        .filter(validated::trained)
                        .filter(point -> point.name("algorithm").equals("dijkstra"))
                        .map(point -> point.number("length"))
                        .collect(Collectors.toSet());
        assertEquals(Set.of(4, 5, 10, 11, 12, 15, 19, 23), trained);
        assertEquals(64, lengths(validated, "minimum").getLast());
        assertEquals(7, lengths(validated, "bridges").getLast());
    }

    @Test
    void lengthsMayDifferBetweenAlgorithms() {
        Task task =
                task(
                        Map.of(
                                "algorithms",
                                "minimum,bfs, dfs",
                                "lengths",
                                "4-6,9; bfs 12;dfs published",
                                "evaluation",
                                "8; bfs 4, 12"));

        assertEquals(List.of(8), lengths(task, "minimum"));
        assertEquals(List.of(4, 12), lengths(task, "bfs"));
        assertEquals(
                Map.of(
                        Point.of(Map.of("length", 4, "algorithm", "bfs")), false,
                        Point.of(Map.of("length", 12, "algorithm", "bfs")), true,
                        Point.of(Map.of("length", 8, "algorithm", "dfs")), false,
                        Point.of(Map.of("length", 8, "algorithm", "minimum")), false),
                task.grid().stream().collect(Collectors.toMap(p -> p, task::trained)));
        assertEquals(new Axis.Range("length", "input size", 4, 23), task.axes().getFirst());
    }

    @Test
    void aSingleLengthMayBeGivenAsANumber() {
        assertEquals(List.of(7), lengths(task(Map.of("lengths", 7)), "minimum"));
    }

    @Test
    void chanceIsKnownWhereGuessesAreFew() {
        Task task = task(Map.of("lengths", "8"));
        assertEquals(0.5, chance(task, "segments_intersect"));
        assertEquals(1 / 8.0, chance(task, "quickselect"));
        assertEquals(1 / 36.0, chance(task, "find_maximum_subarray_kadane"));
        assertEquals(1 / 6.0, chance(task, "string_matching"));
        assertTrue(task.chance(Point.of(Map.of("length", 8, "algorithm", "lcs_length"))).isEmpty());
    }

    private static double chance(Task task, String algorithm) {
        return task.chance(Point.of(Map.of("length", 8, "algorithm", algorithm))).orElseThrow();
    }

    @Test
    void placesThatWereNotAskedForAreRefused() {
        Task task = task(Map.of("algorithms", "bfs", "lengths", "4"));
        for (Map<String, ?> place :
                List.of(
                        Map.of("length", 5, "algorithm", "bfs"),
                        Map.of("length", 400, "algorithm", "bfs"),
                        Map.of("length", -1, "algorithm", "bfs"),
                        Map.of("length", 4, "algorithm", "dfs"))) {
            assertThrows(IllegalArgumentException.class, () -> task.trained(Point.of(place)));
        }
    }

    @Test
    void unknownAlgorithmsAreNamedWithTheNearestOne() {
        String problem = problem(Map.of("algorithms", "bsf,minimum"));
        assertTrue(
                problem.startsWith(
                        "Task clrs-text: 'algorithms' has 'bsf', expected all or names from:"
                                + " activity_selector, articulation_points, bfs,"),
                problem);
        assertTrue(problem.endsWith(". Did you mean 'bfs'?"), problem);
    }

    @Test
    void membersOfAMergedAlgorithmAreNamedByTheWhole() {
        assertEquals(
                "Task clrs-text: 'algorithms' has 'dijkstra', which is a part of"
                        + " 'single_source_shortest_paths' in form merged. Name that one, or take"
                        + " form answers.",
                problem(Map.of("algorithms", "dijkstra")));
        assertFalse(task(Map.of("algorithms", "dijkstra", "form", "answers")).grid().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",bfs", "bfs,"})
    void emptyNamesOfAlgorithmsAreRefused(String algorithms) {
        assertTrue(
                problem(Map.of("algorithms", algorithms))
                        .contains("'algorithms' has '', expected all or names from"));
    }

    @Test
    void algorithmsAreNamedOnce() {
        assertEquals(
                "Task clrs-text: 'algorithms' has 'bfs' twice.",
                problem(Map.of("algorithms", "bfs,bfs")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "65", "9-5", "4-", "4-65", "999"})
    void lengthsHaveARange(String part) {
        assertEquals(
                "Task clrs-text: 'lengths' has '%s', expected a length from 4 to 64, or a range such as 4-16."
                        .formatted(part),
                problem(Map.of("lengths", "4," + part)));
    }

    @ParameterizedTest
    @CsvSource({
        "evaluation, x",
        "evaluation, bfs",
        "evaluation, bfs: 4-8",
        "lengths, bfs 4 dfs 5",
        "lengths, 4.5"
    })
    void lengthsHaveAForm(String option, String text) {
        assertEquals(
                "Task clrs-text: '%s' has '%s', expected lengths such as 4-8,10 or published, after a name if they are for one algorithm."
                        .formatted(option, text),
                problem(Map.of(option, text)));
    }

    @Test
    void lengthsAreForAlgorithmsThatAreThere() {
        assertEquals(
                "Task clrs-text: 'lengths' has lengths for 'bsf', which is not among the"
                        + " algorithms. Did you mean 'bfs'?",
                problem(Map.of("algorithms", "bfs,dfs", "lengths", "4; bsf 5")));
        assertEquals(
                "Task clrs-text: 'lengths' has lengths for 'minimum', which is not among the"
                        + " algorithms.",
                problem(Map.of("algorithms", "bfs,dfs", "lengths", "4; minimum 5")));
        assertEquals(
                "Task clrs-text: 'lengths' has two entries for 'bfs'.",
                problem(Map.of("lengths", "bfs 5; bfs 6")));
        assertEquals(
                "Task clrs-text: 'evaluation' has two entries without a name.",
                problem(Map.of("evaluation", "5; 6")));
    }

    @Test
    void theOldFormatIsWrittenOfUncutInputs() {
        assertEquals(
                "Task clrs-text: 'numbers' is legacy, which is written of uncut inputs, and"
                        + " 'decimals' is 3. Set 'decimals' to 0.",
                problem(Map.of("numbers", "legacy")));
    }

    @Test
    void pointsThatCannotKeepOffLinesAreRefused() {
        String problem = problem(Map.of("algorithms", "convex_hull", "decimals", 1));
        assertTrue(
                problem.matches(
                        "Task clrs-text: of 400 draws of 31 points for 'convex_hull' only \\d had"
                                + " no three on a line with this number of 'decimals'\\. Take more"
                                + " 'decimals' or shorter lengths\\."),
                problem);
        assertFalse(
                task(Map.of("algorithms", "convex_hull", "decimals", 1, "lengths", "4-5"))
                        .grid()
                        .isEmpty());
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        assertEquals(2, problem(Map.of("algorithms", "x", "numbers", "legacy")).lines().count());
    }
}
