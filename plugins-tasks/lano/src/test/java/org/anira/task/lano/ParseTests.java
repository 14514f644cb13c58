package org.anira.task.lano;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the grammar's tools say, against full enumeration and by the laws of probability. */
class ParseTests {

    /** Ambiguous: "a b a b" is A B or B A; rules differ in length and number. */
    private static final String AMBIGUOUS =
            """
            terminals: a b
            S -> A B | B A | A A B
            A -> C D | C | D C D
            B -> D C | C D
            C -> a b | a
            D -> b a | a b | b
            """;

    private static Grammar ambiguous() {
        try {
            return GrammarReader.read("ambiguous", AMBIGUOUS);
        } catch (GrammarReader.GrammarException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A derivation: its yield, its probability, and how many nodes begin at each symbol. */
    private record Derivation(List<Integer> string, double probability, List<Integer> opens) {}

    private static List<Derivation> derivations(Grammar grammar, int symbol) {
        if (grammar.isTerminal(symbol)) {
            return List.of(
                    new Derivation(List.of(symbol - grammar.nonterminals() + 1), 1, List.of(0)));
        }
        List<Derivation> all = new ArrayList<>();
        for (int[] rule : grammar.rules(symbol)) {
            List<Derivation> some =
                    List.of(
                            new Derivation(
                                    List.of(), 1.0 / grammar.rules(symbol).length, List.of()));
            for (int y : rule) {
                List<Derivation> more = new ArrayList<>();
                for (Derivation before : some) {
                    for (Derivation own : derivations(grammar, y)) {
                        more.add(
                                new Derivation(
                                        join(before.string(), own.string()),
                                        before.probability() * own.probability(),
                                        join(before.opens(), own.opens())));
                    }
                }
                some = more;
            }
            for (Derivation one : some) {
                List<Integer> opens = new ArrayList<>(one.opens());
                opens.set(0, opens.getFirst() + 1);
                all.add(new Derivation(one.string(), one.probability(), opens));
            }
        }
        return all;
    }

    private static List<Integer> join(List<Integer> left, List<Integer> right) {
        List<Integer> joined = new ArrayList<>(left);
        joined.addAll(right);
        return joined;
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    @Test
    void everyStringOfASmallGrammarAgreesWithFullEnumeration() {
        Grammar grammar = ambiguous();
        Map<List<Integer>, List<Derivation>> sentences =
                derivations(grammar, 0).stream().collect(Collectors.groupingBy(Derivation::string));
        assertTrue(sentences.values().stream().anyMatch(trees -> trees.size() > 3));
        Map<List<Integer>, Double> prefixes = new HashMap<>();
        sentences.forEach((sentence, trees) -> {
            double probability = trees.stream().mapToDouble(Derivation::probability).sum();
            for (int k = 0; k <= sentence.size(); k++) {
                prefixes.merge(List.copyOf(sentence.subList(0, k)), probability, Double::sum);
            }
        });
        for (int length = 0; length <= 7; length++) {
            for (int bits = 0; bits < 1 << length; bits++) {
                int code = bits;
                List<Integer> string =
                        IntStream.range(0, length).mapToObj(i -> 1 + (code >> i & 1)).toList();
                check(grammar, string, sentences, prefixes);
            }
        }
        sentences.keySet().forEach(sentence -> check(grammar, sentence, sentences, prefixes));
    }

    private static void check(
            Grammar grammar,
            List<Integer> string,
            Map<List<Integer>, List<Derivation>> sentences,
            Map<List<Integer>, Double> prefixes) {
        Parse parse = new Parse(grammar, ints(string));
        List<Derivation> trees = sentences.getOrDefault(string, List.of());
        double probability = trees.stream().mapToDouble(Derivation::probability).sum();
        assertEquals(!trees.isEmpty(), parse.isSentence(), string::toString);
        assertEquals(trees.size(), parse.trees(), string::toString);
        assertEquals(Math.log(probability), parse.logProbability(), 1e-12, string::toString);
        int possible = 0;
        while (possible < string.size() && prefixes.containsKey(string.subList(0, possible + 1))) {
            possible++;
        }
        assertEquals(trees.isEmpty() ? possible : -1, parse.firstError(), string::toString);
        for (int k = 0; k <= possible; k++) {
            double prefix = prefixes.get(string.subList(0, k));
            double[] next = new double[3];
            next[0] =
                    sentences.getOrDefault(string.subList(0, k), List.of()).stream()
                                    .mapToDouble(Derivation::probability)
                                    .sum()
                            / prefix;
            for (int t = 1; t <= 2; t++) {
                next[t] =
                        prefixes.getOrDefault(join(string.subList(0, k), List.of(t)), 0.0) / prefix;
            }
            assertArrayEquals(next, parse.next(k), 1e-12, string::toString);
            assertEquals(Math.log(prefix), parse.logPrefix(k), 1e-12, string::toString);
        }
        if (!trees.isEmpty()) {
            double[] opens = new double[string.size()];
            for (Derivation tree : trees) {
                for (int i = 0; i < opens.length; i++) {
                    opens[i] += tree.opens().get(i) * tree.probability() / probability;
                }
            }
            assertArrayEquals(opens, parse.tree().opens(), 1e-12, string::toString);
        }
    }

    /**
     * In a layered grammar as many nodes begin after a symbol as end with it; rows sum to 1, and
     * the symbols' probabilities multiply to the sentence's.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cfg3b", "cfg3e1", "cfg3e2", "cfg3f", "cfg3g", "cfg3h", "cfg3i", "cfg3j", "cfg3k"
            })
    void drawnSentencesObeyTheLaws(String name) {
        Grammar grammar = LanoProvider.builtIn(name);
        CounterRandom random = new CounterRandom(41, name, 0);
        for (int i = 0; i < 3; i++) {
            int[] buffer = new int[grammar.longest()];
            int length = grammar.draw(buffer, 0, 0, random);
            int[] sentence = Arrays.copyOf(buffer, length);
            Parse parse = new Parse(grammar, sentence);
            assertTrue(parse.isSentence());
            assertTrue(parse.trees() >= 1);
            double surprisal = 0;
            for (int k = 0; k <= sentence.length; k++) {
                double[] next = parse.next(k);
                assertEquals(1, Arrays.stream(next).sum(), 1e-11);
                assertTrue(next[k == sentence.length ? 0 : sentence[k]] > 0);
                assertTrue(Parse.entropy(next) <= Math.log(next.length) + 1e-12);
                assertTrue(parse.completed(k) + parse.predicted(k) <= parse.items(k));
                surprisal += parse.surprisal(k);
            }
            assertEquals(-parse.logProbability(), surprisal, 1e-9);
            Parse.Tree tree = parse.tree();
            assertEquals(grammar.depth(), tree.opens()[0], 1e-9);
            assertEquals(grammar.depth(), tree.closes()[sentence.length - 1], 1e-9);
            for (int k = 0; k + 1 < sentence.length; k++) {
                assertEquals(tree.closes()[k], tree.opens()[k + 1], 1e-9);
            }
            assertEquals(grammar.depth(), parse.expectedOpens(0), 1e-12);
        }
    }

    /** Forty symbols of one or two terminals derive sixty in 10^11 ways. */
    @Test
    void aSentenceOfManyTreesTakesNoLonger() throws GrammarReader.GrammarException {
        Grammar grammar =
                GrammarReader.read(
                        "many", "terminals: a\nS ->" + " A".repeat(40) + "\nA -> a | a a\n");
        int[] sentence = new int[60];
        Arrays.fill(sentence, 1);
        Parse.Tree tree =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(60), () -> new Parse(grammar, sentence).tree());
        assertEquals(41, Arrays.stream(tree.opens()).sum(), 1e-9);
        assertEquals(2, tree.opens()[0], 1e-9);
    }

    /** Plain products would be 0: the sentence has a probability of about 1e-3000. */
    @Test
    void longSentencesKeepTheirNumbers() throws GrammarReader.GrammarException {
        StringBuilder text = new StringBuilder("terminals: a b c d\nS -> X1 Y1 | Y1 X1\n");
        for (int level = 1; level < 12; level++) {
            String rules =
                    level == 11
                            ? "a b | b a | a c | d d | c c | d b"
                            : "X%1$d Y%1$d | Y%1$d X%1$d | X%1$d X%1$d | Y%1$d Y%1$d"
                                    .formatted(level + 1);
            text.append("X%1$d -> %2$s\nY%1$d -> %2$s\n".formatted(level, rules));
        }
        Grammar grammar = GrammarReader.read("long", text.toString());
        int[] sentence = new int[grammar.longest()];
        assertEquals(4096, grammar.draw(sentence, 0, 0, new CounterRandom(42, "long", 0)));
        Parse parse = new Parse(grammar, sentence);
        assertTrue(parse.isSentence());
        assertTrue(parse.logProbability() < -3000 && parse.logProbability() > -1e5);
        for (int k = 0; k <= sentence.length; k += 64) {
            assertEquals(1, Arrays.stream(parse.next(k)).sum(), 1e-9);
        }
    }

    @Test
    void foreignSymbolsAreNoSentences() {
        Grammar grammar = ambiguous();
        for (int foreign : new int[] {0, 3, -1, Integer.MAX_VALUE}) {
            Parse parse = new Parse(grammar, new int[] {1, foreign, 1});
            assertEquals(1, parse.firstError());
            assertEquals(Double.POSITIVE_INFINITY, parse.surprisal(1));
            assertThrows(IndexOutOfBoundsException.class, () -> parse.next(2));
            assertThrows(IllegalStateException.class, parse::tree);
        }
    }
}
