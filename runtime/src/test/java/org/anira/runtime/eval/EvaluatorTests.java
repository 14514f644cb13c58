package org.anira.runtime.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.tensor.Session;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.EvaluationSettings;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.model.TinyModel;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.statistics.Estimate;
import org.anira.runtime.statistics.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What the evaluator says of a model, against passes over single samples whose answers are decoded
 * without a cache.
 */
class EvaluatorTests {

    private static final int SAMPLES = 30;
    private static final EvaluationSettings SETTINGS =
            new EvaluationSettings(SAMPLES, 11, 5, Execution.SKIPPING, 12);

    private static List<PointResult> evaluate(TinyModel tiny, Session session, Task task) {
        String rule = tiny.model().mechanism().rules().getFirst();
        try (Evaluator evaluator =
                new Evaluator(
                        task,
                        tiny.model(),
                        session,
                        SETTINGS,
                        rule,
                        Programs.compile(session, tiny.model(), rule, true, true))) {
            return evaluator.evaluate(9, false);
        }
    }

    private static List<Sample> samples(Task task, Point point) {
        return IntStream.range(0, SAMPLES)
                .mapToObj(i -> task.sample(point, new CounterRandom(5, "test samples " + point, i)))
                .toList();
    }

    /** Depths, E[d] and greedy tokens of an answer, one full pass for each token. */
    private record Said(List<Integer> tokens, List<Integer> depths, double expected) {}

    private static Said say(TinyModel tiny, Session session, Sample sample, Span span) {
        List<Integer> tokens = new ArrayList<>();
        List<Integer> depths = new ArrayList<>();
        double expected = 0;
        int[] fed = Arrays.copyOf(sample.tokens(), span.start());
        while (tokens.size() < span.limit()
                && (tokens.isEmpty() || !span.stops().contains(tokens.getLast()))) {
            TinyModel.Outcome outcome = tiny.evaluate(session, List.of(fed), fed.length, false);
            int at = fed.length - 1;
            int best = 0;
            for (int v = 1; v < tiny.vocabulary(); v++) {
                float[] logits = outcome.logits();
                int row = at * tiny.vocabulary();
                best = logits[row + v] > logits[row + best] ? v : best;
            }
            tokens.add(best);
            depths.add(outcome.depths()[at]);
            expected += outcome.expected()[at];
            fed = Arrays.copyOf(fed, fed.length + 1);
            fed[fed.length - 1] = best;
        }
        return new Said(tokens, depths, expected / tokens.size());
    }

    @Test
    void resultsStandInTheOrderOfTheGridAndThenOfTheirValues() {
        TinyModel tiny = TinyModel.of("anira-o", Injection.ADD, 1, true);
        try (Session session = BuiltIn.reference()) {
            tiny.define(session, 7);
            List<PointResult> results =
                    evaluate(tiny, session, new EchoTask(tiny.vocabulary(), true, false, false));
            assertEquals(
                    List.of("{n=3, k=2}", "{n=2, k=2}", "{n=2, k=1}", "{n=3, k=1}"),
                    results.stream().map(result -> result.point().toString()).toList());
            assertEquals(
                    List.of(false, true, true, false),
                    results.stream().map(PointResult::trained).toList());
        }
    }

