package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.Feature;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** What people and analyses read: the vocabulary, the features, the description, the scores. */
interface DescriptionContract extends TaskTrial {

    /** Tokens have texts of their own, without spaces. */
    @Test
    default void tokensHaveTextsOfTheirOwn() {
        for (Task task : tasks()) {
            Vocabulary vocabulary = task.vocabulary();
            assertTrue(
                    vocabulary.size() > 3,
                    "the vocabulary has %d tokens".formatted(vocabulary.size()));
            Set<String> texts = new HashSet<>();
            for (int token = 0; token < vocabulary.size(); token++) {
                String text = vocabulary.text(token);
                assertTrue(text.matches("\\S+"), "token %d is written '%s'".formatted(token, text));
                assertTrue(texts.add(text), () -> "two tokens are written '%s'".formatted(text));
            }
        }
    }

    /**
     * Features have a number for each token, are the same each time, and leave the sample as it is.
     */
    @Test
    default void featuresDescribeEachToken() {
        for (Task task : tasks()) {
            List<String> names = null;
            for (Sample sample : TaskTrial.samples(task, 30, 2)) {
                int[] tokens = sample.tokens().clone();
                List<Feature> features = task.features(sample);
                List<Feature> again = task.features(sample);
                assertArrayEquals(tokens, sample.tokens(), "the sample");
                List<String> found = features.stream().map(Feature::name).toList();
                assertEquals(found.size(), new HashSet<>(found).size(), found::toString);
                assertEquals(
                        names == null ? found : names, found, "features differ between samples");
                names = found;
                for (int i = 0; i < features.size(); i++) {
                    Feature feature = features.get(i);
                    assertTrue(feature.name().matches("[a-z][a-z0-9_]*"), feature.name());
                    assertFalse(feature.meaning().isBlank(), feature.name());
                    assertFalse(feature.meaning().endsWith("."), feature.meaning());
                    assertEquals(tokens.length, feature.values().length, feature.name());
                    assertArrayEquals(feature.values(), again.get(i).values(), feature.name());
                }
            }
        }
    }

    /**
     * The description says something, with an example: a run of tokens as the vocabulary writes
     * them.
     */
    @Test
    default void theDescriptionHasAnExample() {
        for (Task task : tasks()) {
            List<String> words = List.of(task.description().split("\\s+"));
            Set<String> texts = new HashSet<>();
            IntStream.range(0, task.vocabulary().size())
                    .forEach(token -> texts.add(task.vocabulary().text(token)));
            int longest = 0;
            int run = 0;
            for (String word : words) {
                run =
                        texts.contains(word.replaceAll("[.,;:]$", "")) || texts.contains(word)
                                ? run + 1
                                : 0;
                longest = Math.max(longest, run);
            }
            assertTrue(words.size() >= 10, () -> "too short: " + task.description());
            assertTrue(
                    longest >= 3, () -> "no example, three tokens in a row: " + task.description());
        }
    }

    /**
     * A scorer scores a uniform prediction by the names it declares, none if it reads no
     * distributions, and its prompts begin with BOS.
     */
    @Test
    default void scorersScoreByName() {
        for (Task task : tasks()) {
            if (task.scorer().isEmpty()) {
                continue; // samplesCanBeJudged demands answers instead
            }
            Scorer scorer = task.scorer().orElseThrow();
            if (scorer.readsDistributions()) {
                assertScoresByName(task, scorer);
            } else {
                assertEquals(List.of(), scorer.names(), "names of scores that are never given");
            }
            for (Point point : task.grid()) {
                for (Scorer.Prompt prompt : scorer.prompts(point, 3, Seed.random("prompts", 0))) {
                    assertEquals(Vocabulary.BOS, prompt.tokens()[0], "the first token of a prompt");
                    scorer.accepts(prompt, new int[] {Vocabulary.EOS});
                }
            }
        }
    }

    private static void assertScoresByName(Task task, Scorer scorer) {
        int size = task.vocabulary().size();
        for (Sample sample : TaskTrial.samples(task, 5, 1)) {
            float[][] uniform = new float[sample.tokens().length - 1][size];
            Arrays.stream(uniform).forEach(row -> Arrays.fill(row, (float) -Math.log(size)));
            assertEquals(
                    new HashSet<>(scorer.names()),
                    scorer.score(sample, uniform).keySet(),
                    "names of the scores");
        }
    }
}
