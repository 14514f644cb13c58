package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.model.NamedProgram.Compiled;
import org.anira.testkit.reference.ReferenceSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Optional;

/**
 * What a training step says of itself against sums by hand, from the logits and log q of the same
 * pass: cross entropy over all targets, KL over all tokens fed, padding in neither.
 */
class LossTests {

    private static final double TOLERANCE = 1e-9;

    @ParameterizedTest
    @CsvSource({"anira-e, false", "anira-e, true", "anira-o, false", "anira-o, true"})
    void theSumsAreThoseByHand(String halting, boolean skipping) {
        TinyModel tiny = TinyModel.of(halting, Injection.ADD, 1, true);
        TinyStep step = TinyStep.of(tiny);
        try (ReferenceSession session = (ReferenceSession) BuiltIn.reference();
                Compiled<TrainingProgram.Feed, TrainingProgram.Result> training =
                        new TrainingProgram(tiny.model(), skipping, false, false).compile(session);
                Compiled<TrainingProgram.Feed, Parts> passing =
                        new PartsProgram(tiny.model(), skipping).compile(session);
                Scope _ = session.scope()) {
            tiny.define(session, 7);
            TrainingProgram.Feed feed = step.feed(session, Optional.empty());
            Parts parts = passing.run(feed);
            int[] depths = session.integers(parts.depth());
            TinyModel.assertDepthsDiffer(depths, TinyStep.LENGTH, TinyStep.LENGTHS);
            Sums sums =
                    Sums.of(
                            step,
                            session.doubles(parts.logits()),
                            session.doubles(parts.logExit()));

            TrainingProgram.Result result = training.run(feed);
            assertEquals(sums.crossEntropy(), number(session, result.crossEntropy()), TOLERANCE);
            assertEquals(sums.right(), number(session, result.correct()), 0);
            assertEquals(sums.divergence(), number(session, result.kl()), TOLERANCE);
            assertEquals(sums.expectedDepth(), number(session, result.expectedDepth()), TOLERANCE);
            assertEquals(
                    TinyStep.CROSS_ENTROPY_SCALE * sums.crossEntropy()
                            + TinyStep.KL_SCALE * sums.divergence(),
                    number(session, result.loss()),
                    TOLERANCE);
        }
    }

    /** What the sums are made of. */
    record Parts(Tensor logits, Tensor logExit, Tensor depth) implements TensorGroup {
        @Override
        public List<Tensor> tensors() {
            return List.of(logits, logExit, depth);
        }
    }

    /** The pass of a training step, with the parts of its sums. */
    private static final class PartsProgram extends NamedProgram<TrainingProgram.Feed, Parts> {

        private final RecurrentTransformer model;
        private final boolean skipping;
        private final TrainingProgram training;

        PartsProgram(RecurrentTransformer model, boolean skipping) {
            this.model = model;
            this.skipping = skipping;
            training = new TrainingProgram(model, skipping, false, false);
        }

        @Override
        public List<Input> inputs() {
            return training.inputs();
        }

        @Override
        TrainingProgram.Feed feed(GroupReader in) {
            return training.feed(in);
        }

        @Override
        Parts compute(Ops ops, TrainingProgram.Feed feed) {
            ForwardPass pass =
                    new ForwardPass(
                            ops,
                            model,
                            model.mechanism().training(),
                            skipping,
                            new ForwardPass.Feed(
                                    feed.tokens(),
                                    Optional.empty(),
                                    feed.noise(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    false,
                                    true));
            return new Parts(pass.output(Optional.empty()).logits(), pass.logExit(), pass.depth());
        }

        @Override
        Parts result(GroupReader out) {
            return new Parts(out.next(), out.next(), out.next());
        }
    }

    private static double number(ReferenceSession session, Tensor scalar) {
        return session.doubles(scalar)[0];
    }

    private record Sums(
            double crossEntropy, double right, double divergence, double expectedDepth) {

        static Sums of(TinyStep step, double[] logits, double[] logExit) {
            int cells = step.tokens().length;
            int vocabulary = logits.length / cells;
            float[] logPrior = TinyStep.logPrior();
            double crossEntropy = 0;
            double right = 0;
            double divergence = 0;
            double expected = 0;
            for (int i = 0; i < cells; i++) {
                if (step.mask()[i] != 0) {
                    double sum = 0;
                    int likeliest = 0;
                    for (int v = 0; v < vocabulary; v++) {
                        sum += Math.exp(logits[i * vocabulary + v]);
                        likeliest =
                                logits[i * vocabulary + v] > logits[i * vocabulary + likeliest]
                                        ? v
                                        : likeliest;
                    }
                    crossEntropy += Math.log(sum) - logits[i * vocabulary + step.targets()[i]];
                    right += likeliest == step.targets()[i] ? 1 : 0;
                }
                for (int d = 0; step.fed()[i] && d < TinyModel.DEPTH; d++) {
                    double log = logExit[i * TinyModel.DEPTH + d];
                    divergence += Math.exp(log) * (log - logPrior[d]);
                    expected += (d + 1) * Math.exp(log);
                }
            }
            return new Sums(crossEntropy, right, divergence, expected);
        }
    }
}