    /** Answers of one token are read off the pass over whole samples, others decoded. */
    @ParameterizedTest(name = "words {0}")
    @ValueSource(booleans = {false, true})
    void anAnswerCountsAtItsOwnPoint(boolean words) {
        TinyModel tiny = TinyModel.of("anira-o", Injection.ADD, 1, true);
        EchoTask task = new EchoTask(tiny.vocabulary(), true, words, false);
        try (Session session = BuiltIn.reference()) {
            tiny.define(session, 7);
            for (PointResult result : evaluate(tiny, session, task)) {
                int n = (Integer) result.point().get("n");
                int span = (Integer) result.point().get("k") - 1;
                long[] exits = new long[TinyModel.DEPTH];
                long correct = 0;
                double depth = 0;
                double expected = 0;
                for (Sample sample : samples(task, EchoTask.point(n, 2))) {
                    Said said = say(tiny, session, sample, sample.spans().get(span));
                    correct +=
                            task.grade(
                                            sample,
                                            span,
                                            said.tokens().stream()
                                                    .mapToInt(Integer::intValue)
                                                    .toArray())
                                    ? 1
                                    : 0;
                    said.depths().forEach(each -> exits[each - 1]++);
                    depth += said.depths().stream().mapToInt(d -> d).average().orElseThrow();
                    expected += said.expected();
                }
                assertEquals(SAMPLES, result.n());
                assertEquals(SAMPLES, result.judged());
                assertEquals(correct, result.correct());
                assertEquals(Arrays.stream(exits).boxed().toList(), result.exits());
                assertEquals(depth / SAMPLES, result.meanDepth().value(), 1e-9);
                assertEquals(expected / SAMPLES, result.expectedDepth().value(), 1e-4);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"anira-e", "anira-o", "fixed"})
    void costsAreThoseOfThePassesOverWholeSamples(String halting) {
        TinyModel tiny = TinyModel.of(halting, Injection.ADD, 1, true);
        EchoTask task = new EchoTask(tiny.vocabulary(), true, false, false);
        try (Session session = BuiltIn.reference()) {
            tiny.define(session, 7);
            for (PointResult result : evaluate(tiny, session, task)) {
                int n = (Integer) result.point().get("n");
                long tokens = 0;
                long steps = 0;
                long decisions = 0;
                double crossEntropy = 0;
                for (Sample sample : samples(task, EchoTask.point(n, 2))) {
                    int[] fed = Arrays.copyOf(sample.tokens(), sample.tokens().length - 1);
                    TinyModel.Outcome outcome =
                            tiny.evaluate(session, List.of(fed), fed.length, false);
                    tokens += fed.length;
                    for (int depth : outcome.depths()) {
                        steps += depth;
                        decisions +=
                                switch (halting) {
                                    case "anira-e" -> 1;
                                    case "anira-o" -> Math.min(depth, TinyModel.DEPTH - 1);
                                    default -> 0;
                                };
                    }
                    int k = (Integer) result.point().get("k");
                    crossEntropy += surprise(tiny, outcome, sample, n + k);
                    if (k == 2) {
                        // The targets behind the second answer belong to the sample's own point.
                        crossEntropy += surprise(tiny, outcome, sample, n + 3);
                        crossEntropy += surprise(tiny, outcome, sample, n + 4);
                    }
                }
                int k = (Integer) result.point().get("k");
                assertEquals(tokens, result.tokens());
                assertEquals(steps, result.executionSteps());
                assertEquals(decisions, result.decisions());
                assertEquals(
                        crossEntropy / SAMPLES / (k == 2 ? 3 : 1), result.crossEntropy(), 1e-4);
                assertTrue(result.seconds() > 0);
            }
        }
    }

    /** Returns −ln p of the token at an index. */
    private static double surprise(
            TinyModel tiny, TinyModel.Outcome outcome, Sample sample, int index) {
        int row = (index - 1) * tiny.vocabulary();
        double sum = 0;
        for (int v = 0; v < tiny.vocabulary(); v++) {
            sum += Math.exp(outcome.logits()[row + v]);
        }
        return Math.log(sum) - outcome.logits()[row + sample.tokens()[index]];
    }

    @Test
    void aTaskWithoutAnswersHasScoresAndNoAccuracy() {
        TinyModel tiny = TinyModel.of("anira-e", Injection.ADD, 1, true);
        EchoTask task = new EchoTask(tiny.vocabulary(), false, false, true);
        try (Session session = BuiltIn.reference()) {
            tiny.define(session, 7);
            List<PointResult> results = evaluate(tiny, session, task);
            assertEquals(2, results.size());
            for (PointResult result : results) {
                int n = (Integer) result.point().get("n");
                assertEquals(SAMPLES, result.n());
                assertEquals(0, result.judged());
                assertEquals(Double.NaN, result.accuracy());
                assertEquals(SAMPLES * 4, result.exits().stream().mapToLong(e -> e).sum());
                Map<String, Estimate> scores = result.scores().orElseThrow();
                assertEquals(List.of(EchoTask.LOSS, EchoTask.EVEN), List.copyOf(scores.keySet()));
                assertScore(tiny, session, samples(task, EchoTask.point(n, 2)), scores);
            }
        }
    }

    /** Programs without distributions do for it, and the rest of its results are the same. */
    @Test
    void aScorerThatReadsNoDistributionsIsNotAskedForScores() {
        TinyModel tiny = TinyModel.of("anira-e", Injection.ADD, 1, true);
        EchoTask echo = new EchoTask(tiny.vocabulary(), true, false, true);
        Task task = withoutDistributions(echo);
        String rule = tiny.model().mechanism().rules().getFirst();
        try (Session session = BuiltIn.reference()) {
            tiny.define(session, 7);
            try (Evaluator evaluator =
                    new Evaluator(
                            task,
                            tiny.model(),
                            session,
                            SETTINGS,
                            rule,
                            Programs.compile(
                                    session,
                                    tiny.model(),
                                    rule,
                                    true,
                                    Evaluator.readsDistributions(task)))) {
                PointResult without = evaluator.evaluate(9, false).getFirst();
                PointResult with = evaluate(tiny, session, echo).getFirst();
                assertEquals(Optional.empty(), without.scores());
                assertEquals(with.crossEntropy(), without.crossEntropy(), 1e-6);
                assertEquals(with.accuracy(), without.accuracy());
                assertEquals(with.exits(), without.exits());
            }
        }
    }

    private static void assertScore(
            TinyModel tiny, Session session, List<Sample> samples, Map<String, Estimate> scores) {
        double[] all = new double[2];
        double[] even = new double[2];
        long evens = 0;
        for (Sample sample : samples) {
            int[] fed = Arrays.copyOf(sample.tokens(), sample.tokens().length - 1);
            TinyModel.Outcome outcome = tiny.evaluate(session, List.of(fed), fed.length, false);
            double loss = 0;
            for (int i = 1; i < sample.tokens().length; i++) {
                loss += surprise(tiny, outcome, sample, i);
            }
            all[0] += loss;
            all[1] += loss * loss;
            if (sample.tokens()[1] % 2 == 0) {
                even[0] += loss;
                even[1] += loss * loss;
                evens++;
            }
        }
        assertTrue(evens > 0 && evens < samples.size());
        assertNear(Statistics.mean(samples.size(), all[0], all[1]), scores.get(EchoTask.LOSS));
        assertNear(Statistics.mean(evens, even[0], even[1]), scores.get(EchoTask.EVEN));
    }

    private static void assertNear(Estimate expected, Estimate actual) {
        assertEquals(expected.value(), actual.value(), 1e-4);
        assertEquals(expected.low(), actual.low(), 1e-3);
        assertEquals(expected.high(), actual.high(), 1e-3);
    }

    /** The same numbers where nobody decides, others where states go on changing. */
    @Test
    void aFreeRunningPassIsMadeWhereAskedFor() {
        TinyModel tiny = TinyModel.of("anira-o", Injection.ADD, 1, true);
        EchoTask task = new EchoTask(tiny.vocabulary(), true, false, false);
        String rule = tiny.model().mechanism().rules().getFirst();
        try (Session session = BuiltIn.reference()) {
            tiny.define(session, 7);
            assertEquals(
                    OptionalDouble.empty(),
                    evaluate(tiny, session, task).getFirst().freeExpectedDepth());
            try (Evaluator evaluator =
                    new Evaluator(
                            task,
                            tiny.model(),
                            session,
                            SETTINGS,
                            rule,
                            Programs.compile(session, tiny.model(), rule, true, true))) {
                PointResult result = evaluator.evaluate(9, true).getFirst();
                assertNotEquals(
                        result.expectedDepth().value(),
                        result.freeExpectedDepth().orElseThrow(),
                        1e-4);
            }
        }
    }

    /** Returns the task with a scorer that judges continuations alone. */
    private static Task withoutDistributions(EchoTask echo) {
        Scorer scorer = echo.scorer().orElseThrow();
        Scorer judge =
                new Scorer() {
                    @Override
                    public List<String> names() {
                        return List.of();
                    }

                    @Override
                    public boolean readsDistributions() {
                        return false;
                    }

                    @Override
                    public Map<String, Double> score(Sample sample, float[][] distributions) {
                        throw new AssertionError("asked for scores");
                    }

                    @Override
                    public List<Prompt> prompts(Point point, int count, RandomGenerator random) {
                        return scorer.prompts(point, count, random);
                    }

                    @Override
                    public boolean accepts(Prompt prompt, int[] continuation) {
                        return scorer.accepts(prompt, continuation);
                    }
                };
        return (Task)
                Proxy.newProxyInstance(
                        Task.class.getClassLoader(),
                        new Class<?>[] {Task.class},
                        (_, method, arguments) ->
                                method.getName().equals("scorer")
                                        ? Optional.of(judge)
                                        : method.invoke(echo, arguments));
    }
}
