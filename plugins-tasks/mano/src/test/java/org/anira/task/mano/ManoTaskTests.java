package org.anira.task.mano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Vocabulary;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;

class ManoTaskTests {

    static final List<Map<String, ?>> SETTINGS =
            List.of(
                    Map.of("evaluation", "1-40"),
                    Map.of("operators", "asmd", "evaluation", "1-20"),
                    Map.of("operators", "d", "modulus", 7, "evaluation", "1-16"),
                    Map.of("operators", "sm", "modulus", 2),
                    Map.of("aliases", true),
                    Map.of("announce", "none", "aliases", true, "evaluation", "1-20"),
                    Map.of(
                            "modulus",
                            1000,
                            "min-length",
                            1,
                            "max-length",
                            200,
                            "evaluation",
                            "1-2,1000"));

    @Test
    void everySampleIsGradedRightByItsOwnAnswerAndWrongByEveryOtherToken() {
        forEachSample((task, sample) -> {
            Span span = sample.spans().getFirst();
            int[] right = Arrays.copyOfRange(sample.tokens(), span.start(), span.end());
            assertTrue(task.grade(sample, 0, right));
            for (int token = 0; token < task.vocabulary().size(); token++) {
                assertEquals(token == right[0], task.grade(sample, 0, new int[] {token}));
            }
            assertFalse(task.grade(sample, 0, new int[] {}));
            assertFalse(task.grade(sample, 0, new int[] {right[0], right[0]}));
        });
    }

    @Test
    void everyAnswerIsTheValueOfItsExpression() {
        forEachSample((task, sample) -> {
            ManoVocabulary vocabulary = (ManoVocabulary) task.vocabulary();
            int[] tokens = sample.tokens();
            PrimitiveIterator.OfInt expression =
                    Arrays.stream(tokens, 2, tokens.length - 2).iterator();
            int value = evaluate(expression, vocabulary);
            assertFalse(expression.hasNext());
            assertEquals(
                    vocabulary.text(vocabulary.value(value)),
                    vocabulary.text(tokens[tokens.length - 1]));
            assertEquals(value, task.read(sample).value());
        });
    }

    @Test
    void everySampleHasTheLayoutOfItsLength() {
        forEachSample((task, sample) -> {
            int length = sample.point().number("L");
            int size = 2 * length + 5;
            assertEquals(size, sample.tokens().length);
            assertTrue(size <= task.longest());
            assertEquals(Vocabulary.BOS, sample.tokens()[0]);
            ManoVocabulary vocabulary = (ManoVocabulary) task.vocabulary();
            assertEquals(vocabulary.open(length), vocabulary.canonical(sample.tokens()[1]));
            assertEquals(
                    vocabulary.answer(length), vocabulary.canonical(sample.tokens()[size - 2]));
            boolean[] target = new boolean[size];
            target[size - 1] = true;
            assertArrayEquals(target, sample.target());
            assertEquals(List.of(new Span(size - 1, size, 1, List.of())), sample.spans());
            assertTrue(
                    Arrays.stream(sample.tokens())
                            .allMatch(token -> token > 0 && token < vocabulary.size()));
        });
    }

    @Test
    void pointsAreMadeOnce() {
        ManoTask task = ManoProviderTests.task(Map.of("min-length", 5, "max-length", 5));
        assertSame(
                task.grid().getFirst(), task.draw(Limits.NONE, new CounterRandom(1, "train", 0)));
    }

    @Test
    void trainingStaysBelowTheKnobsLimit() {
        ManoTask task = ManoProviderTests.task(Map.of());
        CounterRandom random = new CounterRandom(1, "train", 0);
        for (int most = 3; most <= 16; most++) {
            int limit = most;
            int[] seen =
                    IntStream.range(0, 2000)
                            .map(i -> task.draw(axis -> limit, random).number("L"))
                            .distinct()
                            .sorted()
                            .toArray();
            // A length is missed with probability below 14 exp(-2000/14) = 1e-61.
            assertArrayEquals(IntStream.rangeClosed(3, most).toArray(), seen);
        }
    }

    @Test
    void lengthsWithoutTokensAreRefused() {
        ManoTask task = ManoProviderTests.task(Map.of());
        CounterRandom random = new CounterRandom(1, "train", 0);
        assertThrows(IllegalArgumentException.class, () -> task.sample(Point.of("L", 17), random));
        assertThrows(IllegalArgumentException.class, () -> task.sample(Point.of("L", 0), random));
    }

