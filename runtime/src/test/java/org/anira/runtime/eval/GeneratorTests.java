package org.anira.runtime.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Point;
import org.anira.api.task.Scorer;
import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.Session;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.EvaluationSettings;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.model.TinyModel;
import org.anira.runtime.run.Generation;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.statistics.Statistics;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/** Continuations of a scorer's prompts, against ones that full passes give token by token. */
class GeneratorTests {

    private static final TinyModel TINY = TinyModel.of("anira-o", Injection.ADD, 1, true);
    private static final EchoTask TASK = new EchoTask(TINY.vocabulary(), false, false, true);
    private static final String RULE = TINY.model().mechanism().rules().getFirst();
    private static final int SEED = 5;

    private static List<PointResult> evaluate(
            EchoTask task, int continuations, int batch, int seed, boolean full) {
        EvaluationSettings settings =
                new EvaluationSettings(3, batch, seed, Execution.SKIPPING, continuations);
        try (Session session = BuiltIn.reference()) {
            TINY.define(session, 7);
            try (Evaluator evaluator =
                    new Evaluator(
                            task,
                            TINY.model(),
                            session,
                            settings,
                            RULE,
                            Programs.compile(session, TINY.model(), RULE, true, true))) {
                return evaluator.evaluate(9, full);
            }
        }
    }

    private static List<Generation> generation(PointResult result) {
        return result.generation().orElseThrow();
    }

    private static int drawn(float[] logits, RandomGenerator random) {
        double total = 0;
        for (float logit : logits) {
            total += Math.exp(logit);
        }
        double at = random.nextDouble();
        int token = -1;
        while (at >= 0) {
            at -= Math.exp(logits[++token]) / total;
        }
        return token;
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int v = 1; v < logits.length; v++) {
            best = logits[v] > logits[best] ? v : best;
        }
        return best;
    }

    private static int[] continued(
            Session session, Scorer.Prompt prompt, ToIntFunction<float[]> choice) {
        int[] tokens = prompt.tokens();
        int given = tokens.length;
        int last;
        do {
            float[] logits = TINY.evaluate(session, List.of(tokens), tokens.length, false).logits();
            int from = (tokens.length - 1) * TINY.vocabulary();
            last = choice.applyAsInt(Arrays.copyOfRange(logits, from, from + TINY.vocabulary()));
            tokens = Arrays.copyOf(tokens, tokens.length + 1);
            tokens[tokens.length - 1] = last;
        } while (last != Vocabulary.EOS
                && last != Vocabulary.PAD
                && tokens.length < given + prompt.limit());
        return Arrays.copyOfRange(tokens, given, tokens.length);
    }

    private static Generation counted(
            String name, String choice, List<Scorer.Prompt> prompts, List<int[]> continuations) {
        Scorer scorer = TASK.scorer().orElseThrow();
        Set<String> distinct = new HashSet<>();
        long right = 0;
        for (int i = 0; i < prompts.size(); i++) {
            right += scorer.accepts(prompts.get(i), continuations.get(i)) ? 1 : 0;
            distinct.add(Arrays.toString(continuations.get(i)));
        }
        return new Generation(
                name,
                choice,
                prompts.size(),
                right,
                Statistics.share(right, prompts.size()),
                distinct.size());
    }

    @Test
    void whatIsCountedIsWhatFullPassesGive() {
        int count = 12;
        try (Session session = BuiltIn.reference()) {
            TINY.define(session, 7);
            for (PointResult result : evaluate(TASK, count, 5, SEED, true)) {
                Point point = EchoTask.point((Integer) result.point().get("n"), 2);
                List<Scorer.Prompt> all =
                        TASK.scorer()
                                .orElseThrow()
                                .prompts(
                                        point,
                                        count,
                                        new CounterRandom(SEED, "prompts " + point, 0));
                List<Generation> expected = new ArrayList<>();
                for (String kind : List.of(EchoTask.NOTHING, EchoTask.ONE)) {
                    List<Scorer.Prompt> prompts =
                            all.stream().filter(prompt -> prompt.name().equals(kind)).toList();
                    List<int[]> sampled = new ArrayList<>();
                    List<Scorer.Prompt> different = new ArrayList<>();
                    Set<String> known = new HashSet<>();
                    for (int i = 0; i < prompts.size(); i++) {
                        CounterRandom random =
                                new CounterRandom(
                                        SEED, "continuations %s %s".formatted(kind, point), i);
                        sampled.add(
                                continued(
                                        session, prompts.get(i), logits -> drawn(logits, random)));
                        if (known.add(Arrays.toString(prompts.get(i).tokens()))) {
                            different.add(prompts.get(i));
                        }
                    }
                    expected.add(counted(kind, Generation.SAMPLED, prompts, sampled));
                    expected.add(
                            counted(
                                    kind,
                                    Generation.GREEDY,
                                    different,
                                    different.stream()
                                            .map(prompt ->
                                                    continued(
                                                            session,
                                                            prompt,
                                                            GeneratorTests::likeliest))
                                            .toList()));
                }
                assertEquals(expected, generation(result));
                assertEquals(1, expected.get(1).n(), "BOS is one prompt");
                assertTrue(expected.get(3).n() > 1 && expected.get(3).n() < count);
                long right = expected.get(0).right();
                assertTrue(right > 0 && right < count, "right " + right);
            }
        }
    }

    @Test
    void theBatchChangesNothing() {
        List<List<Generation>> one =
                evaluate(TASK, 10, 1, SEED, true).stream().map(GeneratorTests::generation).toList();
        for (int batch : List.of(3, 200)) {
            assertEquals(
                    one,
                    evaluate(TASK, 10, batch, SEED, true).stream()
                            .map(GeneratorTests::generation)
                            .toList());
        }
        assertNotEquals(
                one,
                evaluate(TASK, 10, 3, SEED + 1, true).stream()
                        .map(GeneratorTests::generation)
                        .toList());
    }

    @Test
    void noneAreDrawnWhereNobodyAsksForThem() {
        EchoTask plain = new EchoTask(TINY.vocabulary(), true, false, false);
        List.of(
                        evaluate(TASK, 0, 5, SEED, true),
                        evaluate(TASK, 10, 5, SEED, false),
                        evaluate(plain, 10, 5, SEED, true))
                .forEach(results ->
                        results.forEach(
                                result -> assertEquals(Optional.empty(), result.generation())));
    }
}
