package org.anira.testkit;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.task.Axis;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.TaskProvider;
import org.anira.api.task.Vocabulary;
import org.anira.testkit.Altered.Alteration;
import org.anira.testkit.Altered.Call;
import org.anira.testkit.example.CoinsProvider;
import org.anira.testkit.example.EchoProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** Tasks that are wrong on purpose fail the contract, each at the test made for it. */
class TaskContractTests {

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongTasksAreCaught(Wrong wrong) {
        wrong.assertCaught(Verdict.OfTask.class);
    }

    @Test
    void everyTestCatchesAWrongTask() {
        Wrong.assertEveryTestCatches(Verdict.OfTask.class, wrong());
    }

    static List<Wrong> wrong() {
        List<Wrong> all = new ArrayList<>();
        all.addAll(providers());
        all.addAll(grading());
        all.addAll(drawing());
        all.addAll(samples());
        all.addAll(axes());
        all.addAll(descriptions());
        return all;
    }

    private static List<Wrong> providers() {
        return List.of(
                wrong("a name with a space", "theNameIsKebabCase", "Provider.name", _ -> "my echo"),
                wrong(
                        "a summary of two lines",
                        "theSummaryIsOneLineWithoutAPeriod",
                        "Provider.summary",
                        _ -> "Repeat\na word"),
                wrong(
                        "an option without a summary",
                        "optionsHaveUniqueNamesAndSummaries",
                        "Provider.options",
                        _ -> List.of(Option.flag("loud", false, ""))),
                wrong(
                        "refuses its defaults",
                        "defaultsCreate",
                        "TaskProvider.create",
                        _ -> {
                            throw new SettingsException("CFG-003", "'letters' is refused");
                        }),
                wrong(
                        "samples at the end of a range are longer than the longest",
                        "endsOfRangesAreAccepted",
                        "TaskProvider.create",
                        call ->
                                call.argument(0, Settings.class).integer("letters") == 26
                                        ? SHORT.create(call.argument(0, Settings.class))
                                        : call.right()),
                choosing(
                        "always refuses a choice",
                        "everyChoiceIsTried",
                        call -> {
                            throw new SettingsException("CFG-003", "'form' is new");
                        }),
                choosing(
                        "samples are longer than the longest with another choice",
                        "noSampleIsLongerThanTheLongest",
                        call -> SHORT.create(call.argument(0, Settings.class))),
                wrong(
                        "fails at the end of a range",
                        "endsOfRangesAreAccepted",
                        "TaskProvider.create",
                        call -> {
                            if (call.argument(0, Settings.class).integer("letters") == 26) {
                                throw new SettingsException("CFG-001", "'letters' is 26");
                            }
                            return call.right();
                        }),
                wrong(
                        "refuses the end of a range because of an option that it does not have",
                        "endsOfRangesAreAccepted",
                        "TaskProvider.create",
                        call -> {
                            if (call.argument(0, Settings.class).integer("letters") == 26) {
                                throw new SettingsException(
                                        "CFG-003", List.of("letter"), "'letters' is 26");
                            }
                            return call.right();
                        }));
    }

    private static List<Wrong> grading() {
        return List.of(
                wrong("accepts anything", "changedAnswersAreWrong", "Task.grade", _ -> true),
                wrong("rejects its own answer", "rightAnswersAreRight", "Task.grade", _ -> false),
                wrong(
                        "accepts an answer that stops early",
                        "malformedAnswersAreWrong",
                        "Task.grade",
                        call -> {
                            int[] answer = call.argument(2, int[].class);
                            int[] right = answer(call);
                            return Arrays.equals(
                                    answer,
                                    Arrays.copyOf(right, Math.min(right.length, answer.length)));
                        }),
                wrong(
                        "throws at what is no token",
                        "malformedAnswersAreWrong",
                        "Task.grade",
                        call -> {
                            for (int token : call.argument(2, int[].class)) {
                                if (token < 0) {
                                    throw new IllegalArgumentException("token " + token);
                                }
                            }
                            return call.right();
                        }),
                wrong(
                        "grades in place",
                        "gradingChangesNothing",
                        "Task.grade",
                        call -> {
                            Object right = call.right();
                            call.argument(2, int[].class)[0]++;
                            return right;
                        }),
                wrong(
                        "answers that count on another axis",
                        "answersCountOnTheAxes",
                        "Task.point",
                        _ -> Point.of("k", 1)),
                wrong(
                        "a chance above 1",
                        "chanceIsAProbability",
                        "Task.chance",
                        _ -> OptionalDouble.of(1.5)));
    }

