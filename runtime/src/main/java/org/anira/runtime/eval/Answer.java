package org.anira.runtime.eval;

import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.runtime.eval.Decoder.Prompt;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

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

    /** Decodes answers of several tokens, each span after the right earlier answers. */
    static List<List<Answer>> decode(Decoder decoder, List<Sample> samples) {
        List<Prompt> prompts =
                samples.stream()
                        .flatMap(sample ->
                                sample.spans().stream().map(span -> Prompt.of(sample, span)))
                        .toList();
        Iterator<Decoder.Continuation> decoded = decoder.greedy(prompts, samples.size()).iterator();
        return samples.stream()
                .map(sample ->
                        sample.spans().stream()
                                .map(_ -> decoded.next())
                                .map(each ->
                                        new Answer(
                                                each.tokens(),
                                                each.depths(),
                                                each.expectedDepths()))
                                .toList())
                .toList();
    }
}
