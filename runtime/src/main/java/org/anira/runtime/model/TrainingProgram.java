package org.anira.runtime.model;

import org.anira.api.halting.Noise;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The program for a training step. Its loss is a · Σ CE + b · Σ KL(q ‖ p), the first sum over
 * targets, the second over all tokens fed.
 */
public final class TrainingProgram
        extends NamedProgram<TrainingProgram.Feed, TrainingProgram.Result> {

    private final RecurrentTransformer model;
    private final boolean skipping;
    private final boolean packed;
    private final boolean forced;

    /**
     * The program's inputs.
     *
     * @param tokens the tokens
     * @param noise the noise that the training policy asks for: [B, T], or [B, T, D] for {@link
     *     Noise#GUMBEL}, float32
     * @param targets [B, T], INT64: the token to be predicted at each position
     * @param targetMask [B, T], float32: 1 where the loss is taken, else 0
     * @param logPrior [D], float32: ln p
     * @param crossEntropyScale [], float32: a
     * @param klScale [], float32: b
     * @param starts [B, T], INT64: the place in the row at which each token's sample begins; for a
     *     packed program only
     * @param forced [B, T], INT64: depths, for a program with forced depths only
     */
    public record Feed(
            Tokens tokens,
            Tensor noise,
            Tensor targets,
            Tensor targetMask,
            Tensor logPrior,
            Tensor crossEntropyScale,
            Tensor klScale,
            Optional<Tensor> starts,
            Optional<Tensor> forced)
            implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return new GroupWriter()
                    .add(tokens)
                    .add(noise, targets, targetMask, logPrior, crossEntropyScale, klScale)
                    .add(starts)
                    .add(forced)
                    .toList();
        }
    }

    /**
     * The program's results. Sums are float32 scalars, over the step's tokens.
     *
     * @param loss the loss, which is differentiated
     * @param crossEntropy Σ CE over targets, nats
     * @param correct the number of targets that are the likeliest token
     * @param kl Σ KL(q ‖ p) over tokens fed, nats; 0 if the mechanism does not learn
     * @param expectedDepth Σ E[d] over tokens fed
     * @param depth [B, T], INT64: steps taken
     */
    public record Result(
            Tensor loss,
            Tensor crossEntropy,
            Tensor correct,
            Tensor kl,
            Tensor expectedDepth,
            Tensor depth)
            implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return List.of(loss, crossEntropy, correct, kl, expectedDepth, depth);
        }
    }

    /**
     * Describes the program.
     *
     * @param skipping whether only active tokens are computed, and logits of targets only
     * @param packed whether a row may hold several samples, which do not see each other
     * @param forced whether depths are fed, in place of the policy's decisions
     */
    public TrainingProgram(
            RecurrentTransformer model, boolean skipping, boolean packed, boolean forced) {
        this.model = model;
        this.skipping = skipping;
        this.packed = packed;
        this.forced = forced;
    }

    @Override
    public List<Input> inputs() {
        List<Input> inputs = new ArrayList<>(Tokens.inputs());
        inputs.add(
                switch (model.mechanism().training().noise()) {
                    case NONE, UNIFORM -> Input.of("noise", DType.FLOAT32, -1, -1);
                    case GUMBEL ->
                            Input.of("noise", DType.FLOAT32, -1, -1, model.settings().maxDepth());
                });
        inputs.add(Input.of("targets", DType.INT64, -1, -1));
        inputs.add(Input.of("targetMask", DType.FLOAT32, -1, -1));
        inputs.add(Input.of("logPrior", DType.FLOAT32, model.settings().maxDepth()));
        inputs.add(Input.of("crossEntropyScale", DType.FLOAT32));
        inputs.add(Input.of("klScale", DType.FLOAT32));
        if (packed) {
            inputs.add(Input.of("starts", DType.INT64, -1, -1));
        }
        if (forced) {
            inputs.add(Input.of("forced", DType.INT64, -1, -1));
        }
        return inputs;
    }

    @Override
    Feed feed(GroupReader in) {
        return new Feed(
                Tokens.read(in),
                in.next(),
                in.next(),
                in.next(),
                in.next(),
                in.next(),
                in.next(),
                in.nextIf(packed),
                in.nextIf(forced));
    }

    @Override
    Result result(GroupReader out) {
        return new Result(out.next(), out.next(), out.next(), out.next(), out.next(), out.next());
    }

    @Override
    Result compute(Ops ops, Feed feed) {
        Tensor isTarget = feed.targetMask().greaterOrEqual(ops.constant(0.5));
        ForwardPass pass =
                new ForwardPass(
                        ops,
                        model,
                        model.mechanism().training(),
                        skipping,
                        new ForwardPass.Feed(
                                feed.tokens(),
                                feed.starts(),
                                feed.noise(),
                                feed.forced(),
                                Optional.empty(),
                                false,
                                true));
        ForwardPass.Output out = pass.output(skipping ? Optional.of(isTarget) : Optional.empty());
        Tensor targets = out.rows().gather(feed.targets());
        Tensor mask = out.rows().gather(feed.targetMask());
        Tensor crossEntropy =
                out.logits().logSoftmax(-1).pick(targets).multiply(mask).sum().negate();
        Tensor correct =
                out.logits()
                        .detach()
                        .argmax(-1)
                        .equalTo(targets)
                        .cast(DType.FLOAT32)
                        .multiply(mask)
                        .sum();
        Tensor fedMask = feed.tokens().fed().cast(DType.FLOAT32);
        Tensor loss = crossEntropy.multiply(feed.crossEntropyScale());
        Tensor kl = ops.constant(0);
        Tensor expected;
        if (model.learned()) {
            Tensor logExit = pass.logExit();
            kl =
                    logExit.exp()
                            .multiply(logExit.subtract(feed.logPrior()))
                            .sum(-1)
                            .multiply(fedMask)
                            .sum();
            loss = loss.add(kl.multiply(feed.klScale()));
            expected = pass.expectedDepth().multiply(fedMask).sum();
        } else {
            expected = pass.depth().cast(DType.FLOAT32).multiply(fedMask).sum();
        }
        return new Result(loss, crossEntropy, correct, kl, expected.detach(), pass.depth());
    }
}
