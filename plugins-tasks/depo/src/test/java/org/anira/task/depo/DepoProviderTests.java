package org.anira.task.depo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.task.Axis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class DepoProviderTests {

    private static final DepoProvider PROVIDER = new DepoProvider();

    static DepoTask task(Map<String, ?> options) {
        return (DepoTask) PROVIDER.create(Settings.of("task.options", PROVIDER.options(), options));
    }

    private static String problem(Map<String, ?> options) {
        SettingsException problem = assertThrows(SettingsException.class, () -> task(options));
        assertEquals("CFG-003", problem.code());
        assertFalse(problem.settings().isEmpty(), problem.getMessage());
        return problem.getMessage();
    }

    @Test
    void defaultsTrainAndEvaluateOnThreeToThirtyNodesAndOneToEightSteps() {
        DepoTask task = task(Map.of());
        assertEquals(
                List.of(new Axis.Range("n", "nodes", 3, 30), new Axis.Range("k", "steps", 1, 8)),
                task.axes());
        assertEquals(
                IntStream.rangeClosed(3, 30).mapToObj("n=%d,k=8"::formatted).toList(),
                task.grid().stream().map(Object::toString).toList());
        assertTrue(task.grid().stream().allMatch(task::trained));
        assertEquals(1 + 2 * 30 + 10 * 4, task.longest());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "25, 25", "1000, 30"})
    void theLongestHasAllQuestions(int questions, int asked) {
        assertEquals(1 + 2 * 30 + asked * 4, task(Map.of("questions", questions)).longest());
    }

    @Test
    void evaluatesOnUnseenSizesToo() {
        DepoTask task = task(Map.of("evaluation", "40,10", "max-nodes", 20));
        assertEquals(List.of(true, false), task.grid().stream().map(task::trained).toList());
    }

    @Test
    void idsAreThoseOfTheLayout() {
        DepoVocabulary vocabulary = task(Map.of("words", "long", "max-steps", 16)).vocabulary();
        assertEquals(
                List.of(
                        "PAD", "BOS", "EOS", "SEP", "ANSWER", "1-", "2-", "3-", "1", "2", "3",
                        "K(1)", "K(2)"),
                IntStream.range(0, 13).mapToObj(vocabulary::text).toList());
        assertEquals(4 + 6 + 16 + 1, vocabulary.size());
    }

    @ParameterizedTest
    @CsvSource({"50, 1, 1, 50", "50, 1, 2, 2550", "3, 5, 7, 3159"})
    void wordsAreCounted(int letters, int shortest, int longest, int count) {
        assertEquals(count, new Lexicon(letters, shortest, longest).count());
    }

    @Test
    void wordsRunOut() {
        assertEquals(
                "Task depo: 'words' is one and the largest n is 51, but there are 50 words. Lower"
                        + " 'max-nodes' or 'evaluation', or use other words.",
                problem(Map.of("evaluation", "51")));
        assertEquals(50, task(Map.of("max-nodes", 50)).grid().getLast().number("n"));
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        assertEquals(
                """
                Task depo: 'min-nodes' is 9, above 'max-nodes', 8. Raise one or lower the other.
                Task depo: 'evaluation' has '2', expected a whole number from 3 to 1000, or a range such as 3-16.\
                """,
                problem(Map.of("min-nodes", 9, "max-nodes", 8, "evaluation", "2,5")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 25})
    void theDescriptionSaysHowManyQuestionsThereAre(int questions) {
        assertTrue(
                task(Map.of("questions", questions))
                        .description()
                        .contains("at most %d, each".formatted(questions)));
    }

    @Test
    void theDescriptionHasAnExample() {
        assertTrue(
                task(Map.of()).description().endsWith("BOS 26 1 1 50 50 26 K(2) 50 ANSWER 1\n"),
                task(Map.of()).description());
        assertTrue(
                task(Map.of("words", "short", "separator", true))
                        .description()
                        .contains("BOS SEP 25- 26 1 SEP 1 50- 50 SEP 50- 50"),
                task(Map.of("words", "short", "separator", true)).description());
    }
}
