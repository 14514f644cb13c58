package org.anira.task.brevo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

class BrevoTaskTests {

    private static final BrevoTask SINGLE = BrevoProviderTests.task(Map.of());
    private static final BrevoTask MULTI = BrevoProviderTests.task(Map.of("form", "multi"));

    private interface Property {
        void check(BrevoTask task, Sample sample, Definition question);
    }

    private static void forEachSample(Property property) {
        for (BrevoTask task : List.of(SINGLE, MULTI)) {
            CounterRandom random = new CounterRandom(1, "samples", 0);
            for (int i = 0; i < 300; i++) {
                Sample sample = task.sample(task.draw(Limits.NONE, random), random);
                property.check(task, sample, Definition.of(task, sample));
            }
        }
    }

    private static int[] answer(Sample sample) {
        Span span = sample.spans().getFirst();
        return Arrays.copyOfRange(sample.tokens(), span.start(), span.end());
    }

    @Test
    void everySampleIsRightByTheDefinition() {
        forEachSample((_, sample, question) -> {
            assertTrue(question.allows(answer(sample)));
            assertTrue(question.nodes().contains(question.query()));
        });
    }

    @Test
    void everyTokenChangedIsWrongUnlessTheDefinitionAllowsIt() {
        forEachSample((task, sample, question) -> {
            int[] right = answer(sample);
            for (int place = 0; place < right.length; place++) {
                for (int token = 0; token < task.vocabulary().size(); token++) {
                    int[] changed = right.clone();
                    changed[place] = token;
                    assertEquals(question.allows(changed), task.grade(sample, 0, changed));
                }
            }
        });
    }

    @Test
    void neighboursExchangedAreRightIfTheDefinitionAllowsIt() {
        int[] verdicts = new int[2];
        forEachSample((task, sample, question) -> {
            int[] right = answer(sample);
            for (int place = 0; place + 2 < right.length; place++) {
                int[] changed = right.clone();
                changed[place] = right[place + 1];
                changed[place + 1] = right[place];
                boolean allowed = question.allows(changed);
                assertEquals(allowed, task.grade(sample, 0, changed));
                verdicts[allowed ? 1 : 0]++;
            }
        });
        assertTrue(verdicts[0] > 100 && verdicts[1] > 100, Arrays.toString(verdicts));
    }

    /** The frontier is the number of nodes that the definition allows next. */
    @Test
    void theFrontierCountsRightChoices() {
        forEachSample((task, sample, question) -> {
            double[] frontier = feature(task, sample, "frontier");
            double[] offset = feature(task, sample, "word_offset");
            int at = sample.spans().getFirst().start() - 1;
            Set<String> before = new HashSet<>();
            while (!Double.isNaN(offset[at])) {
                long choices =
                        question.needed().stream()
                                .filter(node -> !before.contains(node))
                                .filter(node -> before.containsAll(question.parents(node)))
                                .count();
                assertEquals(choices, frontier[at]);
                String word = "";
                do {
                    word += task.vocabulary().text(sample.tokens()[++at]);
                } while (offset[at] > 0);
                before.add(word);
            }
            assertEquals(0, frontier[at]);
            assertEquals(sample.tokens().length - 2, at);
        });
    }

    @Test
    void aGeneratedAnswerHasFeaturesIfItIsRight() {
        Sample sample = SINGLE.sample(Point.of("n", 10), new CounterRandom(2, "features", 0));
        sample.tokens()[sample.tokens().length - 2] = Vocabulary.BOS;
        assertThrows(IllegalArgumentException.class, () -> SINGLE.features(sample));
    }

    @Test
    void theLimitLeavesRoomForEveryNode() {
        forEachSample((task, sample, question) -> {
            int perNode = task == MULTI ? 4 : 1;
            assertEquals(
                    perNode * (1 + question.nodes().size()), sample.spans().getFirst().limit());
        });
    }

    @Test
    void wordsAreNewInEachSample() {
        CounterRandom random = new CounterRandom(3, "words", 0);
        String one = Definition.of(MULTI, MULTI.sample(Point.of("n", 8), random)).query();
        String other = Definition.of(MULTI, MULTI.sample(Point.of("n", 8), random)).query();
        assertFalse(one.equals(other), one);
    }

    @Test
    void sizesOutsideTrainingAndEvaluationAreRefused() {
        CounterRandom random = new CounterRandom(1, "train", 0);
        for (int n : new int[] {1, 31}) {
            assertThrows(
                    IllegalArgumentException.class, () -> SINGLE.sample(Point.of("n", n), random));
        }
    }

    private static double[] feature(BrevoTask task, Sample sample, String name) {
        return task.features(sample).stream()
                .filter(feature -> feature.name().equals(name))
                .map(Feature::values)
                .findFirst()
                .orElseThrow();
    }
}
