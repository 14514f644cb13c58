package org.anira.task.depo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.testkit.ChiSquare;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Compares the drawn samples with the law. Seeds are fixed; had they been drawn anew, a right
 * sampler would fail a test with probability about 1e-6.
 */
class DepoLawTests {

    private static final DepoTask TASK = DepoProviderTests.task(Map.of());

    private static Point point(int n, int k) {
        Map<String, Integer> values = new LinkedHashMap<>();
        values.put("n", n);
        values.put("k", k);
        return Point.of(values);
    }

    private static Cycle drawn(DepoTask task, int n, int k, CounterRandom random) {
        return new Cycle(task.sample(point(n, k), random).tokens(), task.vocabulary());
    }

    /**
     * n in proportion to 1 / (n + √30), below a limit too. 500,000 draws: one size off by 8 % of
     * its share is found with power above 0.99.
     */
    @ParameterizedTest
    @ValueSource(ints = {30, 9})
    void sizesFollowTheirLaw(int limit) {
        CounterRandom random = new CounterRandom(31, "sizes", limit);
        int[] counts = new int[limit + 1];
        for (int i = 0; i < 500_000; i++) {
            Point point = TASK.draw(axis -> axis.name().equals("n") ? limit : 5, random);
            assertEquals(5, point.number("k"));
            counts[point.number("n")]++;
        }
        double[] shares =
                IntStream.rangeClosed(0, limit)
                        .mapToDouble(n -> n < 3 ? 0 : 1 / (n + Math.sqrt(30)))
                        .toArray();
        double total = Arrays.stream(shares).sum();
        ChiSquare.assertFollows(
                "sizes", Arrays.stream(shares).map(share -> share / total).toArray(), counts);
    }

    /** 200,000 questions: a k off by 6 % of its share is found with power above 0.99. */
    @ParameterizedTest
    @ValueSource(ints = {8, 3})
    void stepsAreUniform(int most) {
        CounterRandom random = new CounterRandom(32, "steps", most);
        int[] counts = new int[most];
        for (int i = 0; i < 20_000; i++) {
            drawn(TASK, 12, most, random).questions().forEach(q -> counts[q.k() - 1]++);
        }
        assertUniform(counts);
    }

    /**
     * The edge that a question starts at is any of the list. 200,000 questions: one off by 8 % of
     * its share is found with power above 0.99.
     */
    @Test
    void startsAreUniformAndDiffer() {
        CounterRandom random = new CounterRandom(33, "starts", 0);
        int[] counts = new int[12];
        int[] firsts = new int[12];
        for (int i = 0; i < 20_000; i++) {
            List<Cycle.Question> questions = drawn(TASK, 12, 2, random).questions();
            questions.forEach(q -> counts[q.start()]++);
            firsts[questions.getFirst().start()]++;
            assertEquals(10, questions.stream().map(Cycle.Question::start).distinct().count());
        }
        assertUniform(firsts);
        // Ten of twelve different ones each time spread less than independent draws would.
        for (int count : counts) {
            assertEquals(20_000 * 10 / 12.0, count, 5 * Math.sqrt(20_000 * 10 / 12.0 * 2 / 12));
        }
    }

    /**
     * Where the edge after the first one of the list stands is any other place. 20,000 cycles: a
     * place off by 25 % of its share is found with power above 0.99.
     */
    @Test
    void edgesAreShuffled() {
        CounterRandom random = new CounterRandom(34, "edges", 0);
        int[] counts = new int[11];
        for (int i = 0; i < 20_000; i++) {
            Cycle cycle = drawn(TASK, 12, 1, random);
            List<Integer> next = cycle.answer(new Cycle.Question(1, 0, 0, 0));
            int place = 0;
            while (!cycle.answer(new Cycle.Question(12, place, 0, 0)).equals(next)) {
                place++;
            }
            counts[place - 1]++;
        }
        assertUniform(counts);
    }

    /** 250,000 words: a word off by 12 % of its share is found with power above 0.99. */
    @Test
    void wordsOfOneTokenAreUniform() {
        CounterRandom random = new CounterRandom(35, "words", 0);
        int[] counts = new int[50];
        for (int i = 0; i < 25_000; i++) {
            Sample sample = TASK.sample(point(10, 8), random);
            counts[
                    sample.tokens()[sample.spans().getFirst().start()]
                            - TASK.vocabulary().letter(50)]++;
        }
        assertUniform(counts);
    }

    /**
     * Of three words, each place has each length equally often as any other place, and letters are
     * uniform. With 3 words of 243 + 729 + 2187 the law is that of independent words but for a
     * shift below 0.001. 60,000 words: a share off by 0.02 is found with power above 0.99.
     */
    @Test
    void longWordsHaveUniformLengthsAndLetters() {
        DepoTask task = DepoProviderTests.task(Map.of("words", "long"));
        CounterRandom random = new CounterRandom(36, "long words", 0);
        int[] lengths = new int[3];
        int[] letters = new int[3];
        int[] ends = new int[3];
        for (int i = 0; i < 60_000; i++) {
            Cycle cycle = drawn(task, 3, 1, random);
            List<Integer> word = cycle.answer(cycle.questions().getFirst());
            lengths[word.size() - 5]++;
            letters[word.getFirst() - task.vocabulary().letter(0)]++;
            ends[word.getLast() - task.vocabulary().letter(3)]++;
        }
        assertUniform(lengths);
        assertUniform(letters);
        assertUniform(ends);
    }

    private static void assertUniform(int[] counts) {
        double[] shares = new double[counts.length];
        Arrays.fill(shares, 1.0 / counts.length);
        ChiSquare.assertFollows("shares", shares, counts);
    }
}
