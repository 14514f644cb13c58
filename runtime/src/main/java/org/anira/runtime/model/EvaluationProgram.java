package org.anira.runtime.model;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The program for evaluation: a pass over whole samples, reduced to the numbers that are counted.
 * The distributions [B, T, V] are results only if asked for.
 */
public final class EvaluationProgram
        extends NamedProgram<EvaluationProgram.Feed, EvaluationProgram.Result> {

    private final RecurrentTransformer model;
    private final String rule;
    private final boolean skipping;
    private final boolean distributions;

    /**
     * The program's inputs.
     *
     * @param tokens whole samples
     * @param targets [B, T], INT64: the token that follows each
     * @param wanted [B, T], BOOL: where predictions are read
     */
    public record Feed(Tokens tokens, Tensor targets, Tensor wanted) implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(tokens).add(targets, wanted).toList();
        }

        static List<Input> inputs() {
            List<Input> inputs = new ArrayList<>(Tokens.inputs());
            inputs.add(Input.of("targets", DType.INT64, -1, -1));
            inputs.add(Input.of("wanted", DType.BOOL, -1, -1));
            return inputs;
        }
    }

    /**
     * The program's results. Predictions are defined only where they are wanted.
     *
     * @param prediction numbers read from the distributions
     * @param depth [B, T], INT64: steps taken
     * @param expectedDepth [B, T], float32: E[d]
     */
    public record Result(Prediction prediction, Tensor depth, Tensor expectedDepth)
            implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(prediction).add(depth, expectedDepth).toList();
        }
    }

    /**
     * Numbers read from distributions of the next token.
     *
     * @param targetLogProbability [B, T], float32: ln p of the target
     * @param likeliest [B, T], INT64: the likeliest token, the lowest of equal ones
     * @param logProbabilities [B, T, V], float32: ln p of every token, if asked for
     */
    public record Prediction(
            Tensor targetLogProbability, Tensor likeliest, Optional<Tensor> logProbabilities)
            implements TensorGroup {

        /** Reads logits […, V] for targets […], INT64. */
        static Prediction of(Tensor logits, Tensor targets, boolean distributions) {
            Tensor logProbabilities = logits.logSoftmax(-1);
            return new Prediction(
                    logProbabilities.pick(targets),
                    logits.argmax(-1),
                    distributions ? Optional.of(logProbabilities) : Optional.empty());
        }

        /** Returns predictions of rows at their places among all tokens. @param like [B, T] */
        Prediction placed(Ops ops, Rows rows, Tensor like) {
            return new Prediction(
                    rows.scatter(ops.zeros(like, DType.FLOAT32), targetLogProbability),
                    rows.scatter(ops.zeros(like, DType.INT64), likeliest),
                    logProbabilities);
        }

        @Override
        public List<Tensor> tensors() {
            return new GroupWriter()
                    .add(targetLogProbability, likeliest)
                    .add(logProbabilities)
                    .toList();
        }

        static Prediction read(GroupReader out, boolean distributions) {
            return new Prediction(out.next(), out.next(), out.nextIf(distributions));
        }
    }

    /**
     * Describes the program.
     *
     * @param rule one of the mechanism's inference rules
     * @param skipping whether only active tokens are computed, and logits of wanted ones only
     * @param distributions whether distributions are a result; then predictions are made everywhere
     */
    public EvaluationProgram(
            RecurrentTransformer model, String rule, boolean skipping, boolean distributions) {
        this.model = model;
        this.rule = rule;
        this.skipping = skipping;
        this.distributions = distributions;
    }

    @Override
    public List<Input> inputs() {
        return Feed.inputs();
    }

    @Override
    Feed feed(GroupReader in) {
        return new Feed(Tokens.read(in), in.next(), in.next());
    }

    @Override
    Result result(GroupReader out) {
        return new Result(Prediction.read(out, distributions), out.next(), out.next());
    }

    @Override
    Result compute(Ops ops, Feed feed) {
        ForwardPass pass =
                new ForwardPass(
                        ops,
                        model,
                        model.mechanism().inference(rule),
                        skipping,
                        ForwardPass.Feed.inference(ops, feed.tokens(), Optional.empty()));
        ForwardPass.Output out =
                pass.output(
                        skipping && !distributions ? Optional.of(feed.wanted()) : Optional.empty());
        return new Result(
                Prediction.of(out.logits(), out.rows().gather(feed.targets()), distributions)
                        .placed(ops, out.rows(), feed.targets()),
                pass.depth(),
                pass.expectedDepth());
    }
}
