package org.anira.runtime.eval;

import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.Session;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Greedy answers to the spans of samples: everything before a span is given, earlier spans with
 * their right answers.
 */
final class Answers {

    private Answers() {}

    /**
     * An answer.
     *
     * @param tokens the decoded tokens, a stop token included
     * @param depths steps taken where each of them was predicted
     * @param expectedDepths E[d] where each of them was predicted
     */
    record Answer(int[] tokens, int[] depths, float[] expectedDepths) {}

    /**
     * Decodes one span of every sample, side by side.
     *
     * @param spans the span of each sample
     */
    static List<Answer> decode(
            Session session,
            RecurrentTransformer model,
            String rule,
            boolean skipping,
            List<Sample> samples,
            List<Span> spans) {
        int size = samples.size();
        List<int[]> prompts = new ArrayList<>();
        for (int b = 0; b < size; b++) {
            prompts.add(Arrays.copyOf(samples.get(b).tokens(), spans.get(b).start()));
        }
        int longest = spans.stream().mapToInt(Span::limit).max().orElseThrow();
        int[][] tokens = new int[size][longest];
        int[][] depths = new int[size][longest];
        float[][] expected = new float[size][longest];
        int[] lengths = new int[size];
        boolean[] ended = new boolean[size];
        Decoding.Begun begun = Decoding.begin(session, model, rule, skipping, prompts);
        try (Decoding decoding = begun.decoding()) {
            Decoding.Step step = begun.first();
            while (true) {
                int[] next = new int[size];
                boolean all = true;
                for (int b = 0; b < size; b++) {
                    if (ended[b]) {
                        next[b] = Vocabulary.PAD;
                        continue;
                    }
                    int n = lengths[b]++;
                    next[b] = step.likeliest(b);
                    tokens[b][n] = next[b];
                    depths[b][n] = step.depths()[b];
                    expected[b][n] = step.expectedDepths()[b];
                    ended[b] =
                            next[b] == Vocabulary.PAD
                                    || spans.get(b).stops().contains(next[b])
                                    || lengths[b] == spans.get(b).limit()
                                    || spans.get(b).start() + lengths[b] >= model.length();
                    all &= ended[b];
                }
                if (all) {
                    break;
                }
                step = decoding.next(next);
            }
        }
        List<Answer> answers = new ArrayList<>();
        for (int b = 0; b < size; b++) {
            answers.add(
                    new Answer(
                            Arrays.copyOf(tokens[b], lengths[b]),
                            Arrays.copyOf(depths[b], lengths[b]),
                            Arrays.copyOf(expected[b], lengths[b])));
        }
        return answers;
    }
}
