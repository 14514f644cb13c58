package org.anira.task.brevo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.Feature;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Vocabulary;
import org.anira.testkit.GoldenVectors;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares verdicts, questions and features with those of the published generator and checker. A
 * few lines are always compared; all of them where {@link GoldenVectors#published} finds them.
 */
class BrevoVectorTests {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** As many labels as no published line reaches: ids do not depend on it. */
    private static final BrevoVocabulary SINGLE = new BrevoVocabulary(1000);

    private static final BrevoVocabulary MULTI = new BrevoVocabulary(0);

    private static final Set<String> OF_THE_TOKEN = Set.of("position", "remaining", "word_offset");

    @Test
    void agreesWithTheLinesInTheRepository() {
        check(GoldenVectors.inRepository(getClass(), "brevo"));
    }

    @Test
    void agreesWithAllPublishedVectors() {
        check(GoldenVectors.published("brevo"));
    }

    private static void check(Path folder) {
        GoldenVectors.assertKnown(
                folder,
                Set.of(
                        "alternative.jsonl",
                        "corrupted.jsonl",
                        "features.jsonl",
                        "lenient.jsonl",
                        "multi.jsonl",
                        "single.jsonl"));
        Map<String, Published> samples = new HashMap<>();
        for (String file : List.of("single.jsonl", "multi.jsonl")) {
            for (JsonNode line : lines(folder, file)) {
                Published published = new Published(line);
                published.checkVerdict();
                published.checkQuestion();
                samples.put(published.id, published);
            }
        }
        int answers = 0;
        for (String file : List.of("alternative.jsonl", "corrupted.jsonl", "lenient.jsonl")) {
            for (JsonNode line : lines(folder, file)) {
                new Published(line).checkVerdict();
                answers++;
            }
        }
        List<JsonNode> features = lines(folder, "features.jsonl");
        for (JsonNode line : features) {
            String id = line.get("id").stringValue();
            assertTrue(samples.containsKey(id), "features of an unknown sample " + id);
            samples.get(id).checkFeatures(line);
        }
        System.out.printf(
                "BrevoVectorTests: %d sequences with answers, %d other answers and %d sequences"
                        + " with features agree with %s%n",
                samples.size(), answers, features.size(), folder);
    }

    private static List<JsonNode> lines(Path folder, String file) {
        return GoldenVectors.lines(folder, file).stream().map(JSON::readTree).toList();
    }

    /** A published question with an answer, in our ids. */
    private static final class Published {

        private final JsonNode line;
        private final String id;
        private final BrevoVocabulary vocabulary;
        private final BrevoTask task;
        private final int[] answer;
        private final Sample sample;

        Published(JsonNode line) {
            this.line = line;
            id = line.get("id").stringValue();
            vocabulary = line.get("variant").stringValue().equals("multi") ? MULTI : SINGLE;
            task = new BrevoTask(vocabulary, 3, 30, List.of(30));
            int[] prompt = ints(line.get("prompt"));
            int last = prompt.length - 1;
            int[] drawn = ints(line.get("answer"));
            int[] tokens = new int[prompt.length + drawn.length + 1];
            for (int i = 0; i < last; i++) {
                tokens[i] =
                        switch (prompt[i]) {
                            case 9999 -> Vocabulary.BOS;
                            case 9997 -> BrevoVocabulary.QUERY;
                            default -> name(prompt[i]);
                        };
            }
            assertEquals(9998, prompt[last], id);
            tokens[last] = BrevoVocabulary.ANSWER;
            for (int i = 0; i < drawn.length; i++) {
                tokens[prompt.length + i] = answered(drawn[i]);
            }
            tokens[tokens.length - 1] = Vocabulary.EOS;
            answer = Arrays.copyOfRange(tokens, prompt.length, tokens.length);
            boolean[] target = new boolean[tokens.length];
            Arrays.fill(target, prompt.length, tokens.length, true);
            Span span = new Span(prompt.length, tokens.length, 4000, List.of(Vocabulary.EOS));
            sample = new Sample(Point.of("n", 30), tokens, target, List.of(span));
        }

        /** Returns our token for one of an answer; -1 for what is no token. */
        private int answered(int token) {
            boolean known = token >= 1 && 4 + token < vocabulary.size();
            return known ? 4 + token : token == 9998 ? Vocabulary.EOS : -1;
        }

        private int name(int token) {
            assertTrue(token >= 1 && 4 + token < vocabulary.size(), id + ": token " + token);
            return 4 + token;
        }

        void checkVerdict() {
            assertEquals(line.get("valid").booleanValue(), task.grade(sample, 0, answer), id);
        }

        void checkQuestion() {
            Question question = new Question(sample.tokens(), vocabulary);
            assertEquals(line.get("edges").intValue(), question.edges(), id);
            assertEquals(line.get("answer_nodes").intValue(), question.neededCount(), id);
            assertEquals(
                    line.get("depth").doubleValue(),
                    feature(task.features(sample), "query_depth")[question.end() - 1],
                    id);
            // The published flags begin with ANSWER, which is no target here.
            assertEquals(line.get("first_label").intValue() + 1, question.end(), id);
            assertEquals(line.get("labels_after_first").intValue() - 1, answer.length, id);
        }

        void checkFeatures(JsonNode expected) {
            List<Feature> features = task.features(sample);
            Question question = new Question(sample.tokens(), vocabulary);
            Set<String> names = new HashSet<>(expected.propertyNames());
            names.remove("id");
            names.addAll(OF_THE_TOKEN);
            assertEquals(
                    names,
                    features.stream().map(Feature::name).collect(Collectors.toSet()),
                    id + ": features");
            for (Feature feature : features) {
                if (OF_THE_TOKEN.contains(feature.name())) {
                    continue;
                }
                JsonNode list = expected.get(feature.name());
                double[] values = new double[sample.tokens().length];
                Arrays.fill(values, Double.NaN);
                int at = question.end() - 1;
                for (int t = 0; t < question.neededCount(); t++) {
                    int name = vocabulary.read(sample.tokens(), at + 1, sample.tokens().length);
                    double value = (list.isArray() ? list.get(t) : list).doubleValue();
                    Arrays.fill(values, at, at += vocabulary.length(name), value);
                }
                if (feature.name().equals("frontier")) {
                    values[at] = 0;
                }
                assertArrayEquals(values, feature.values(), id + ": " + feature.name());
            }
        }

        private static double[] feature(List<Feature> features, String name) {
            return features.stream()
                    .filter(feature -> feature.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .values();
        }

        private static int[] ints(JsonNode list) {
            return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
        }
    }
}
