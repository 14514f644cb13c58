package org.anira.task.depo;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Compares sequences, answers and features with those of the published generator. A few lines are
 * always compared; all of them where {@link GoldenVectors#published} finds them.
 */
class DepoVectorTests {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void agreesWithTheLinesInTheRepository() {
        check(GoldenVectors.inRepository(getClass(), "depo"));
    }

    @Test
    void agreesWithAllPublishedVectors() {
        check(GoldenVectors.published("depo"));
    }

    private static void check(Path folder) {
        GoldenVectors.assertKnown(folder, Set.of("features.jsonl", "samples.jsonl"));
        Map<String, Published> samples = new HashMap<>();
        int questions = 0;
        for (JsonNode line : lines(folder, "samples.jsonl")) {
            Published published = new Published(line);
            published.checkAnswers();
            samples.put(published.id, published);
            questions += published.cycle.questions().size();
        }
        List<JsonNode> features = lines(folder, "features.jsonl");
        for (JsonNode line : features) {
            String id = line.get("id").stringValue();
            assertTrue(samples.containsKey(id), "features of an unknown sample " + id);
            samples.get(id).checkFeatures(line);
        }
        System.out.printf(
                "DepoVectorTests: %d sequences with %d answers and %d with features agree with"
                        + " %s%n",
                samples.size(), questions, features.size(), folder);
    }

    private static List<JsonNode> lines(Path folder, String file) {
        return GoldenVectors.lines(folder, file).stream().map(JSON::readTree).toList();
    }

    /** A published sequence in our ids, and the task that could have drawn it. */
    private static final class Published {

        private final JsonNode line;
        private final String id;
        private final DepoTask task;
        private final DepoVocabulary vocabulary;
        private final Cycle cycle;
        private final Sample sample;

        Published(JsonNode line) {
            this.line = line;
            id = line.get("id").stringValue();
            Lexicon words =
                    new Lexicon(
                            line.get("mini_vocab").intValue(),
                            line.get("min_tlen").intValue(),
                            line.get("max_tlen").intValue());
            int largest = line.get("N").intValue();
            int steps = line.get("K").intValue();
            int questions = line.get("M").intValue();
            boolean separator = line.get("separator").booleanValue();
            task = new DepoTask(words, separator, questions, 3, largest, steps, List.of(largest));
            vocabulary = task.vocabulary();
            int[] tokens = ints(line.get("tokens"));
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = dense(tokens[i]);
            }
            cycle = new Cycle(tokens, vocabulary);
            assertTrue(cycle.nodes() >= 3 && cycle.nodes() <= largest, id);
            assertEquals(
                    separator ? cycle.nodes() : 0,
                    Arrays.stream(tokens).filter(t -> t == DepoVocabulary.SEPARATOR).count(),
                    id);
            assertEquals(Math.min(cycle.nodes(), questions), cycle.questions().size(), id);
            List<Span> spans =
                    cycle.questions().stream()
                            .map(q -> new Span(q.at(), q.end(), words.longest() + 1, List.of()))
                            .toList();
            boolean[] target = new boolean[tokens.length];
            spans.forEach(span -> Arrays.fill(target, span.start(), span.end(), true));
            Map<String, Integer> point = new LinkedHashMap<>();
            point.put("n", cycle.nodes());
            point.put("k", steps);
            sample = new Sample(Point.of(point), tokens, target, spans);
            assertTrue(tokens.length <= task.longest(), id);
        }

        private int dense(int token) {
            return switch (token) {
                case 9999 -> Vocabulary.BOS;
                case 9700 -> DepoVocabulary.SEPARATOR;
                case 9500 -> DepoVocabulary.ANSWER;
                default -> {
                    boolean mark = token > 9000;
                    int limit = mark ? vocabulary.steps() : 2 * vocabulary.letters();
                    int number = mark ? token - 9000 : token;
                    assertTrue(number >= 1 && number <= limit, id + ": unknown token " + token);
                    yield mark ? vocabulary.mark(number) : vocabulary.letter(number - 1);
                }
            };
        }

        void checkAnswers() {
            char[] flags = line.get("label").stringValue().toCharArray();
            for (int q = 0; q < cycle.questions().size(); q++) {
                Cycle.Question question = cycle.questions().get(q);
                int[] right = cycle.answer(question).stream().mapToInt(Integer::intValue).toArray();
                assertTrue(task.grade(sample, q, right), id + ": answer " + q);
                assertEquals(
                        Map.of("n", cycle.nodes(), "k", question.k()),
                        task.point(sample, q).values(),
                        id);
                // The published flags include ANSWER, which is no target here.
                assertEquals('1', flags[question.at() - 1], id);
                flags[question.at() - 1] = '0';
            }
            for (int i = 0; i < flags.length; i++) {
                assertEquals(sample.target()[i] ? '1' : '0', flags[i], id + ": flag " + i);
            }
        }

        void checkFeatures(JsonNode expected) {
            Set<String> names = new HashSet<>(expected.propertyNames());
            names.remove("id");
            names.add("word_offset");
            List<Feature> features = task.features(sample);
            assertEquals(names.size(), features.size(), id);
            for (Feature feature : features) {
                assertTrue(names.contains(feature.name()), feature.name());
                if (feature.name().equals("word_offset")) {
                    continue;
                }
                JsonNode list = expected.get(feature.name());
                double[] values = new double[sample.tokens().length];
                Arrays.fill(values, Double.NaN);
                for (int q = 0; q < sample.spans().size(); q++) {
                    Span span = sample.spans().get(q);
                    double value = (list.isArray() ? list.get(q) : list).doubleValue();
                    Arrays.fill(values, span.start() - 1, span.end() - 1, value);
                }
                assertArrayEquals(values, feature.values(), id + ": " + feature.name());
            }
        }

        private static int[] ints(JsonNode list) {
            return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
        }
    }
}
