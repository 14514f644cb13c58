package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.Axis;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Samples come from their key alone, and have the form they should. */
interface SamplingContract extends TaskTrial {

    /** The same key gives the same sample, whatever was drawn before, from a task made anew too. */
    @Test
    default void samplesComeFromTheirKeyAlone() {
        for (Task task : tasks()) {
            List<Sample> forwards =
                    IntStream.range(0, 40).mapToObj(i -> TaskTrial.training(task, i)).toList();
            for (int i = 39; i >= 0; i--) {
                assertSame(forwards.get(i), TaskTrial.training(task, i));
            }
        }
        List<Task> some = tasks();
        List<Task> others = tasks();
        for (int which = 0; which < some.size(); which++) {
            for (int i = 0; i < 10; i++) {
                assertSame(
                        TaskTrial.training(some.get(which), i),
                        TaskTrial.training(others.get(which), i));
            }
        }
    }

    private static void assertSame(Sample one, Sample other) {
        assertEquals(one.point(), other.point());
        assertArrayEquals(one.tokens(), other.tokens(), () -> "tokens at " + one.point());
        assertArrayEquals(one.target(), other.target(), () -> "target at " + one.point());
        assertEquals(one.spans(), other.spans());
    }

    /** Different keys give different samples: training would otherwise see the same ones again. */
    @Test
    default void samplesDiffer() {
        for (Task task : tasks()) {
            Set<List<Integer>> different = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                different.add(Arrays.stream(TaskTrial.training(task, i).tokens()).boxed().toList());
            }
            assertTrue(different.size() > 1, "50 samples are all the same");
        }
    }

    /** Four threads that share a task get what one would get. */
    @Test
    default void threadsMayShareATask() throws InterruptedException, ExecutionException {
        for (Task task : tasks()) {
            List<Sample> alone =
                    IntStream.range(0, 200).mapToObj(i -> TaskTrial.training(task, i)).toList();
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                List<Future<Sample>> together =
                        IntStream.range(0, 200)
                                .mapToObj(i -> threads.submit(() -> TaskTrial.training(task, i)))
                                .toList();
                for (int i = 0; i < 200; i++) {
                    assertSame(alone.get(i), together.get(i).get());
                }
            }
        }
    }

    /** A sample begins with BOS, and holds tokens of the vocabulary, none of them PAD. */
    @Test
    default void samplesHoldTokensOfTheVocabulary() {
        for (Task task : tasks()) {
            for (Sample sample : TaskTrial.samples(task, 100, 5)) {
                int[] tokens = sample.tokens();
                assertTrue(
                        tokens.length >= 2, () -> sample.point() + ": " + Arrays.toString(tokens));
                assertEquals(Vocabulary.BOS, tokens[0], () -> sample.point() + ": the first token");
                for (int token : tokens) {
                    assertTrue(
                            token > Vocabulary.PAD && token < task.vocabulary().size(),
                            () -> "%s: token %d".formatted(sample.point(), token));
                }
            }
        }
    }

    /** A sample is at the point that was asked for. */
    @Test
    default void samplesAreAtTheirPoint() {
        for (Task task : tasks()) {
            for (Point point : task.grid()) {
                assertEquals(point, TaskTrial.at(task, point, 0).point());
            }
        }
    }

    /** Every token is a target or not, some are, and the first one never is. */
    @Test
    default void targetsAreMarked() {
        for (Task task : tasks()) {
            for (Sample sample : TaskTrial.samples(task, 100, 5)) {
                boolean[] target = sample.target();
                assertEquals(sample.tokens().length, target.length, "length of the target");
                assertFalse(target[0], "the first token is a target");
                assertTrue(
                        IntStream.range(0, target.length).anyMatch(i -> target[i]),
                        () -> sample.point() + ": nothing is a target");
            }
        }
    }

    /** The tokens of answers are targets, and the only ones unless a scorer judges the others. */
    @Test
    default void targetsCoverTheAnswers() {
        for (Task task : tasks()) {
            for (Sample sample : TaskTrial.samples(task, 100, 5)) {
                boolean[] target = sample.target();
                boolean[] answered = new boolean[target.length];
                for (Span span : sample.spans()) {
                    Arrays.fill(answered, span.start(), span.end(), true);
                }
                for (int i = 0; i < target.length; i++) {
                    int at = i;
                    assertTrue(
                            target[i] || !answered[i],
                            () ->
                                    "%s: token %d of an answer is no target"
                                            .formatted(sample.point(), at));
                    assertTrue(
                            !target[i] || answered[i] || task.scorer().isPresent(),
                            () ->
                                    "%s: target %d belongs to no answer"
                                            .formatted(sample.point(), at));
                }
            }
        }
    }

    /** Every sample has something to judge: answers, or a scorer. */
    @Test
    default void samplesCanBeJudged() {
        for (Task task : tasks()) {
            for (Sample sample : TaskTrial.samples(task, 100, 5)) {
                assertTrue(
                        !sample.spans().isEmpty() || task.scorer().isPresent(),
                        () -> sample.point() + " has neither answers nor a scorer");
            }
        }
    }

    /** Spans follow each other inside the sample. */
    @Test
    default void spansFollowEachOther() {
        for (Task task : tasks()) {
            for (Sample sample : TaskTrial.samples(task, 100, 5)) {
                int end = 1;
                for (Span span : sample.spans()) {
                    assertTrue(span.start() >= end, () -> "spans overlap: " + sample.spans());
                    end = span.end();
                }
                assertTrue(
                        end <= sample.tokens().length,
                        () -> sample.point() + ": the last answer goes on after the last token");
            }
        }
    }

    /** A right answer can be decoded: it fits its limit, and no stop token ends it early. */
    @Test
    default void rightAnswersCanBeDecoded() {
        for (Task task : tasks()) {
            TaskTrial.eachSpan(
                    TaskTrial.samples(task, 100, 5),
                    (sample, place) -> {
                        Span span = sample.spans().get(place);
                        int[] answer = TaskTrial.answer(sample, place);
                        assertTrue(
                                answer.length <= span.limit(),
                                () -> "%s: %d tokens".formatted(span, answer.length));
                        for (int i = 0; i < answer.length - 1; i++) {
                            int token = answer[i];
                            assertFalse(
                                    span.stops().contains(token),
                                    () ->
                                            "%s: stop token %d inside the answer"
                                                    .formatted(span, token));
                        }
                        for (int stop : span.stops()) {
                            assertTrue(
                                    stop > Vocabulary.PAD && stop < task.vocabulary().size(),
                                    () -> "%s: stop token %d".formatted(span, stop));
                        }
                        assertTrue(
                                answer.length == span.limit() || stops(span, answer),
                                () ->
                                        "%s: nothing ends the answer of %d tokens before the limit. Give it a stop token"
                                                .formatted(span, answer.length));
                    });
        }
    }

    private static boolean stops(Span span, int[] answer) {
        return span.stops().contains(answer[answer.length - 1]);
    }

    /**
     * Answers that differ in length at one point end with a stop token: the model has to say where
     * they end. Without one, a limit that is just right would tell it.
     */
    @Test
    default void answersOfSeveralLengthsEndWithAStopToken() {
        for (Task task : tasks()) {
            Map<Point, Integer> lengths = new HashMap<>();
            TaskTrial.eachSpan(
                    TaskTrial.samples(task, 100, 5),
                    (sample, place) -> {
                        Span span = sample.spans().get(place);
                        int[] answer = TaskTrial.answer(sample, place);
                        if (!stops(span, answer)) {
                            Point point = task.point(sample, place);
                            int length = lengths.computeIfAbsent(point, _ -> answer.length);
                            assertEquals(
                                    length,
                                    answer.length,
                                    () ->
                                            "%s: answers without a stop token differ in length. Add a token that ends them"
                                                            .formatted(point)
                                                    + " to the answer, to the target and to the"
                                                    + " span's stops");
                        }
                    });
        }
    }

    /** No sample is longer than the task says. */
    @Test
    default void noSampleIsLongerThanTheLongest() {
        for (Task task : tasks()) {
            for (Sample sample : TaskTrial.samples(task, 200, 20)) {
                int longest = task.longest();
                assertTrue(
                        sample.tokens().length <= longest,
                        () ->
                                "%s: %d tokens, the longest is %d"
                                        .formatted(
                                                sample.point(), sample.tokens().length, longest));
            }
        }
    }

    /** There are axes, whose names differ, and points to evaluate at, which differ. */
    @Test
    default void axesAndPointsDiffer() {
        for (Task task : tasks()) {
            List<String> axes = task.axes().stream().map(Axis::name).toList();
            assertFalse(axes.isEmpty(), "there is no axis");
            assertEquals(axes.size(), Set.copyOf(axes).size(), axes::toString);
            List<Point> grid = task.grid();
            assertFalse(grid.isEmpty(), "there is no point to evaluate at");
            assertEquals(grid.size(), Set.copyOf(grid).size(), grid::toString);
        }
    }

    /** Points of the grid have a value on each axis; those outside count as not trained. */
    @Test
    default void theGridLiesOnTheAxes() {
        for (Task task : tasks()) {
            for (Point point : task.grid()) {
                boolean inside = inside(task, point);
                assertTrue(
                        inside || !task.trained(point),
                        () -> point + " lies outside the axes, but counts as trained");
            }
        }
    }

    /** The training distribution draws points on the axes. */
    @Test
    default void trainingStaysOnTheAxes() {
        for (Task task : tasks()) {
            for (Point point : drawn(task)) {
                assertTrue(
                        inside(task, point), () -> point + " is drawn, but lies outside the axes");
            }
        }
    }

    /** Points of the grid that the training distribution draws count as trained. */
    @Test
    default void whatIsDrawnCountsAsTrained() {
        for (Task task : tasks()) {
            Set<Point> grid = Set.copyOf(task.grid());
            for (Point point : drawn(task)) {
                assertTrue(
                        !grid.contains(point) || task.trained(point),
                        () -> point + " is drawn, but does not count as trained");
            }
        }
    }

    private static List<Point> drawn(Task task) {
        return IntStream.range(0, 300)
                .mapToObj(i -> task.draw(Limits.NONE, Seed.random("contract draw", i)))
                .toList();
    }

    /** Returns whether a point has a value for each axis, within its range. */
    private static boolean inside(Task task, Point point) {
        TaskTrial.assertHasTheAxes(task, point);
        return task.axes().stream()
                .allMatch(axis ->
                        switch (axis) {
                            case Axis.Range range -> {
                                int value = point.number(range.name());
                                yield value >= range.least() && value <= range.most();
                            }
                            case Axis.Values names ->
                                    names.values().contains(point.name(names.name()));
                        });
    }

    /** Limits are kept, and opening them opens what is drawn. */
    @Test
    default void limitsAreKept() {
        for (Task task : tasks()) {
            for (Axis axis : task.axes()) {
                if (axis instanceof Axis.Range range && range.least() < range.most()) {
                    int narrow = range.least() + (range.most() - range.least()) / 2;
                    int atNarrow = largest(task, range, narrow);
                    assertTrue(
                            atNarrow <= narrow,
                            "%s = %d above the limit".formatted(range, atNarrow));
                    assertTrue(
                            largest(task, range, range.least()) == range.least(),
                            () -> range + ": the narrowest limit is not kept");
                    assertTrue(
                            largest(task, range, range.most()) > atNarrow,
                            () -> range + ": opening the limit opens nothing");
                }
            }
        }
    }

    private static int largest(Task task, Axis.Range range, int most) {
        Limits limits = axis -> axis.equals(range) ? most : axis.most();
        CounterRandom random = Seed.random("contract limits", most);
        return IntStream.range(0, 500)
                .map(_ -> task.draw(limits, random).number(range.name()))
                .max()
                .orElseThrow();
    }
}