    /** Returns the right answer to the span that is graded. */
    private static int[] answer(Call call) {
        return TaskTrial.answer(call.argument(0, Sample.class), call.argument(1, Integer.class));
    }

    private static List<Wrong> drawing() {
        AtomicLong drawn = new AtomicLong();
        Thread own = Thread.currentThread();
        return List.of(
                wrong(
                        "counts instead of drawing from the generator",
                        "samplesComeFromTheirKeyAlone",
                        "Task.sample",
                        call ->
                                call.rightFor(
                                        call.arguments()[0],
                                        new CounterRandom(1, "own", drawn.incrementAndGet()))),
                wrong(
                        "draws the same sample each time",
                        "samplesDiffer",
                        "Task.sample",
                        call -> call.rightFor(Point.of("n", 3), new CounterRandom(1, "own", 1))),
                wrong(
                        "draws something else in another thread",
                        "threadsMayShareATask",
                        "Task.sample",
                        call -> {
                            if (Thread.currentThread() != own) {
                                call.argument(1, CounterRandom.class).nextLong();
                            }
                            return call.right();
                        }));
    }

    private static List<Wrong> samples() {
        return List.of(
                sample(
                        "fills up with PAD, a target",
                        "samplesHoldTokensOfTheVocabulary",
                        right -> lengthened(right, Vocabulary.PAD)),
                sample(
                        "begins with EOS",
                        "samplesHoldTokensOfTheVocabulary",
                        right -> {
                            right.tokens()[0] = Vocabulary.EOS;
                            return right;
                        }),
                sample(
                        "holds what is no token",
                        "samplesHoldTokensOfTheVocabulary",
                        right -> {
                            right.tokens()[1] = 1000;
                            return right;
                        }),
                sample(
                        "is at another point",
                        "samplesAreAtTheirPoint",
                        right ->
                                new Sample(
                                        Point.of("n", 1),
                                        right.tokens(),
                                        right.target(),
                                        right.spans())),
                sample(
                        "BOS is a target",
                        "targetsAreMarked",
                        right -> {
                            right.target()[0] = true;
                            return right;
                        }),
                sample(
                        "the question is a target",
                        "targetsCoverTheAnswers",
                        right -> {
                            right.target()[1] = true;
                            return right;
                        }),
                sample(
                        "EOS is no target",
                        "targetsCoverTheAnswers",
                        right -> {
                            right.target()[right.target().length - 1] = false;
                            return right;
                        }),
                sample(
                        "nothing to judge",
                        "samplesCanBeJudged",
                        right -> spanned(right, List.of())),
                sample(
                        "answers overlap",
                        "spansFollowEachOther",
                        right -> {
                            Span span = right.spans().getFirst();
                            return spanned(right, List.of(span, span));
                        }),
                sample(
                        "the limit is below the answer's length",
                        "rightAnswersCanBeDecoded",
                        right -> {
                            Span span = right.spans().getFirst();
                            int limit = span.end() - span.start() - 1;
                            return spanned(right, List.of(limited(span, limit, span.stops())));
                        }),
                sample(
                        "nothing stops the answer",
                        "rightAnswersCanBeDecoded",
                        right -> {
                            Span span = right.spans().getFirst();
                            return spanned(
                                    right, List.of(limited(span, span.limit() + 1, List.of())));
                        }),
                sample(
                        "the limit tells where the answer ends",
                        "answersOfSeveralLengthsEndWithAStopToken",
                        right -> {
                            Span span = right.spans().getFirst();
                            // EOS goes, and with it the last letter of some.
                            int end = span.end() - 1 - right.tokens()[1] % 2;
                            if (end <= span.start()) {
                                end = span.end() - 1;
                            }
                            Span told = new Span(span.start(), end, end - span.start(), List.of());
                            return new Sample(
                                    right.point(),
                                    Arrays.copyOf(right.tokens(), end),
                                    Arrays.copyOf(right.target(), end),
                                    List.of(told));
                        }),
                wrong(
                        "the longest sample is longer",
                        "noSampleIsLongerThanTheLongest",
                        "Task.longest",
                        call -> call.right(Integer.class) - 1));
    }

