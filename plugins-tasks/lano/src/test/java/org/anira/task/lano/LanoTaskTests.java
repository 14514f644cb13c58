package org.anira.task.lano;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Vocabulary;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

class LanoTaskTests {

    private static final LanoTask TASK = LanoProviderTests.task("cfg3b");
    private static final Grammar GRAMMAR = LanoProvider.builtIn("cfg3b");
    private static final LanoScorer SCORER = new LanoScorer(GRAMMAR);

    private static Sample drawn(int index) {
        CounterRandom random = new CounterRandom(61, "task", index);
        return TASK.sample(TASK.draw(Limits.NONE, random), random);
    }

    /** What a model that knows the grammar would predict; {@code hidden} goes to PAD. */
    private static float[][] perfect(Sample sample, double hidden) {
        Parse parse = new Parse(GRAMMAR, LanoTask.sentence(sample.tokens()));
        float[][] rows = new float[sample.tokens().length - 1][6];
        for (int k = 0; k < rows.length; k++) {
            Arrays.fill(rows[k], -200);
            double[] next = parse.next(k);
            for (int i = 0; i < next.length; i++) {
                rows[k][Vocabulary.EOS + i] =
                        (float) Math.max(-200, Math.log(next[i] * (1 - hidden)));
            }
            rows[k][Vocabulary.PAD] = (float) Math.max(-200, Math.log(hidden));
        }
        return rows;
    }

    @Test
    void samplesAreSentencesAndEverythingIsATarget() {
        for (int i = 0; i < 50; i++) {
            Sample sample = drawn(i);
            int last = sample.tokens().length - 1;
            assertEquals(Vocabulary.EOS, sample.tokens()[last]);
            assertTrue(new Parse(GRAMMAR, LanoTask.sentence(sample.tokens())).isSentence());
            assertFalse(sample.target()[0]);
            for (int t = 1; t <= last; t++) {
                assertTrue(sample.target()[t]);
            }
        }
    }

    /** Changed symbols make no sentence unless the recogniser finds a tree for them. */
    @Test
    void aChangedSymbolIsAnErrorNoEarlierThanThere() {
        int wrong = 0;
        for (int i = 0; i < 20; i++) {
            int[] sentence = LanoTask.sentence(drawn(i).tokens());
            for (int place = 0; place < sentence.length; place += 7) {
                int[] changed = sentence.clone();
                changed[place] = changed[place] % 3 + 1;
                Parse parse = new Parse(GRAMMAR, changed);
                assertTrue(parse.isSentence() || parse.firstError() >= place);
                wrong += parse.isSentence() ? 0 : 1;
            }
        }
        assertTrue(wrong > 700, wrong + " of some 780");
    }

    @Test
    void theGrammarItselfHasNoDivergence() {
        Sample sample = drawn(1);
        Map<String, Double> scores = SCORER.score(sample, perfect(sample, 0));
        assertEquals(0, scores.get("kl (nats)"), 1e-6);
        assertEquals(0, scores.get("kl smoothed (nats)"), 1e-6);
        assertEquals(0, scores.get("mass outside"), 1e-6);
        assertEquals(1, scores.get("support accuracy"));
        assertEquals(scores.get("true entropy (nats)"), scores.get("entropy (nats)"), 1e-6);
    }

    /** Over many sentences the best guess is right as often as its probability says. */
    @Test
    void theCeilingIsReachedOnAverage() {
        double accuracy = 0;
        double ceiling = 0;
        for (int i = 0; i < 100; i++) {
            Sample sample = drawn(i);
            Map<String, Double> scores = SCORER.score(sample, perfect(sample, 0));
            accuracy += scores.get("top-1 accuracy") / 100;
            ceiling += scores.get("top-1 ceiling") / 100;
        }
        // 27,000 places, of which about 60 % are uncertain: the standard error is below 0.003.
        assertEquals(ceiling, accuracy, 0.012);
    }

    @Test
    void massOnOtherTokensIsReportedApart() {
        Sample sample = drawn(2);
        Map<String, Double> scores = SCORER.score(sample, perfect(sample, 0.25));
        assertEquals(0.25, scores.get("mass outside"), 1e-6);
        assertEquals(0, scores.get("kl (nats)"), 1e-6);
    }

    /** KL = ln(T + 1) − H(p) for the uniform prediction, and loss − entropy in general. */
    @Test
    void aUniformPredictionHasTheDivergenceOfItsFormula() {
        Sample sample = drawn(3);
        float[][] uniform = new float[sample.tokens().length - 1][6];
        Arrays.stream(uniform).forEach(row -> Arrays.fill(row, (float) -Math.log(6)));
        Map<String, Double> scores = SCORER.score(sample, uniform);
        assertEquals(
                Math.log(4) - scores.get("true entropy (nats)"), scores.get("kl (nats)"), 1e-6);
        assertEquals(Math.log(4), scores.get("entropy (nats)"), 1e-6);
        assertEquals(2 / 6.0, scores.get("mass outside"), 1e-6);
        assertEquals(0, scores.get("support accuracy"), "PAD is the first of equals");
    }

