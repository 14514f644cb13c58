package org.anira.task.mano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Settings;
import org.anira.api.task.Feature;
import org.anira.api.task.Sample;
import org.anira.api.task.Vocabulary;
import org.anira.testkit.GoldenVectors;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Compares sequences, answers and features with those of the published generator. A few lines are
 * always compared; all of them where {@link GoldenVectors#published} finds them.
 */
class ManoVectorTests {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> KINDS = List.of("value", "+", "-", "*", "/");
    private static final List<String> SIDES = List.of("root", "left", "right");

    @Test
    void agreesWithTheLinesInTheRepository() {
        check(GoldenVectors.inRepository(getClass(), "mano"));
    }

    @Test
    void agreesWithAllPublishedVectors() {
        check(GoldenVectors.published("mano"));
    }

    private static void check(Path folder) {
        Map<String, Published> samples = new HashMap<>();
        GoldenVectors.assertKnown(folder, Set.of("features.jsonl", "samples.jsonl"));

        for (JsonNode line : lines(folder, "samples.jsonl")) {
            Published sample = new Published(line);
            sample.checkSequence();
            samples.put(line.get("id").stringValue(), sample);
        }
        List<JsonNode> features = lines(folder, "features.jsonl");
        for (JsonNode line : features) {
            String id = line.get("id").stringValue();
            assertTrue(samples.containsKey(id), "features of an unknown sample " + id);
            samples.get(id).checkFeatures(line);
        }
        System.out.printf(
                "ManoVectorTests: %d sequences with answers and %d with features agree with %s%n",
                samples.size(), features.size(), folder);
    }

    private static List<JsonNode> lines(Path folder, String file) {
        return GoldenVectors.lines(folder, file).stream().map(JSON::readTree).toList();
    }

    /** A published sequence, and the task that could have drawn it. */
    private static final class Published {

        private final JsonNode line;
        private final String id;
        private final int length;
        private final ManoTask task;
        private final ManoVocabulary vocabulary;

        /**
         * Its tokens with our ids: once with aliases as published, once with each alias replaced.
         */
        private final int[] tokens;

        private final int[] plain;

        Published(JsonNode line) {
            this.line = line;
            id = line.get("id").stringValue();
            length = line.get("L").intValue();
            int[] lengths = ints(line.get("lens"));
            int least = IntStream.of(lengths).min().orElseThrow();
            int most = IntStream.of(lengths).max().orElseThrow();
            assertTrue(length >= least && length <= most, id);
            ManoProvider provider = new ManoProvider();
            boolean aliases = line.get("aliases").booleanValue();
            task =
                    (ManoTask)
                            provider.create(
                                    Settings.of(
                                            id,
                                            provider.options(),
                                            Map.of(
                                                    "modulus", line.get("modulus").intValue(),
                                                    "operators", line.get("ops").stringValue(),
                                                    "min-length", least,
                                                    "max-length", most,
                                                    "aliases", aliases)));
            vocabulary = (ManoVocabulary) task.vocabulary();
            int[] published = ints(line.get("tokens"));
            tokens = IntStream.of(published).map(token -> dense(token, aliases)).toArray();
            plain = IntStream.of(tokens).map(vocabulary::canonical).toArray();
        }

        /** Returns our id for a published one. */
        private int dense(int token, boolean aliases) {
            if (token == 9999 || token == 9998) {
                assertTrue(token == 9999 || aliases, id + ": unexpected alias " + token);
                return Vocabulary.BOS;
            }
            if (token >= 5000) {
                assertTrue(token < 5000 + vocabulary.modulus(), id + ": unknown token " + token);
                return vocabulary.value(token - 5000);
            }
            boolean alias;
            int dense;
            if (token <= 8) {
                assertTrue(token >= 1, id + ": unknown token " + token);
                alias = token > 4;
                dense = vocabulary.operator(Operator.values()[(token - 1) % 4]);
            } else {
                assertTrue(
                        Set.of(0, 1, 4, 5).contains(token % 10), id + ": unknown token " + token);
                alias = token % 2 == 1;
                dense =
                        token % 10 < 4
                                ? vocabulary.open(token / 10)
                                : vocabulary.answer(token / 10);
            }
            assertTrue(aliases || !alias, id + ": unexpected alias " + token);
            return alias ? vocabulary.alias(dense) : dense;
        }

        void checkSequence() {
            assertEquals(2 * length + 5, tokens.length, id);
            Sample read = task.complete(tokens.clone(), 0);
            int value = task.read(read).value();
            assertEquals(line.get("answer").intValue(), value, id);
            Sample rebuilt = task.complete(plain.clone(), value);
            assertArrayEquals(plain, rebuilt.tokens(), id);
            assertEquals(length, rebuilt.point().number("L"), id);
            assertTrue(tokens.length <= task.longest(), id);
            for (int token = 0; token < vocabulary.size(); token++) {
                boolean right = token == vocabulary.value(value);
                assertEquals(
                        right,
                        task.grade(rebuilt, 0, new int[] {token}),
                        id + ": " + vocabulary.text(token));
            }
        }

        void checkFeatures(JsonNode expected) {
            Sample sample = task.complete(tokens.clone(), line.get("answer").intValue());
            Map<String, double[]> actual = new HashMap<>();
            for (Feature feature : task.features(sample)) {
                actual.put(feature.name(), feature.values());
            }
            for (String name : expected.propertyNames()) {
                if (name.equals("id")) {
                    continue;
                }
                assertTrue(actual.containsKey(name), "no feature " + name);
                assertArrayEquals(
                        codes(name, expected.get(name)), actual.remove(name), id + ": " + name);
            }
            assertEquals(
                    Set.of("stack"),
                    actual.keySet(),
                    id + ": features not compared, but for a sum of two others");
        }

        /**
         * Returns a published list as a feature: numbers for words, nothing outside the expression.
         */
        private double[] codes(String name, JsonNode list) {
            double[] codes = new double[tokens.length];
            java.util.Arrays.fill(codes, Double.NaN);
            assertEquals(2 * length + 1, list.size(), id + ": " + name);
            for (int j = 0; j < list.size(); j++) {
                JsonNode value = list.get(j);
                codes[2 + j] =
                        switch (name) {
                            case "kind" -> KINDS.indexOf(value.stringValue());
                            case "side" -> SIDES.indexOf(value.stringValue());
                            default -> value.doubleValue();
                        };
                assertTrue(codes[2 + j] >= 0, id + ": " + name);
            }
            return codes;
        }

        private static int[] ints(JsonNode list) {
            return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
        }
    }
}