    @Test
    void aliasesAreDrawnForOperatorsAndMarksOnly() {
        ManoTask task = ManoProviderTests.task(Map.of("aliases", true));
        ManoVocabulary vocabulary = (ManoVocabulary) task.vocabulary();
        CounterRandom random = new CounterRandom(3, "aliases", 0);
        int aliases = 0;
        int candidates = 0;
        for (int i = 0; i < 2000; i++) {
            int[] tokens = task.sample(Point.of("L", 10), random).tokens();
            for (int token : tokens) {
                candidates += vocabulary.hasAlias(vocabulary.canonical(token)) ? 1 : 0;
                aliases += vocabulary.canonical(token) != token ? 1 : 0;
            }
        }
        assertEquals(2000 * (10 + 2), candidates);
        // 24,000 fair draws: the standard deviation is 77; a share off by 0.02 would be 6 of them
        // away.
        assertEquals(candidates / 2.0, aliases, 4 * Math.sqrt(candidates) / 2);
    }

    @Test
    void openSlotsCloseAtTheEndAndReductionsSumToTheLength() {
        forEachSample((task, sample) -> {
            int length = sample.point().number("L");
            int last = 2 + 2 * length;
            for (Feature feature : task.features(sample)) {
                assertEquals(sample.tokens().length, feature.values().length);
                double[] inside = Arrays.copyOfRange(feature.values(), 2, last + 1);
                assertEquals(4, Arrays.stream(feature.values()).filter(Double::isNaN).count());
                assertTrue(Arrays.stream(inside).allMatch(value -> value >= 0), feature.name());
                switch (feature.name()) {
                    case "open_slots" -> assertEquals(0, inside[inside.length - 1]);
                    case "pending_ops", "pending_values", "stack" ->
                            assertEquals(0, inside[inside.length - 1]);
                    case "reductions" -> assertEquals(length, Arrays.stream(inside).sum());
                    case "subtree_ops" -> assertEquals(length, inside[0]);
                    default -> assertFalse(feature.meaning().isBlank());
                }
            }
        });
    }

    @Test
    void whatIsNoExpressionIsRefused() {
        ManoTask task = ManoProviderTests.task(Map.of("operators", "asmd"));
        ManoVocabulary vocabulary = (ManoVocabulary) task.vocabulary();
        Arithmetic arithmetic = new Arithmetic(23);
        int plus = vocabulary.operator(Operator.ADD);
        int divide = vocabulary.operator(Operator.DIVIDE);
        int zero = vocabulary.value(0);
        for (int[] tokens :
                new int[][] {
                    {},
                    {plus},
                    {plus, zero},
                    {zero, zero},
                    {zero, zero, zero},
                    {plus, zero, Vocabulary.BOS},
                    {divide, zero, zero}
                }) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new Expression(tokens, vocabulary, arithmetic),
                    Arrays.toString(tokens));
        }
    }

    @Test
    void theDescriptionHasAnExample() {
        assertEquals(
                """
                Evaluate an expression of L operators (+ - *) modulo 23, written in prefix notation. The answer is one \
                token, the value; OPEN and ANSWER stand around the expression and tell L. L is uniform in training, \
                and each operator splits the rest uniformly between its operands, so trees are as in random binary \
                search.
                Example, (9 * 7) + 5 = 22 modulo 23:
                BOS OPEN(2) + * 9 7 5 ANSWER(2) 22
                """,
                ManoProviderTests.task(Map.of()).description());
    }

    private interface Property {
        void check(ManoTask task, Sample sample);
    }

    /** Checks samples of several settings, at each point of the grid and where training draws. */
    private static void forEachSample(Property property) {
        for (Map<String, ?> settings : SETTINGS) {
            ManoTask task = ManoProviderTests.task(settings);
            CounterRandom random = new CounterRandom(1, "samples", 0);
            for (int i = 0; i < 300; i++) {
                int grid = i % (2 * task.grid().size());
                Point point =
                        grid < task.grid().size()
                                ? task.grid().get(grid)
                                : task.draw(Limits.NONE, random);
                property.check(task, task.sample(point, random));
            }
        }
    }

    /** Evaluates by recursive descent, dividing by trial. */
    private static int evaluate(PrimitiveIterator.OfInt tokens, ManoVocabulary vocabulary) {
        int modulus = vocabulary.modulus();
        String text = vocabulary.text(tokens.nextInt()).replace("'", "");
        if (!List.of("+", "-", "*", "/").contains(text)) {
            return Integer.parseInt(text);
        }
        int left = evaluate(tokens, vocabulary);
        int right = evaluate(tokens, vocabulary);
        return switch (text) {
            case "+" -> Math.floorMod(left + right, modulus);
            case "-" -> Math.floorMod(left - right, modulus);
            case "*" -> Math.floorMod(left * right, modulus);
            default -> {
                assertTrue(right != 0, "division by zero");
                yield IntStream.range(0, modulus)
                        .filter(quotient -> quotient * right % modulus == left)
                        .findFirst()
                        .orElseThrow();
            }
        };
    }
}
