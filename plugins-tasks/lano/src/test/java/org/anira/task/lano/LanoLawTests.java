package org.anira.task.lano;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.task.CounterRandom;
import org.anira.testkit.ChiSquare;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Compares drawn sentences with the law. Seeds are fixed; had they been drawn anew, a right sampler
 * would fail a test with probability about 1e-6 (chi-squared) or 6e-5 (means, 4 standard errors).
 */
class LanoLawTests {

    private static int[] drawn(Grammar grammar, CounterRandom random) {
        int[] sentence = new int[grammar.longest()];
        int length = grammar.draw(sentence, 0, 0, random);
        return Arrays.copyOf(sentence, length);
    }

    /** A rule's frequency is read off the one tree that a sentence of a tiny grammar has. */
    @Test
    void rulesAreUniform() throws GrammarReader.GrammarException {
        Grammar grammar =
                GrammarReader.read(
                        "tiny",
                        """
                        terminals: a b c
                        S -> A B | B A
                        A -> a a | b b b | c
                        B -> a b | b a | c a | c b b
                        """);
        CounterRandom random = new CounterRandom(51, "rules", 0);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            counts.merge(Arrays.toString(drawn(grammar, random)), 1, Integer::sum);
        }
        // 24 derivations of equal probability; some sentences have two. A derivation off by 10 % of
        // its share is found with power above 0.99.
        double[] shares = new double[counts.size()];
        int[] found = new int[counts.size()];
        int at = 0;
        for (Map.Entry<String, Integer> entry : counts.entrySet()) {
            int[] sentence =
                    Arrays.stream(entry.getKey().replaceAll("[\\[\\] ]", "").split(","))
                            .mapToInt(Integer::parseInt)
                            .toArray();
            shares[at] = new Parse(grammar, sentence).trees() / 24;
            found[at++] = entry.getValue();
        }
        assertEquals(1, Arrays.stream(shares).sum(), 1e-12, "sentences that were never drawn");
        ChiSquare.assertFollows("sentences", shares, found);
    }

    /**
     * In cfg3b each sentence has one tree, so the length and the number of symbols that begin
     * follow from it. 20,000 sentences: the standard error of the mean length is 0.3, so one off by
     * 2.5 is found with power above 0.99.
     */
    @ParameterizedTest
    @CsvSource({
        "cfg3b, 275.6, 41.7", "cfg3f, 249.9, 69.4", "cfg3g, 252.4, 53.0", "cfg3h, 236.4, 41.5",
        "cfg3i, 308.1, 46.0", "cfg3j, 543.9, 133.6", "cfg3k, 516.3, 91.1", "cfg3e1, 198.6, 46.8",
        "cfg3e2, 246.4, 55.9"
    })
    void lengthsHaveThePublishedMeanAndDeviation(String name, double mean, double deviation) {
        Grammar grammar = LanoProvider.builtIn(name);
        CounterRandom random = new CounterRandom(52, name, 0);
        int sentences = 20_000;
        double[] lengths = new double[sentences];
        for (int i = 0; i < sentences; i++) {
            lengths[i] = drawn(grammar, random).length;
        }
        double found = Arrays.stream(lengths).average().orElseThrow();
        double variance =
                Arrays.stream(lengths).map(x -> (x - found) * (x - found)).sum() / sentences;
        double error = deviation / Math.sqrt(sentences);
        assertEquals(mean, found, 0.05 + 4 * error);
        assertEquals(deviation, Math.sqrt(variance), 0.05 + 4 * error);
    }

    /**
     * The bits per sentence that are quoted for cfg3b: 300 sentences, the standard error is 1.3.
     */
    @Test
    void sentencesOfCfg3bHaveThePublishedEntropy() {
        Grammar grammar = LanoProvider.builtIn("cfg3b");
        CounterRandom random = new CounterRandom(53, "entropy", 0);
        double[] bits = new double[300];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = -new Parse(grammar, drawn(grammar, random)).logProbability() / Math.log(2);
        }
        double mean = Arrays.stream(bits).average().orElseThrow();
        double variance =
                Arrays.stream(bits).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
        assertEquals(169.2, mean, 0.05 + 4 * Math.sqrt(variance / bits.length));
    }
}
