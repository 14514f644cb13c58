package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings.Injection;
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
        Program pass =
                (ops, in) -> {
                    RecurrentTransformer.Outcome out =
                            tiny.model()
                                    .run(
                                            ops,
                                            tiny.model().mechanism().training(),
                                            skipping,
                                            new RecurrentTransformer.Feed(
                                                    in.get(0),
                                                    in.get(1),
                                                    in.get(2),
                                                    Optional.empty(),
                                                    in.get(3),
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    false,
                                                    true,
                                                    Optional.empty()));
                    return List.of(out.logits(), out.logExit(), out.depth());
                };
        try (ReferenceSession session = (ReferenceSession) BuiltIn.reference();
                Executable training =
                        session.compile(
                                tiny.model().training(skipping, false, false),
                                tiny.model().trainingInputs(false, false));
                Executable passing =
                        session.compile(pass, tiny.model().trainingInputs(false, false));
                Scope _ = session.scope()) {
            tiny.define(session, 7);
            List<Tensor> parts = passing.run(step.inputs(session));
            int[] depths = session.integers(parts.get(2));
            TinyModel.assertDepthsDiffer(depths, TinyStep.LENGTH, TinyStep.LENGTHS);
            Sums sums = Sums.of(step, session.doubles(parts.get(0)), session.doubles(parts.get(1)));

            List<Tensor> out = training.run(step.inputs(session));
            assertEquals(sums.crossEntropy(), number(session, out.get(1)), TOLERANCE);
            assertEquals(sums.right(), number(session, out.get(2)), 0);
            assertEquals(sums.divergence(), number(session, out.get(3)), TOLERANCE);
            assertEquals(sums.expectedDepth(), number(session, out.get(4)), TOLERANCE);
            assertEquals(
                    TinyStep.SCALES[0] * sums.crossEntropy()
                            + TinyStep.SCALES[1] * sums.divergence(),
                    number(session, out.get(0)),
                    TOLERANCE);
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