    private static Sample lengthened(Sample right, int token) {
        int length = right.tokens().length;
        int[] tokens = Arrays.copyOf(right.tokens(), length + 1);
        boolean[] target = Arrays.copyOf(right.target(), length + 1);
        tokens[length] = token;
        target[length] = true;
        return new Sample(right.point(), tokens, target, right.spans());
    }

    private static Sample spanned(Sample right, List<Span> spans) {
        return new Sample(right.point(), right.tokens(), right.target(), spans);
    }

    private static Span limited(Span span, int limit, List<Integer> stops) {
        return new Span(span.start(), span.end(), limit, stops);
    }

    private static List<Wrong> axes() {
        return List.of(
                wrong("no axis", "axesAndPointsDiffer", "Task.axes", _ -> List.of()),
                wrong(
                        "a point twice",
                        "axesAndPointsDiffer",
                        "Task.grid",
                        _ -> List.of(Point.of("n", 2), Point.of("n", 2))),
                wrong(
                        "counts every size as trained",
                        "theGridLiesOnTheAxes",
                        "Task.trained",
                        _ -> true),
                wrong(
                        "counts no size as trained",
                        "whatIsDrawnCountsAsTrained",
                        "Task.trained",
                        _ -> false),
                wrong(
                        "trains beyond its axis",
                        "trainingStaysOnTheAxes",
                        "Task.draw",
                        call -> Point.of("n", call.right(Point.class).number("n") + 1)),
                wrong(
                        "draws beyond the limit",
                        "limitsAreKept",
                        "Task.draw",
                        call -> call.rightFor(Limits.NONE, call.arguments()[1])),
                wrong(
                        "stays at the narrowest limit",
                        "limitsAreKept",
                        "Task.draw",
                        call -> {
                            Limits narrow = Axis.Range::least;
                            return call.rightFor(narrow, call.arguments()[1]);
                        }));
    }

    private static List<Wrong> descriptions() {
        return List.of(
                wrong(
                        "two tokens with one text",
                        "tokensHaveTextsOfTheirOwn",
                        "Vocabulary.text",
                        _ -> "x"),
                wrong(
                        "a feature that is too short",
                        "featuresDescribeEachToken",
                        "Task.features",
                        _ -> List.of(new Feature("place", "Place", new double[1]))),
                wrong(
                        "a description without an example",
                        "theDescriptionHasAnExample",
                        "Task.description",
                        _ -> "Repeat the n letters that stand before the question mark, then end."),
                new Wrong(
                        "a score without a name",
                        Altered.plugin(
                                TaskProvider.class,
                                new CoinsProvider(),
                                Map.of("Scorer.names", _ -> List.of())),
                        "scorersScoreByName"),
                new Wrong(
                        "a name for a score that is never given",
                        Altered.plugin(
                                TaskProvider.class,
                                new CoinsProvider(),
                                Map.of("Scorer.readsDistributions", _ -> false)),
                        "scorersScoreByName"));
    }

    private static final TaskProvider SHORT =
            Altered.plugin(TaskProvider.class, new EchoProvider(), Map.of("Task.longest", _ -> 2));

    /** A task with a choice, whose second value makes something else. */
    private static Wrong choosing(String what, String caughtBy, Alteration second) {
        return new Wrong(
                what,
                Altered.choosing(TaskProvider.class, new EchoProvider(), 0, second),
                caughtBy);
    }

    private static Wrong wrong(String what, String caughtBy, String method, Alteration alteration) {
        TaskProvider task =
                Altered.plugin(TaskProvider.class, new EchoProvider(), Map.of(method, alteration));
        return new Wrong(what, task, caughtBy);
    }

    private static Wrong sample(String what, String caughtBy, UnaryOperator<Sample> change) {
        return wrong(what, caughtBy, "Task.sample", call -> change.apply(call.right(Sample.class)));
    }
}
