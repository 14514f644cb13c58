package org.anira.runtime.eval;

import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.runtime.eval.Decoder.Prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An answer that a model gave.
 *
 * @param tokens the decoded tokens, a stop token included
 * @param depths steps taken where each of them was predicted
 * @param expectedDepths E[d] where each of them was predicted
 */
record Answer(int[] tokens, int[] depths, float[] expectedDepths) {

    /**
     * Returns whether one pass over whole samples gives their answers, because each has one token.
     */
    static boolean readAtOnce(List<Sample> samples) {
        return samples.stream()
                .flatMap(sample -> sample.spans().stream())
                .allMatch(span -> span.limit() == 1);
    }

    /** Reads answers of one token from a pass: those of each sample, in order. */
    static List<List<Answer>> read(Pass pass) {
        List<List<Answer>> answers = new ArrayList<>();
        for (int b = 0; b < pass.batch().size(); b++) {
            List<Answer> own = new ArrayList<>();
            for (Span span : pass.batch().samples().get(b).spans()) {
                int cell = pass.cell(b, span.start() - 1);
                own.add(
                        new Answer(
                                new int[] {pass.likeliest()[cell]},
                                new int[] {pass.depths()[cell]},
                                new float[] {pass.expected()[cell]}));
            }
            answers.add(own);
        }
        return answers;
    }

    /** Decodes answers of several tokens, span by span, each after the right earlier answers. */
    static List<List<Answer>> decode(Decoder decoder, List<Sample> samples) {
        List<List<Answer>> answers = new ArrayList<>();
        samples.forEach(_ -> answers.add(new ArrayList<>()));
        int most = samples.stream().mapToInt(sample -> sample.spans().size()).max().orElse(0);
        for (int s = 0; s < most; s++) {
            int span = s;
            List<Integer> rows =
                    IntStream.range(0, samples.size())
                            .filter(b -> span < samples.get(b).spans().size())
                            .boxed()
                            .toList();
            List<Prompt> prompts =
                    rows.stream()
                            .map(samples::get)
                            .map(sample -> Prompt.of(sample, sample.spans().get(span)))
                            .toList();
            List<Decoder.Continuation> decoded = decoder.greedy(prompts);
            for (int i = 0; i < rows.size(); i++) {
                Decoder.Continuation each = decoded.get(i);
                answers.get(rows.get(i))
                        .add(new Answer(each.tokens(), each.depths(), each.expectedDepths()));
            }
        }
        return answers;
    }
}
