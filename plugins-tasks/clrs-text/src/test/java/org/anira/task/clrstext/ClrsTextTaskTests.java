package org.anira.task.clrstext;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Feature;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class ClrsTextTaskTests {

    private static final double NONE = Double.NaN;

    static List<Map<String, ?>> settings() {
        return List.of(
                Map.of(),
                Map.of("form", "answers", "evaluation", "published"),
                Map.of("form", "traces", "lengths", "4-9"),
                Map.of("form", "traces", "lengths", "4-6", "decimals", 0),
                Map.of("decimals", 7, "lengths", "4-12"),
                Map.of("numbers", "legacy", "decimals", 0, "lengths", "4-12"));
    }

    private static void forEachSample(ClrsTextTask task, Consumer<Sample> check) {
        for (Point point : task.grid()) {
            for (int i = 0; i < 3; i++) {
                check.accept(task.sample(point, new CounterRandom(5, "each " + point, i)));
            }
        }
    }

    private static ClrsTextTask one(String algorithm, String form, int length) {
        return ClrsTextProviderTests.task(
                Map.of("algorithms", algorithm, "form", form, "lengths", length));
    }

    private static String text(Sample sample) {
        return ClrsTextVocabulary.string(sample.tokens());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void everySampleIsGradedRightByItsOwnAnswerAndWrongByEveryOther(Map<String, ?> settings) {
        ClrsTextTask task = ClrsTextProviderTests.task(settings);
        forEachSample(
                task,
                sample -> {
                    Span span = sample.spans().getFirst();
                    int[] right = Arrays.copyOfRange(sample.tokens(), span.start(), span.end());
                    assertTrue(task.grade(sample, 0, right));
                    // Every place is changed once, to each token in turn.
                    for (int i = 0; i < right.length; i++) {
                        int[] wrong = right.clone();
                        wrong[i] =
                                (right[i] + 1 + i % (task.vocabulary().size() - 1))
                                        % task.vocabulary().size();
                        assertFalse(task.grade(sample, 0, wrong));
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("settings")
    void everySampleHasTheLayoutOfTheTask(Map<String, ?> settings) {
        ClrsTextTask task = ClrsTextProviderTests.task(settings);
        forEachSample(
                task,
                sample -> {
                    int[] tokens = sample.tokens();
                    assertEquals(1, sample.spans().size());
                    Span span = sample.spans().getFirst();
                    assertEquals(Vocabulary.BOS, tokens[0]);
                    assertEquals(Vocabulary.EOS, tokens[tokens.length - 1]);
                    assertEquals(tokens.length, span.end());
                    assertEquals(List.of(Vocabulary.EOS), span.stops());
                    for (int i = 0; i < tokens.length; i++) {
                        assertEquals(i >= span.start(), sample.target()[i]);
                    }
                    String text = text(sample);
                    String question = text.substring(0, span.start() - 1);
                    assertTrue(question.startsWith(sample.point().name("algorithm") + ":\n"), text);
                    assertTrue(question.endsWith(":\n"), text);
                    assertEquals(3, question.lines().count(), text);
                    assertTrue(text.endsWith("\n\n"), text);
                });
    }

    /** Bounds that are far too large would make estimates of memory useless. */
    @Test
    void answersAloneComeNearTheirBounds() {
        ClrsTextTask task = ClrsTextProviderTests.task(Map.of("form", "answers"));
        forEachSample(
                task,
                sample -> {
                    Span span = sample.spans().getFirst();
                    assertTrue(span.end() - span.start() <= span.limit());
                    assertTrue(
                            span.limit() <= 30 + 3 * (span.end() - span.start()),
                            () -> span + " at " + sample.point());
                });
        assertTrue(task.longest() < 7500, "longest " + task.longest());
    }

    @ParameterizedTest
    @MethodSource("settings")
    void inputsAreReadBackAsTheyWereWritten(Map<String, ?> settings) {
        ClrsTextTask task = ClrsTextProviderTests.task(settings);
        boolean legacy = "legacy".equals(settings.get("numbers"));
        Composer composer =
                new Composer(
                        "traces".equals(settings.get("form")),
                        legacy ? Numbers.LEGACY : Numbers.SHORTEST);
        forEachSample(
                task,
                sample -> {
                    String name = sample.point().name("algorithm");
                    Exercise exercise =
                            Stream.of(Exercise.merged(), Exercise.single())
                                    .flatMap(List::stream)
                                    .filter(e -> e.name().equals(name))
                                    .findFirst()
                                    .orElseThrow();
                    Text text = new Text(100);
                    int start = composer.write(exercise, task.read(sample), text);
                    int compared = legacy ? start : text.length();
                    assertEquals(
                            text(sample).substring(0, compared),
                            text.toString().substring(0, compared));
                });
    }

    /**
     * Equal up to paths of equal length, which rounding lets differ: 3 of 8000 in the reference.
     */
    @Test
    void membersOfAMergedAlgorithmAgree() {
        CounterRandom random = new CounterRandom(6, "members", 0);
        int compared = 0;
        int different = 0;
        for (Exercise exercise : Exercise.merged()) {
            for (Algorithm drawer : exercise.members()) {
                for (Algorithm member : exercise.members()) {
                    if (member == Algorithm.DAG_SHORTEST_PATHS && drawer != member) {
                        continue; // it needs graphs without cycles
                    }
                    for (int i = 0; i < 100; i++) {
                        Input input = drawer.draw(4 + i % 12, Truncation.to(3), random);
                        int[] expected = exercise.solver().solve(input, Trace.NONE);
                        compared++;
                        if (!Arrays.equals(expected, member.solve(input, Trace.NONE))
                                && exercise.solver().answer().layout() != Layout.KEYS) {
                            different++;
                        } else if (exercise.solver().answer().layout() == Layout.KEYS) {
                            assertArrayEquals(
                                    ordered(input, expected),
                                    ordered(input, member.solve(input, Trace.NONE)));
                        }
                    }
                }
            }
        }
        assertTrue(different <= 5, "%d of %d differ".formatted(different, compared));
    }

    private static double[] ordered(Input input, int[] order) {
        double[] key = ((Input.Keys) input).key();
        return IntStream.of(order).mapToDouble(i -> key[i]).toArray();
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void tracesStayWithinTheirBound(Algorithm algorithm) {
        CounterRandom random = new CounterRandom(7, algorithm.label(), 0);
        for (int n = 4; n <= 16; n++) {
            for (int i = 0; i < 50; i++) {
                Trace.States trace = new Trace.States();
                int[] result = algorithm.solve(algorithm.draw(n, Truncation.to(3), random), trace);
                assertTrue(trace.all().size() <= algorithm.mostStates(n));
                assertEquals(algorithm.isTraced(), !trace.all().isEmpty());
                for (int[] state : trace.all()) {
                    assertEquals(result.length, state.length);
                }
            }
        }
    }

    @Test
    void questionsOfAMergedAlgorithmShareItsName() {
        ClrsTextTask task = one("sorting", "merged", 5);
        forEachSample(task, sample -> assertTrue(text(sample).startsWith("sorting:\nkey: [")));
    }

    /** The first three keys are sorted at state 3 of 0 … 3, the last at state 3 as well. */
    @Test
    void featuresTellWhenAValueIsSettled() {
        ClrsTextTask task = one("insertion_sort", "answers", 4);
        Sample sample =
                sample(
                        task,
                        "insertion_sort:\nkey: [0.587 0.804 0.47 0.485]\npred:\n",
                        "[0.47 0.485 0.587 0.804]\n\n");

        // States: 587 804 470 485 | the same | 470 587 804 485 | 470 485 587 804.
        assertFeature(
                task, sample, "settled", NONE, 2, 2, 2, 2, NONE, 3, 3, 3, 3, 3, NONE, 3, 3, 3, 3, 3,
                NONE, 3, 3, 3, 3, 3, NONE, NONE, NONE, NONE);
        assertFeature(
                task, sample, "value", NONE, 0, 0, 0, 0, NONE, 1, 1, 1, 1, 1, NONE, 2, 2, 2, 2, 2,
                NONE, 3, 3, 3, 3, 3, NONE, NONE, NONE, NONE);
        assertFeature(
                task,
                sample,
                "character",
                NONE,
                0,
                1,
                2,
                3,
                NONE,
                0,
                1,
                2,
                3,
                4,
                NONE,
                0,
                1,
                2,
                3,
                4,
                NONE,
                0,
                1,
                2,
                3,
                4,
                NONE,
                NONE,
                NONE,
                NONE);
        double[] steps = new double[27];
        Arrays.fill(steps, 4);
        assertFeature(task, sample, "steps", steps);
    }

    @Test
    void featuresTellTheStatesOfATrace() {
        ClrsTextTask task = one("binary_search", "traces", 5);
        Sample sample =
                sample(
                        task,
                        "binary_search:\n"
                            + "key: [0.1 0.2 0.3 0.4 0.5], target: 0.35, initial_trace: (0, 4)\n"
                            + "trace | (low, high):\n",
                        "(3, 4) | (3, 3)\n\n");

        // States: (0, 4) (3, 4) (3, 3), the last of them not written.
        assertFeature(
                task, sample, "state", NONE, 1, NONE, NONE, 1, NONE, NONE, NONE, NONE, NONE, 3,
                NONE, NONE, 3, NONE, NONE, NONE, NONE);
        assertFeature(
                task, sample, "changed", NONE, 1, NONE, NONE, 0, NONE, NONE, NONE, NONE, NONE, NONE,
                NONE, NONE, NONE, NONE, NONE, NONE, NONE);
        assertFeature(
                task, sample, "settled", NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
                1, NONE, NONE, 2, NONE, NONE, NONE, NONE);
    }

    private static Sample sample(ClrsTextTask task, String question, String answer) {
        Text text = new Text(10);
        text.appendToken(Vocabulary.BOS).append(question);
        int start = text.length();
        text.append(answer).appendToken(Vocabulary.EOS);
        return new Sample(
                task.grid().getFirst(),
                text.tokens(),
                new boolean[text.length()],
                List.of(new Span(start, text.length(), 1000, List.of(Vocabulary.EOS))));
    }

    /**
     * Compares what stands at the positions that predict the answer and EOS; all others have none.
     */
    private static void assertFeature(
            ClrsTextTask task, Sample sample, String name, double... expected) {
        double[] values =
                task.features(sample).stream()
                        .filter(feature -> feature.name().equals(name))
                        .map(Feature::values)
                        .findFirst()
                        .orElseThrow();
        int first = sample.spans().getFirst().start() - 1;
        assertArrayEquals(expected, Arrays.copyOfRange(values, first, values.length - 1), name);
        assertTrue(Arrays.stream(values, 0, first).allMatch(Double::isNaN));
        assertTrue(Double.isNaN(values[values.length - 1]));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.0, 0",
        "-0.0, -0.0, -0",
        "1, 1.0, 1",
        "0.43, 0.43, 0.43",
        "-1.001, -1.001, -1",
        "0.0005, 0.0005, 0.0005",
        "0.0001, 0.0001, 0.0001",
        "0.00005, 5e-05, 5e-05",
        "0.000077, 7.7e-05, 7.7e-05",
        "1.2345678901234567e-5, 1.2345678901234568e-05, 1.23e-05",
        "0.9996, 0.9996, 1",
        "0.1234567890123456, 0.1234567890123456, 0.123",
        "0.0125, 0.0125, 0.0125",
        "0.54881, 0.54881, 0.549",
        "31, 31.0, 31",
        "123456, 123456.0, 1.23e+05",
        "1e16, 1e+16, 1e+16",
        "1234567890123456, 1234567890123456.0, 1.23e+15"
    })
    void numbersAreWrittenAsTheReferenceDoes(double value, String shortest, String legacy) {
        Text text = new Text(1);
        Numbers.SHORTEST.write(value, text);
        assertEquals(shortest, text.toString());
        Text old = new Text(1);
        Numbers.LEGACY.write(value, old);
        assertEquals(legacy, old.toString());
    }

    @Test
    void everyNumberIsReadBackAsItWas() {
        CounterRandom random = new CounterRandom(8, "numbers", 0);
        for (int i = 0; i < 100_000; i++) {
            double value = random.nextDouble() * Math.pow(10, random.nextInt(24) - 12);
            double cut = Truncation.to(1 + random.nextInt(6)).apply(value);
            for (double number : new double[] {value, -value, cut}) {
                Text text = new Text(30);
                Numbers.SHORTEST.write(number, text);
                assertEquals(number, Double.parseDouble(text.toString()), text.toString());
            }
        }
    }

    @Test
    void whatCannotBeReadIsRefused() {
        for (String line :
                List.of("", "key 1", "key: [1 2", "key: [1  2]", "key: []", "key: [1 x]", "s: 1")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Algorithm.MINIMUM.read(new FieldReader(line)),
                    line);
        }
        for (String line : List.of("A: [[0 1]]", "A: [[0 1], [1 0 1]]", "A: [0 1]")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Algorithm.DFS.read(new FieldReader(line)),
                    line);
        }
    }

    @Test
    void everyCharacterHasATokenAndNoOther() {
        ClrsTextVocabulary vocabulary = new ClrsTextVocabulary();
        for (int token = Vocabulary.EOS + 1; token < vocabulary.size(); token++) {
            assertEquals(token, ClrsTextVocabulary.token(ClrsTextVocabulary.character(token)));
        }
        assertEquals(0, ClrsTextVocabulary.character(Vocabulary.BOS));
        assertEquals(0, ClrsTextVocabulary.character(vocabulary.size()));
        for (char none : new char[] {'B', '\t', 'é', 0}) {
            assertThrows(IllegalArgumentException.class, () -> ClrsTextVocabulary.token(none));
        }
    }

    @Test
    void theDescriptionHasAnExample() {
        assertEquals(
                """
                Answer what an algorithm would, for an input that is written as text, a token for each character. The \
                answer is its result, compared as text. Real numbers are cut to 3 decimals before anything is \
                computed. As tokens the end of a line is ␤, a space ␠. There is one algorithm.
                Example, minimum of length 4:
                minimum:
                key: [0.37 0.194 0.105 0.612]
                min:
                2
                The answer as tokens: 2 ␤ ␤ EOS
                """,
                one("minimum", "answers", 4).description());
        assertTrue(
                ClrsTextProviderTests.task(Map.of("form", "traces", "decimals", 0))
                        .description()
                        .contains(
                                "The answer is the states that the algorithm goes through, then its"
                                        + " result, compared as text. Real numbers are written in"
                                        + " full."));
        assertTrue(
                ClrsTextProviderTests.task(Map.of("numbers", "legacy", "decimals", 0))
                        .description()
                        .contains(
                                "Real numbers are written with three significant digits. As tokens"
                                        + " the end of a line is ␤, a space ␠. There are 23"
                                        + " algorithms, each with lengths of its own."));
    }
}
