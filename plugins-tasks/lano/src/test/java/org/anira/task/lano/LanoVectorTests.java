package org.anira.task.lano;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Settings;
import org.anira.api.task.Feature;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Vocabulary;
import org.anira.testkit.GoldenVectors;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Compares grammars, verdicts, distributions and features with those of the published programs. A
 * few lines are always compared; all of them where {@link GoldenVectors#published} finds them.
 */
class LanoVectorTests {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TOLERANCE = 1e-9;

    private final Map<String, Grammar> grammars = new HashMap<>();
    private int distributions;

    @Test
    void agreesWithTheLinesInTheRepository() throws IOException {
        check(GoldenVectors.inRepository(getClass(), "lano"));
    }

    @Test
    void agreesWithAllPublishedVectors() throws IOException {
        check(GoldenVectors.published("lano"));
    }

    private void check(Path folder) throws IOException {
        GoldenVectors.assertKnown(
                folder,
                Set.of(
                        "corrupted.jsonl",
                        "features.jsonl",
                        "grammars.json",
                        "members.jsonl",
                        "next.jsonl",
                        "other-grammars.jsonl"));
        LanoProvider.BUILT_IN.forEach(name -> grammars.put(name, LanoProvider.builtIn(name)));
        int compared = 0;
        if (Files.exists(folder.resolve("grammars.json"))) {
            JsonNode published = JSON.readTree(Files.readString(folder.resolve("grammars.json")));
            for (String name : published.propertyNames()) {
                assertTrue(grammars.containsKey(name), "unknown grammar " + name);
                checkGrammar(name, published.get(name));
                compared++;
            }
        }

        List<JsonNode> members = lines(folder, "members.jsonl");
        for (JsonNode line : members) {
            Parse parse = checkMember(line);
            assertEquals(line.get("parses").doubleValue(), parse.trees(), id(line));
            checkTree(line, parse);
        }
        List<JsonNode> corrupted = lines(folder, "corrupted.jsonl");
        for (JsonNode line : corrupted) {
            Parse parse = checkMember(line);
            JsonNode error = line.get("first_error");
            assertEquals(error.isNull() ? -1 : error.intValue(), parse.firstError(), id(line));
        }
        Map<String, JsonNode> predicted = new HashMap<>();
        for (JsonNode line : lines(folder, "next.jsonl")) {
            Parse parse = parse(line, "tokens");
            checkNext(line, parse);
            checkTree(line, parse);
            predicted.put(id(line), line);
        }
        List<JsonNode> features = lines(folder, "features.jsonl");
        for (JsonNode line : features) {
            assertTrue(predicted.containsKey(id(line)), "features of unknown " + id(line));
            checkFeatures(predicted.get(id(line)), line);
        }
        List<JsonNode> others = lines(folder, "other-grammars.jsonl");
        for (JsonNode line : others) {
            Parse parse = checkMember(line);
            assertEquals(line.get("parses").doubleValue(), parse.trees(), id(line));
            checkNext(line, parse);
            if (parse.trees() == 1) {
                checkTree(line, parse);
            }
            assertEquals(
                    line.get("corrupted_member").booleanValue(),
                    parse(line, "corrupted").isSentence(),
                    id(line) + ": corrupted");
        }
        System.out.printf(
                "LanoVectorTests: %d grammars, %d verdicts, %d distributions of %d sentences and %d"
                        + " sentences with features agree with %s%n",
                compared,
                members.size() + corrupted.size() + 2 * others.size(),
                distributions,
                predicted.size() + others.size(),
                features.size(),
                folder);
    }

    /** Compares rules and symbols by name, but for symbols that no derivation reaches. */
    private void checkGrammar(String name, JsonNode published) {
        Grammar grammar = grammars.get(name);
        assertEquals(published.get("depth").intValue(), grammar.depth(), name);
        assertEquals(published.get("root").asString(), grammar.text(0), name);
        assertEquals(
                texts(published.get("terminals")),
                IntStream.rangeClosed(1, grammar.terminals())
                        .mapToObj(t -> grammar.text(grammar.terminal(t)))
                        .toList(),
                name);
        Map<String, List<List<String>>> rules = new TreeMap<>();
        Set<String> reached = new HashSet<>(Set.of(grammar.text(0)));
        for (int x = 0; x < grammar.nonterminals(); x++) {
            List<List<String>> own =
                    Arrays.stream(grammar.rules(x))
                            .map(rule -> Arrays.stream(rule).mapToObj(grammar::text).toList())
                            .toList();
            rules.put(grammar.text(x), own);
            own.forEach(reached::addAll);
        }
        Map<String, List<List<String>>> expected = new TreeMap<>();
        for (String symbol : published.get("rules").propertyNames()) {
            if (reached.contains(symbol)) {
                List<List<String>> own = new ArrayList<>();
                published.get("rules").get(symbol).forEach(rule -> own.add(texts(rule)));
                expected.put(symbol, own);
            }
        }
        assertEquals(expected, rules, name);
    }

    private static List<String> texts(JsonNode list) {
        return IntStream.range(0, list.size()).mapToObj(i -> list.get(i).asString()).toList();
    }

    private static String id(JsonNode line) {
        return line.get("id").stringValue();
    }

    private static List<JsonNode> lines(Path folder, String file) {
        return GoldenVectors.lines(folder, file).stream().map(JSON::readTree).toList();
    }

    private Parse parse(JsonNode line, String field) {
        String grammar = line.get("grammar").stringValue();
        assertTrue(grammars.containsKey(grammar), "unknown grammar " + grammar);
        return new Parse(grammars.get(grammar), ints(line.get(field)));
    }

    /** Compares the verdict, and that of the scorer on the same string after BOS. */
    private Parse checkMember(JsonNode line) {
        Parse parse = parse(line, "tokens");
        boolean member = line.get("member").booleanValue();
        assertEquals(member, parse.isSentence(), id(line));
        int[] tokens = ints(line.get("tokens"));
        int[] continuation =
                IntStream.concat(
                                Arrays.stream(tokens).map(LanoVocabulary::token),
                                IntStream.of(Vocabulary.EOS))
                        .toArray();
        assertEquals(
                member,
                new LanoScorer(grammars.get(line.get("grammar").stringValue()))
                        .accepts(
                                new Scorer.Prompt("from nothing", new int[] {Vocabulary.BOS}, 1),
                                continuation),
                id(line));
        return parse;
    }

    /** Compares the number of nodes that begin and end at each symbol with the published tree. */
    private static void checkTree(JsonNode line, Parse parse) {
        Parse.Tree tree = parse.tree();
        double[] opens = new double[tree.opens().length];
        double[] closes = new double[opens.length];
        JsonNode levels = line.get("levels");
        for (int level = 0; level < levels.size(); level++) {
            JsonNode lengths = levels.get(level).get("lengths");
            if (lengths.size() == opens.length) {
                continue; // the level of the terminals
            }
            int at = 0;
            for (JsonNode length : lengths) {
                opens[at]++;
                at += length.intValue();
                closes[at - 1]++;
            }
            assertEquals(opens.length, at, id(line));
        }
        assertNear(id(line) + ": opens", opens, tree.opens());
        assertNear(id(line) + ": closes", closes, tree.closes());
    }

    private void checkNext(JsonNode line, Parse parse) {
        int[] tokens = ints(line.get("tokens"));
        JsonNode rows = line.get("next");
        JsonNode columns = line.get("columns");
        assertEquals("EOS", columns.get(0).stringValue(), id(line));
        assertEquals(tokens.length + 1, rows.size(), id(line));
        for (int k = 0; k <= tokens.length; k++) {
            double[] expected = new double[columns.size()];
            for (int i = 0; i < expected.length; i++) {
                int column = i == 0 ? 0 : columns.get(i).intValue();
                expected[column] = rows.get(k).get(i).doubleValue();
                assertEquals(
                        expected[column] == 0,
                        parse.next(k)[column] == 0,
                        id(line) + ": what is impossible after " + k);
            }
            assertNear(id(line) + ": after " + k, expected, parse.next(k));
            distributions++;
        }
        assertEquals(line.get("log_prob").doubleValue(), parse.logProbability(), 1e-9, id(line));
        assertEquals(
                -line.get("log_prob").doubleValue(),
                IntStream.rangeClosed(0, tokens.length).mapToDouble(parse::surprisal).sum(),
                1e-9,
                id(line));
    }

    private static void checkFeatures(JsonNode line, JsonNode expected) {
        LanoProvider provider = new LanoProvider();
        LanoTask task =
                (LanoTask)
                        provider.create(
                                Settings.of(
                                        id(line),
                                        provider.options(),
                                        Map.of("grammar", line.get("grammar").stringValue())));
        int[] sentence = ints(line.get("tokens"));
        int[] tokens = new int[sentence.length + 2];
        tokens[0] = Vocabulary.BOS;
        for (int i = 0; i < sentence.length; i++) {
            tokens[i + 1] = LanoVocabulary.token(sentence[i]);
        }
        tokens[tokens.length - 1] = Vocabulary.EOS;
        Sample sample =
                new Sample(
                        Point.of("grammar", "cfg3b"),
                        tokens,
                        new boolean[tokens.length],
                        List.of());
        Map<String, double[]> actual = new HashMap<>();
        for (Feature feature : task.features(sample)) {
            actual.put(feature.name(), feature.values());
        }
        for (String name : expected.propertyNames()) {
            if (!name.equals("id")) {
                assertTrue(actual.containsKey(name), "no feature " + name);
                double[] values = new double[tokens.length];
                Arrays.fill(values, Double.NaN);
                for (int k = 0; k < expected.get(name).size(); k++) {
                    values[k] = expected.get(name).get(k).doubleValue();
                }
                assertNear(id(line) + ": " + name, values, actual.remove(name));
            }
        }
        assertEquals(Set.of("boundary_level"), actual.keySet(), "not compared, but D - closes");
    }

    private static void assertNear(String what, double[] expected, double[] actual) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE, what + ", index " + i);
        }
    }

    private static int[] ints(JsonNode list) {
        return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
    }
}