    @Test
    void anImpossiblePredictionDiverges() {
        Sample sample = drawn(4);
        float[][] certain = new float[sample.tokens().length - 1][6];
        for (float[] row : certain) {
            Arrays.fill(row, Float.NEGATIVE_INFINITY);
            row[Vocabulary.EOS] = 0;
        }
        Map<String, Double> scores = SCORER.score(sample, certain);
        assertEquals(Double.POSITIVE_INFINITY, scores.get("kl (nats)"));
        assertTrue(Double.isFinite(scores.get("kl smoothed (nats)")));
        assertEquals(1.0 / certain.length, scores.get("support accuracy"), 1e-12);
    }

    @Test
    void continuationsAreJudgedWithTheirPrompt() {
        List<Scorer.Prompt> prompts =
                SCORER.prompts(TASK.grid().getFirst(), 3, new CounterRandom(62, "prompts", 0));
        assertEquals(
                List.of(
                        "from nothing",
                        "from nothing",
                        "from nothing",
                        "after 50 symbols",
                        "after 50 symbols",
                        "after 50 symbols"),
                prompts.stream().map(Scorer.Prompt::name).toList());
        assertEquals(433, prompts.getFirst().limit());
        assertEquals(383, prompts.getLast().limit());
        assertEquals(51, prompts.getLast().tokens().length);

        int[] tokens = drawn(5).tokens();
        Scorer.Prompt half = new Scorer.Prompt("half", Arrays.copyOf(tokens, 60), 400);
        int[] rest = Arrays.copyOfRange(tokens, 60, tokens.length);
        assertTrue(SCORER.accepts(half, rest));
        assertFalse(SCORER.accepts(half, Arrays.copyOf(rest, rest.length - 1)), "no EOS");
        assertFalse(SCORER.accepts(half, Arrays.copyOfRange(rest, 1, rest.length)));
        assertFalse(SCORER.accepts(half, new int[0]));
        rest[3] = Vocabulary.BOS;
        assertFalse(SCORER.accepts(half, rest));
    }

    /** A model that has learnt the grammar exactly is right, however it draws. */
    @Test
    void whatTheGrammarsDistributionContinuesIsAccepted() {
        CounterRandom random = new CounterRandom(63, "draws", 0);
        Grammar grammar = LanoProvider.builtIn("cfg3b");
        for (Scorer.Prompt prompt : SCORER.prompts(TASK.grid().getFirst(), 2, random)) {
            int given = prompt.tokens().length;
            int[] tokens = prompt.tokens();
            while (tokens[tokens.length - 1] != Vocabulary.EOS) {
                int[] symbols =
                        Arrays.stream(tokens, 1, tokens.length)
                                .map(LanoVocabulary::terminal)
                                .toArray();
                double[] next = new Parse(grammar, symbols).next(symbols.length);
                double at = random.nextDouble();
                int drawn = 0;
                while ((at -= next[drawn]) >= 0) {
                    drawn++;
                }
                tokens = Arrays.copyOf(tokens, tokens.length + 1);
                tokens[tokens.length - 1] = Vocabulary.EOS + drawn;
            }
            int[] continuation = Arrays.copyOfRange(tokens, given, tokens.length);
            assertTrue(continuation.length <= prompt.limit());
            assertTrue(SCORER.accepts(prompt, continuation), prompt.name());
        }
    }

    @Test
    void whatIsNoSentenceHasFeaturesUpToItsError() {
        Sample sample = drawn(6);
        sample.tokens()[40] = Vocabulary.BOS;
        for (Feature feature : TASK.features(sample)) {
            boolean ofTheTree =
                    List.of("opens", "closes", "boundary_level").contains(feature.name());
            assertEquals(ofTheTree, Double.isNaN(feature.values()[39]), feature.name());
            assertTrue(Double.isNaN(feature.values()[40]), feature.name());
        }
    }

    @Test
    void thereIsNothingElseToAskFor() {
        Sample sample = drawn(7);
        assertThrows(IndexOutOfBoundsException.class, () -> TASK.grade(sample, 0, new int[] {2}));
        assertThrows(
                IllegalArgumentException.class,
                () -> TASK.sample(Point.of("grammar", "x"), new CounterRandom(1, "x", 0)));
        assertTrue(TASK.trained(TASK.grid().getFirst()));
    }
}
