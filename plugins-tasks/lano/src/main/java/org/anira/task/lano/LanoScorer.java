package org.anira.task.lano;

import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Vocabulary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Compares predictions with the grammar's own distribution p, at each of the n + 1 places of a
 * sentence. The model's q is renormalised on EOS and the terminals; what it gives to other tokens
 * is {@code mass outside}. All numbers are means over the places.
 *
 * <p>Continuations are drawn from BOS alone, and from BOS and the beginning of a fresh sentence;
 * one is right if with what it continues it is a sentence. The beginning has 50 symbols, as in
 * Allen-Zhu and Li, "Physics of Language Models: Part 1", or fewer where the grammar has shorter
 * sentences.
 */
record LanoScorer(Grammar grammar) implements Scorer {

    private static final String KL = "kl (nats)";
    private static final String KL_SMOOTHED = "kl smoothed (nats)";
    private static final String MASS_OUTSIDE = "mass outside";
    private static final String ENTROPY = "entropy (nats)";
    private static final String TRUE_ENTROPY = "true entropy (nats)";
    private static final String SUPPORT = "support accuracy";
    private static final String ACCURACY = "top-1 accuracy";
    private static final String CEILING = "top-1 ceiling";

    /** What the published program adds to each probability of both sides. */
    private static final double SMOOTHING = 1e-5;

    private static final int PREFIX = 50;

    @Override
    public List<String> names() {
        return List.of(
                KL, KL_SMOOTHED, MASS_OUTSIDE, ENTROPY, TRUE_ENTROPY, SUPPORT, ACCURACY, CEILING);
    }

    @Override
    public Map<String, Double> score(Sample sample, float[][] logProbabilities) {
        int[] sentence = LanoTask.sentence(sample.tokens());
        Parse parse = new Parse(grammar, sentence);
        double[] sums = new double[names().size()];
        int places = parse.lastPrefix() + 1;
        for (int k = 0; k < places; k++) {
            double[] place = place(parse.next(k), logProbabilities[k], sample.tokens()[k + 1]);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += place[i];
            }
        }
        Map<String, Double> scores = new LinkedHashMap<>();
        for (int i = 0; i < sums.length; i++) {
            scores.put(names().get(i), sums[i] / places);
        }
        return scores;
    }

    /**
     * Returns the numbers of one place, in the order of their names.
     *
     * @param p [T + 1]: the end, then the terminals
     * @param logs [V]: ln of the model's probabilities
     * @param actual the token that comes
     */
    private static double[] place(double[] p, float[] logs, int actual) {
        double[] q = new double[p.length];
        double inside = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < p.length; i++) {
            q[i] = logs[Vocabulary.EOS + i];
            inside = Frontier.sum(inside, q[i]);
        }
        double kl = 0;
        double smoothed = 0;
        double entropy = 0;
        for (int i = 0; i < p.length; i++) {
            double log = q[i] - inside;
            if (p[i] > 0) {
                kl += p[i] * (Math.log(p[i]) - log);
                smoothed += p[i] * (smooth(p[i], p.length) - smooth(Math.exp(log), p.length));
            }
            entropy -= log > Double.NEGATIVE_INFINITY ? Math.exp(log) * log : 0;
        }
        int best = 0;
        for (int token = 1; token < logs.length; token++) {
            best = logs[token] > logs[best] ? token : best;
        }
        int likeliest = best - Vocabulary.EOS;
        return new double[] {
            kl,
            smoothed,
            Math.max(0, 1 - Math.exp(inside)),
            entropy,
            Parse.entropy(p),
            likeliest >= 0 && p[likeliest] > 0 ? 1 : 0,
            best == actual ? 1 : 0,
            Arrays.stream(p).max().orElseThrow()
        };
    }

    private static double smooth(double probability, int count) {
        return Math.log((probability + SMOOTHING) / (1 + count * SMOOTHING));
    }

    @Override
    public List<Prompt> prompts(Point point, int count, RandomGenerator random) {
        List<Prompt> prompts = new ArrayList<>();
        int limit = grammar.longest() + 1;
        for (int i = 0; i < count; i++) {
            prompts.add(new Prompt("from nothing", new int[] {Vocabulary.BOS}, limit));
        }
        int prefix = Math.min(PREFIX, grammar.shortest() - 1);
        for (int i = 0; prefix > 0 && i < count; i++) {
            int[] tokens = new int[1 + grammar.longest()];
            tokens[0] = Vocabulary.BOS;
            grammar.draw(tokens, 1, Vocabulary.EOS, random);
            prompts.add(
                    new Prompt(
                            "after %d symbols".formatted(prefix),
                            Arrays.copyOf(tokens, 1 + prefix),
                            limit - prefix));
        }
        return prompts;
    }

    /** Returns whether the prompt and its continuation up to EOS are a sentence. */
    @Override
    public boolean accepts(Prompt prompt, int[] continuation) {
        int last = continuation.length - 1;
        if (last < 0 || continuation[last] != Vocabulary.EOS) {
            return false;
        }
        int given = prompt.tokens().length;
        int[] tokens = Arrays.copyOf(prompt.tokens(), given + continuation.length);
        System.arraycopy(continuation, 0, tokens, given, continuation.length);
        return new Spans(grammar, LanoTask.sentence(tokens), true).whole()
                > Double.NEGATIVE_INFINITY;
    }
}
