package org.anira.runtime.eval;

import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.Session;

import java.util.List;

/**
 * Continues sequences in lock step: all take their next token together, which costs the steps of
 * the deepest one, and their caches are one tensor each, made anew for each token.
 *
 * @param length most tokens of a sequence
 */
record LockStep(Session session, int length, Predictor predictor) implements Way {

    @Override
    public void decode(List<Continued> sequences, int rows, boolean distributions, Choice choice) {
        for (int from = 0; from < sequences.size(); from += rows) {
            int first = from;
            List<Continued> some = sequences.subList(from, Math.min(sequences.size(), from + rows));
            together(
                    some,
                    distributions,
                    (b, token, logits) -> choice.token(first + b, token, logits));
        }
    }

    private void together(List<Continued> sequences, boolean distributions, Choice choice) {
        int size = sequences.size();
        Decoding.Start start =
                Decoding.begin(
                        session,
                        length,
                        predictor,
                        distributions,
                        sequences.stream().map(each -> each.prompt().tokens()).toList());
        Decoding.Answer answer = start.first();
        for (int b = 0; b < size; b++) {
            sequences.get(b).read(answer.depths()[b], answer.expectedDepths()[b]);
        }
        try (Decoding decoding = start.decoding()) {
            boolean[] ended = new boolean[size];
            int left = size;
            while (true) {
                int[] next = new int[size];
                for (int b = 0; b < size; b++) {
                    if (ended[b]) {
                        next[b] = Vocabulary.PAD;
                        continue;
                    }
                    float[] logits = distributions ? answer.logits()[b] : new float[0];
                    int token = choice.token(b, answer.likeliest()[b], logits);
                    ended[b] =
                            sequences.get(b).ends(token, answer.depth(b), answer.expectedDepth(b));
                    next[b] = ended[b] ? Vocabulary.PAD : token;
                    left -= ended[b] ? 1 : 0;
                }
                if (left == 0) {
                    return;
                }
                answer = decoding.next(next);
            }
        }
    }

    @Override
    public void close() {
        predictor.close();
    }
}
