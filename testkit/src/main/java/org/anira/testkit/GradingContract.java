package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The grader accepts right answers and nothing else, and throws at nothing. */
interface GradingContract extends TaskTrial {

    /** The sample's own answers are right. */
    @Test
    default void rightAnswersAreRight() {
        for (Task task : tasks()) {
            TaskTrial.eachSpan(
                    TaskTrial.samples(task, 100, 5),
                    (sample, span) -> {
                        int[] answer = TaskTrial.answer(sample, span);
                        assertTrue(
                                task.grade(sample, span, answer),
                                () ->
                                        "%s: %s is wrong"
                                                .formatted(
                                                        sample.point(), Arrays.toString(answer)));
                    });
        }
    }

    /**
     * An answer with one token changed is wrong, whatever the token: all of them for small
     * vocabularies.
     */
    @Test
    default void changedAnswersAreWrong() {
        for (Task task : tasks()) {
            int size = task.vocabulary().size();
            TaskTrial.eachSpan(
                    TaskTrial.samples(task, 40, 2),
                    (sample, span) -> {
                        int[] right = TaskTrial.answer(sample, span);
                        RandomGenerator random = Seed.random("corruption", span);
                        for (int place = 0; place < right.length; place++) {
                            for (int i = 0; i < Math.min(size, 64); i++) {
                                int[] changed = right.clone();
                                changed[place] = size <= 64 ? i : random.nextInt(size);
                                assertGrade(task, sample, span, changed);
                            }
                        }
                    });
        }
    }

    /**
     * Answers that are cut short, go on, are empty, or hold what is no token are wrong, and nothing
     * is thrown.
     */
    @Test
    default void malformedAnswersAreWrong() {
        for (Task task : tasks()) {
            TaskTrial.eachSpan(
                    TaskTrial.samples(task, 40, 2),
                    (sample, span) -> {
                        int[] right = TaskTrial.answer(sample, span);
                        assertGrade(task, sample, span, new int[0]);
                        assertGrade(task, sample, span, Arrays.copyOf(right, right.length - 1));
                        assertGrade(task, sample, span, Arrays.copyOfRange(right, 1, right.length));
                        for (int more : new int[] {right[right.length - 1], 0, 1, 2}) {
                            int[] longer = Arrays.copyOf(right, right.length + 1);
                            longer[right.length] = more;
                            assertGrade(task, sample, span, longer);
                        }
                        for (int foreign :
                                new int[] {-1, task.vocabulary().size(), Integer.MAX_VALUE}) {
                            for (int place = 0; place < right.length; place++) {
                                int[] changed = right.clone();
                                changed[place] = foreign;
                                assertGrade(task, sample, span, changed);
                            }
                        }
                    });
        }
    }

    private void assertGrade(Task task, Sample sample, int span, int[] answer) {
        boolean right =
                Arrays.equals(answer, TaskTrial.answer(sample, span))
                        || valid(task, sample, span, answer);
        Supplier<String> what =
                () ->
                        "%s: grade of %s, where the answer is %s"
                                .formatted(
                                        sample.point(),
                                        Arrays.toString(answer),
                                        Arrays.toString(TaskTrial.answer(sample, span)));
        assertEquals(right, assertDoesNotThrow(() -> task.grade(sample, span, answer), what), what);
    }

    /** Grading changes neither the sample nor the answer. */
    @Test
    default void gradingChangesNothing() {
        for (Task task : tasks()) {
            TaskTrial.eachSpan(
                    TaskTrial.samples(task, 20, 1),
                    (sample, span) -> {
                        int[] tokens = sample.tokens().clone();
                        int[] answer = TaskTrial.answer(sample, span);
                        int[] given = answer.clone();
                        task.grade(sample, span, given);
                        assertArrayEquals(tokens, sample.tokens(), "tokens");
                        assertArrayEquals(answer, given, "answer");
                    });
        }
    }

    /** Each answer counts at a point of the task's axes. */
    @Test
    default void answersCountOnTheAxes() {
        for (Task task : tasks()) {
            TaskTrial.eachSpan(
                    TaskTrial.samples(task, 20, 1),
                    (sample, span) -> TaskTrial.assertHasTheAxes(task, task.point(sample, span)));
        }
    }

    /** The chance of a blind guess is a probability above 0. */
    @Test
    default void chanceIsAProbability() {
        for (Task task : tasks()) {
            for (Point point : task.grid()) {
                OptionalDouble chance = task.chance(point);
                assertTrue(
                        chance.isEmpty() || chance.getAsDouble() > 0 && chance.getAsDouble() <= 1,
                        () -> point + ": chance " + chance);
            }
        }
    }
}
