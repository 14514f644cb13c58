package org.anira.task.brevo;

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

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class BrevoProviderTests {

    private static final BrevoProvider PROVIDER = new BrevoProvider();

    static BrevoTask task(Map<String, ?> options) {
        return (BrevoTask)
                PROVIDER.create(Settings.of("task.options", PROVIDER.options(), options));
    }

    private static String problem(Map<String, ?> options) {
        SettingsException problem = assertThrows(SettingsException.class, () -> task(options));
        assertEquals("CFG-003", problem.code());
        assertFalse(problem.settings().isEmpty(), problem.getMessage());
        return problem.getMessage();
    }

    @Test
    void defaultsTrainAndEvaluateOnThreeToThirtyNodes() {
        Task task = task(Map.of());
        assertEquals(List.of(new Axis.Range("n", "nodes", 3, 30)), task.axes());
        assertEquals(
                IntStream.rangeClosed(3, 30).mapToObj(n -> Point.of("n", n)).toList(), task.grid());
        assertTrue(task.grid().stream().allMatch(task::trained));
        assertEquals(255, task.longest());
    }

    @Test
    void evaluatesOnUnseenSizesToo() {
        Task task = task(Map.of("evaluation", "40,10", "max-nodes", 20));
        assertEquals(List.of(Point.of("n", 10), Point.of("n", 40)), task.grid());
        assertEquals(List.of(true, false), task.grid().stream().map(task::trained).toList());
        assertEquals(5 + 40, task.vocabulary().size());
    }

    @Test
    void idsAreThoseOfTheLayout() {
        assertEquals(
                List.of("PAD", "BOS", "EOS", "QUERY", "ANSWER", "1", "2"),
                IntStream.range(0, 7).mapToObj(task(Map.of()).vocabulary()::text).toList());
        Task multi = task(Map.of("form", "multi"));
        assertEquals(
                "abcdABCD",
                String.join(
                        "",
                        IntStream.range(5, multi.vocabulary().size())
                                .mapToObj(multi.vocabulary()::text)
                                .toList()));
    }

    @Test
    void everyWordIsReadBack() {
        BrevoVocabulary vocabulary = new BrevoVocabulary(0);
        int[] tokens = new int[8];
        for (int word = 0; word < BrevoVocabulary.WORDS; word++) {
            int end = vocabulary.write(word, tokens, 2);
            assertEquals(vocabulary.length(word), end - 2);
            assertEquals(word, vocabulary.read(tokens, 2, end));
            assertEquals(-1, vocabulary.read(tokens, 2, end - 1));
        }
    }

    @Test
    void wordsRunOut() {
        assertEquals(
                "Task brevo: 'form' is multi and the largest n is 400, but there are 336 words."
                        + " Lower 'max-nodes' or 'evaluation', or use the form single.",
                problem(Map.of("form", "multi", "evaluation", "3-400")));
        assertEquals(336, task(Map.of("form", "multi", "max-nodes", 336)).axes().size() * 336);
    }

    @Test
    void labelsSuffice() {
        assertEquals(
                "Task brevo: 'labels' is 20, below the largest n of training and evaluation, 30."
                        + " Raise it, or leave it out.",
                problem(Map.of("labels", 20)));
        assertEquals(
                "Task brevo: 'labels' is 50, but 'form' is multi, which has words. Leave 'labels'"
                        + " out.",
                problem(Map.of("labels", 50, "form", "multi")));
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        assertEquals(
                """
                Task brevo: 'min-nodes' is 9, above 'max-nodes', 8. Raise one or lower the other.
                Task brevo: 'evaluation' has '2', 'x', expected a whole number from 3 to 1000, or a range such as 3-16.\
                """,
                problem(Map.of("min-nodes", 9, "max-nodes", 8, "evaluation", "2,5,x")));
    }

    @Test
    void theDescriptionHasAnExample() {
        assertTrue(task(Map.of()).description().endsWith("BOS 2 3 1 3 QUERY 3 ANSWER 1 2 3 EOS\n"));
        assertTrue(
                task(Map.of("form", "multi"))
                        .description()
                        .endsWith("QUERY a b b A ANSWER a B a d C a b b A EOS\n"),
                task(Map.of("form", "multi")).description());
    }
}
