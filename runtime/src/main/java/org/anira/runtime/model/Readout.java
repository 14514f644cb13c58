package org.anira.runtime.model;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;
import java.util.stream.Stream;

/**
 * Programs that reduce the logits of a {@link LogitsProgram}, so that few numbers are read back.
 */
public final class Readout {

    private Readout() {}

    private static Input logits(int vocabulary) {
        return Input.of("logits", DType.FLOAT32, -1, -1, vocabulary);
    }

    /** Reads predictions of targets. */
    public static final class OfTargets
            extends NamedProgram<OfTargets.Feed, EvaluationProgram.Prediction> {

        private final int vocabulary;
        private final boolean distributions;

        /** The program's inputs: logits [B, T, V], float32, and targets [B, T], INT64. */
        public record Feed(Tensor logits, Tensor targets) implements TensorGroup {
            @Override
            public List<Tensor> tensors() {
                return List.of(logits, targets);
            }
        }

        /**
         * Describes the program.
         *
         * @param vocabulary V
         * @param distributions whether distributions are a result too
         */
        public OfTargets(int vocabulary, boolean distributions) {
            this.vocabulary = vocabulary;
            this.distributions = distributions;
        }

        @Override
        public List<Input> inputs() {
            return List.of(logits(vocabulary), Input.of("targets", DType.INT64, -1, -1));
        }

        @Override
        Feed feed(GroupReader in) {
            return new Feed(in.next(), in.next());
        }

        @Override
        EvaluationProgram.Prediction result(GroupReader out) {
            return EvaluationProgram.Prediction.read(out, distributions);
        }

        @Override
        EvaluationProgram.Prediction compute(Ops ops, Feed feed) {
            return EvaluationProgram.Prediction.of(feed.logits(), feed.targets(), distributions);
        }
    }

    /** Reads the prediction of each sequence's next token. */
    public static final class OfNext extends NamedProgram<OfNext.Feed, DecodingProgram.Next> {

        private final int vocabulary;

        /** The program's inputs: these tokens, and what a pass has said of them. */
        public record Feed(LogitsProgram.Result pass, Tokens tokens) implements TensorGroup {
            @Override
            public List<Tensor> tensors() {
                return new GroupWriter().add(pass).add(tokens).toList();
            }
        }

        /** Describes the program. @param vocabulary V */
        public OfNext(int vocabulary) {
            this.vocabulary = vocabulary;
        }

        @Override
        public List<Input> inputs() {
            Stream<Input> pass =
                    Stream.of(
                            logits(vocabulary),
                            Input.of("depth", DType.INT64, -1, -1),
                            Input.of("expected_depth", DType.FLOAT32, -1, -1));
            return Stream.concat(pass, Tokens.inputs().stream()).toList();
        }

        @Override
        Feed feed(GroupReader in) {
            return new Feed(LogitsProgram.Result.read(in), Tokens.read(in));
        }

        @Override
        DecodingProgram.Next result(GroupReader out) {
            return DecodingProgram.Next.read(out);
        }

        @Override
        DecodingProgram.Next compute(Ops ops, Feed feed) {
            Tensor last = ops.activeRows(feed.tokens().last(ops)).token();
            LogitsProgram.Result pass = feed.pass();
            return DecodingProgram.Next.of(
                    ops, pass.logits().flatten().lookup(last), pass.depth(), pass.expectedDepth());
        }
    }
}
