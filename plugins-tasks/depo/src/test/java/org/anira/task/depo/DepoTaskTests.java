package org.anira.task.depo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class DepoTaskTests {

    private static final List<DepoTask> TASKS =
            List.of(
                    DepoProviderTests.task(Map.of()),
                    DepoProviderTests.task(Map.of("separator", true, "words", "short")),
                    DepoProviderTests.task(Map.of("words", "long", "max-steps", 40)),
                    DepoProviderTests.task(Map.of("questions", 1)),
                    DepoProviderTests.task(Map.of("questions", 25)));

    private interface Property {
        void check(DepoTask task, Sample sample);
    }

    private static void forEachSample(Property property) {
        for (DepoTask task : TASKS) {
            CounterRandom random = new CounterRandom(1, "samples", 0);
            for (int i = 0; i < 200; i++) {
                property.check(task, task.sample(task.draw(Limits.NONE, random), random));
            }
        }
    }

    /** Answers, worked out on texts by walking along the edges. */
    @Test
    void everyAnswerIsTheSuccessorThatIsAskedFor() {
        forEachSample((task, sample) -> {
            List<String> texts =
                    Arrays.stream(sample.tokens()).mapToObj(task.vocabulary()::text).toList();
            List<String> words = new ArrayList<>();
            String word = "";
            for (String text : texts.subList(1, texts.size())) {
                if (text.equals("SEP")) {
                    continue;
                }
                word += text;
                if (!text.endsWith("-")) {
                    words.add(word);
                    word = "";
                }
            }
            Map<String, String> next = new HashMap<>();
            int at = 0;
            for (; !words.get(at).startsWith("K("); at += 2) {
                next.put(words.get(at), words.get(at + 1));
            }
            assertEquals(sample.point().number("n"), next.size());
            assertEquals(4 * sample.spans().size(), words.size() - at);
            for (; at < words.size(); at += 4) {
                String node = words.get(at + 1);
                for (int i = Integer.parseInt(words.get(at).replaceAll("\\D", "")); i > 0; i--) {
                    node = next.get(node);
                }
                assertEquals("ANSWER", words.get(at + 2));
                assertEquals(node, words.get(at + 3));
            }
        });
    }

    @Test
    void everyTokenChangedIsWrong() {
        forEachSample((task, sample) -> {
            for (int s = 0; s < sample.spans().size(); s++) {
                Span span = sample.spans().get(s);
                int[] right = Arrays.copyOfRange(sample.tokens(), span.start(), span.end());
                assertTrue(task.grade(sample, s, right));
                for (int place = 0; place < right.length; place++) {
                    for (int token = 0; token < task.vocabulary().size(); token++) {
                        int[] changed = right.clone();
                        changed[place] = token;
                        assertEquals(token == right[place], task.grade(sample, s, changed));
                    }
                }
            }
        });
    }

    @Test
    void anAnswerCountsAtItsOwnSteps() {
        forEachSample((task, sample) -> {
            Cycle cycle = new Cycle(sample.tokens(), task.vocabulary());
            for (int s = 0; s < sample.spans().size(); s++) {
                Point point = task.point(sample, s);
                assertEquals(cycle.questions().get(s).k(), point.number("k"));
                assertEquals(sample.point().number("n"), point.number("n"));
                assertTrue(task.trained(point));
            }
        });
    }

    @Test
    void theLongestIsReached() {
        for (DepoTask task : TASKS) {
            CounterRandom random = new CounterRandom(2, "longest", 0);
            int longest = 0;
            for (int i = 0; i < 100; i++) {
                Sample sample = task.sample(task.grid().getLast(), random);
                longest = Math.max(longest, sample.tokens().length);
            }
            assertTrue(longest <= task.longest() && longest > 0.8 * task.longest());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 30, 1", "25, 30, 25", "1000, 30, 30", "25, 12, 12", "10, 30, 10", "10, 3, 3"})
    void aSampleHasAsManyQuestionsAsIsSaidOrAsThereAreNodes(int most, int n, int asked) {
        DepoTask task = DepoProviderTests.task(Map.of("questions", most));
        Sample sample = task.sample(point(n, 8), new CounterRandom(4, "questions", most));
        assertEquals(asked, sample.spans().size());
        assertEquals(
                asked,
                new Cycle(sample.tokens(), task.vocabulary())
                        .questions().stream().map(Cycle.Question::start).distinct().count());
    }

    private static Point point(int n, int k) {
        Map<String, Integer> values = new LinkedHashMap<>();
        values.put("n", n);
        values.put("k", k);
        return Point.of(values);
    }

    @Test
    void whatIsNoCycleIsRefused() {
        DepoTask task = TASKS.getFirst();
        Sample sample = task.sample(task.grid().getFirst(), new CounterRandom(3, "cycle", 0));
        for (int i = 1; i < sample.tokens().length; i++) {
            int[] tokens = sample.tokens().clone();
            tokens[i] = 0;
            assertThrows(
                    IllegalArgumentException.class, () -> new Cycle(tokens, task.vocabulary()));
        }
        int[] tokens = sample.tokens().clone();
        tokens[2] = tokens[1];
        assertThrows(IllegalArgumentException.class, () -> new Cycle(tokens, task.vocabulary()));
    }

    @Test
    void pointsOutsideTrainingAndEvaluationAreRefused() {
        DepoTask task = TASKS.getFirst();
        CounterRandom random = new CounterRandom(1, "train", 0);
        for (int[] values : new int[][] {{31, 8}, {0, 8}, {10, 9}, {10, 0}}) {
            Point point = Point.of(Map.of("n", values[0], "k", values[1]));
            assertThrows(IllegalArgumentException.class, () -> task.sample(point, random));
        }
    }
}
