package org.anira.task.mano;

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

class ManoProviderTests {

    private static final ManoProvider PROVIDER = new ManoProvider();

    static ManoTask task(Map<String, ?> options) {
        return (ManoTask) PROVIDER.create(Settings.of("task.options", PROVIDER.options(), options));
    }

    private static String problem(Map<String, ?> options) {
        SettingsException problem = assertThrows(SettingsException.class, () -> task(options));
        assertEquals("CFG-003", problem.code());
        assertFalse(problem.settings().isEmpty(), problem.getMessage());
        return problem.getMessage();
    }

    @Test
    void defaultsTrainAndEvaluateOnThreeToSixteenOperators() {
        Task task = task(Map.of());
        assertEquals(List.of(new Axis.Range("L", "operators", 3, 16)), task.axes());
        assertEquals(
                IntStream.rangeClosed(3, 16).mapToObj(length -> Point.of("L", length)).toList(),
                task.grid());
        assertTrue(task.grid().stream().allMatch(task::trained));
        assertEquals(1.0 / 23, task.chance(task.grid().getFirst()).orElseThrow());
    }

    @Test
    void evaluatesOnUnseenLengthsToo() {
        Task task = task(Map.of("evaluation", "24, 1-3,16"));
        assertEquals(
                List.of(1, 2, 3, 16, 24),
                task.grid().stream().map(point -> point.number("L")).toList());
        assertEquals(
                List.of(false, false, true, true, false),
                task.grid().stream().map(task::trained).toList());
    }

    @Test
    void aSingleLengthMayBeGivenAsANumber() {
        assertEquals(List.of(Point.of("L", 20)), task(Map.of("evaluation", 20)).grid());
    }

    @Test
    void vocabularyCoversTheLargestLengthAndIdsDoNotMoveWithIt() {
        ManoVocabulary small = (ManoVocabulary) task(Map.of()).vocabulary();
        ManoVocabulary large = (ManoVocabulary) task(Map.of("evaluation", "1-32")).vocabulary();
        assertEquals(7 + 23 + 2 * 16, small.size());
        assertEquals(7 + 23 + 2 * 32, large.size());
        for (int token = 0; token < small.size(); token++) {
            assertEquals(small.text(token), large.text(token));
        }
    }

    @Test
    void idsAreThoseOfTheLayout() {
        ManoVocabulary vocabulary = (ManoVocabulary) task(Map.of()).vocabulary();
        assertEquals(
                List.of("PAD", "BOS", "EOS", "+", "-", "*", "/", "0"),
                IntStream.range(0, 8).mapToObj(vocabulary::text).toList());
        assertEquals("22", vocabulary.text(29));
        assertEquals(30 + 2 * 2, vocabulary.open(3));
        assertEquals(31 + 2 * 2, vocabulary.answer(3));
        assertEquals("OPEN(3)", vocabulary.text(vocabulary.open(3)));
        assertEquals("ANSWER(16)", vocabulary.text(vocabulary.size() - 1));
    }

    @Test
    void aliasesFollowTheOtherTokensAndLeadBack() {
        ManoVocabulary plain = (ManoVocabulary) task(Map.of()).vocabulary();
        ManoVocabulary vocabulary = (ManoVocabulary) task(Map.of("aliases", true)).vocabulary();
        assertEquals(plain.size() + 4 + 2 * 16, vocabulary.size());
        long aliases =
                IntStream.range(0, plain.size())
                        .filter(vocabulary::hasAlias)
                        .peek(token ->
                                assertEquals(token, vocabulary.canonical(vocabulary.alias(token))))
                        .map(vocabulary::alias)
                        .distinct()
                        .count();
        assertEquals(vocabulary.size() - plain.size(), aliases);
        assertEquals("+'", vocabulary.text(plain.size()));
        assertEquals("ANSWER(16)'", vocabulary.text(vocabulary.size() - 1));
    }

    @Test
    void withoutAnnouncementOneMarkServesAllLengths() {
        ManoVocabulary vocabulary =
                (ManoVocabulary)
                        task(Map.of("announce", "none", "evaluation", "1-32")).vocabulary();
        assertEquals(7 + 23 + 2, vocabulary.size());
        assertEquals(vocabulary.open(1), vocabulary.open(32));
        assertEquals("ANSWER", vocabulary.text(vocabulary.answer(32)));
    }

    @Test
    void divisionsNeedAPrime() {
        assertEquals(
                "Task mano: 'modulus' is 24, which is not a prime, and 'operators' has d."
                        + " Leave d out, or take a prime.",
                problem(Map.of("modulus", 24, "operators", "asd")));
        assertFalse(task(Map.of("modulus", 24)).grid().isEmpty());
    }

    @Test
    void divisionsThatAlmostAlwaysFailAreRefused() {
        assertTrue(
                problem(Map.of("modulus", 2, "operators", "d"))
                        .startsWith(
                                "Task mano: of the expressions with 16 operators modulo 2 about one"
                                        + " in 7e+04 is free of"));
    }

    @Test
    void operatorsAreKnownLettersEachOnce() {
        for (String letters : List.of("", "ax", "aam")) {
            assertEquals(
                    "Task mano: 'operators' is '%s', expected some of the letters a (+), s (-), m (*), d (/), each once."
                            .formatted(letters),
                    problem(Map.of("operators", letters)));
        }
    }

    @Test
    void evaluationIsAListOfLengths() {
        for (String part : List.of("x", "0", "5-3", "3-", "1001")) {
            assertEquals(
                    "Task mano: 'evaluation' has '%s', expected a whole number from 1 to 1000, or a range such as 3-16."
                            .formatted(part),
                    problem(Map.of("evaluation", "4," + part)));
        }
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        String problems = problem(Map.of("min-length", 5, "max-length", 4, "operators", "x"));
        assertEquals(2, problems.lines().count(), problems);
        assertTrue(
                problems.startsWith("Task mano: 'min-length' is 5, above 'max-length', 4."),
                problems);
    }
}
