package org.anira.runtime.train;

import org.anira.api.halting.Noise;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.Form;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.Experiment;
import org.anira.runtime.config.TrainingSettings;
import org.anira.runtime.config.TrainingSettings.Layout;
import org.anira.runtime.data.Batch;
import org.anira.runtime.data.TrainingBatch;
import org.anira.runtime.model.NamedProgram.Compiled;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.model.Tokens;
import org.anira.runtime.model.TrainingProgram;

import java.util.List;
import java.util.Optional;

/**
 * An optimizer step: gradients of all its batches, then one update. It writes no files. Belongs to
 * the session's thread.
 */
final class TrainingStep implements AutoCloseable {

    private final RecurrentTransformer model;
    private final Session session;
    private final TrainingSettings settings;
    private final boolean packed;
    private final Compiled<TrainingProgram.Feed, TrainingProgram.Result> program;

    /**
     * The coefficients that follow a schedule.
     *
     * @param learningRate of AdamW
     * @param gamma weight of the mean KL
     * @param priorBase b of p_b(d) ∝ b^(−d)
     */
    record Coefficients(double learningRate, double gamma, double priorBase) {

        /** Returns the coefficients of a step, counted from 1. */
        static Coefficients at(Experiment experiment, long step) {
            double share = (step - 1.0) / experiment.training().steps();
            return new Coefficients(
                    experiment.training().rateAt(step),
                    experiment.halting().gammaAt(share),
                    experiment.halting().baseAt(share));
        }
    }

    /** Thrown if numbers are not finite; nothing was updated. */
    static final class Divergence extends RuntimeException {
        private static final long serialVersionUID = 1;

        Divergence(String what) {
            super(what);
        }
    }

    /**
     * Compiles the step.
     *
     * @param session holds the model's parameters
     * @param skipping whether only active tokens are computed
     */
    TrainingStep(
            RecurrentTransformer model,
            Session session,
            TrainingSettings settings,
            boolean skipping) {
        this.model = model;
        this.session = session;
        this.settings = settings;
        packed = settings.layout() == Layout.PACKED;
        program = new TrainingProgram(model, skipping, packed, false).compile(session);
    }

    /** Makes ready for the first step, as {@link org.anira.api.tensor.Executable#prepare} says. */
    Form prepare(Optional<Form.Kind> wanted) {
        return program.prepare(wanted);
    }

    /**
     * Takes a step.
     *
     * @param step from 1
     * @param sums the window that the step is added to
     * @return the loss, nats
     * @throws Divergence if the loss or the gradient's norm is not finite
     */
    double take(List<TrainingBatch> batches, long step, Coefficients coefficients, Window sums) {
        long targets = batches.stream().mapToLong(each -> each.batch().targetCount()).sum();
        long fed = batches.stream().mapToLong(each -> each.batch().fedTokens()).sum();
        double loss = 0;
        double crossEntropy = 0;
        double kl = 0;
        for (TrainingBatch each : batches) {
            try (Scope _ = session.scope()) {
                TrainingProgram.Result result =
                        program.differentiate(feed(each, coefficients, targets, fed));
                float crossEntropyHere = number(result.crossEntropy());
                float klHere = number(result.kl());
                loss += number(result.loss());
                crossEntropy += crossEntropyHere;
                kl += klHere;
                sums.add(
                        crossEntropyHere,
                        number(result.correct()),
                        klHere,
                        number(result.expectedDepth()));
                sums.depths(session.integers(result.depth()), each.batch().fed());
            }
        }
        if (!Double.isFinite(loss)) {
            String blame =
                    Double.isFinite(crossEntropy) && !Double.isFinite(kl)
                            ? " by log q of %s".formatted(model.mechanism())
                            : "";
            throw new Divergence("Loss is %s%s".formatted(loss, blame));
        }
        double norm;
        try (Scope _ = session.scope()) {
            norm = number(session.update(rule(coefficients.learningRate()), step));
        }
        if (!Double.isFinite(norm)) {
            throw new Divergence("The norm of the gradient is %s".formatted(norm));
        }
        sums.step(loss, norm, targets);
        return loss;
    }

    private TrainingProgram.Feed feed(
            TrainingBatch given, Coefficients coefficients, long targets, long fed) {
        Batch batch = given.batch();
        int b = batch.size();
        int t = batch.length();
        int maxDepth = model.settings().maxDepth();
        boolean gumbel = model.mechanism().training().noise() == Noise.GUMBEL;
        return new TrainingProgram.Feed(
                Tokens.of(session, batch.tokens(), batch.positions(), batch.fed(), b, t),
                gumbel
                        ? session.tensor(given.noise(), b, t, maxDepth)
                        : session.tensor(given.noise(), b, t),
                session.tensor(batch.targets(), b, t),
                session.tensor(batch.targetMask(), b, t),
                session.tensor(logPrior(coefficients.priorBase(), maxDepth), maxDepth),
                scalar(1.0 / targets),
                scalar(coefficients.gamma() / fed),
                packed ? Optional.of(session.tensor(batch.starts(), b, t)) : Optional.empty(),
                Optional.empty());
    }

    private AdamW rule(double learningRate) {
        return new AdamW(
                learningRate,
                settings.beta1(),
                settings.beta2(),
                settings.epsilon(),
                settings.weightDecay(),
                settings.clip() == 0 ? Double.POSITIVE_INFINITY : settings.clip());
    }

    private Tensor scalar(double value) {
        return session.tensor(new float[] {(float) value});
    }

    private float number(Tensor scalar) {
        return session.floats(scalar)[0];
    }

    /** Returns ln p_b(d), d = 1 … D, with p_b(d) ∝ b^(−d). */
    static float[] logPrior(double base, int maxDepth) {
        double sum = 0;
        for (int d = 1; d <= maxDepth; d++) {
            sum += Math.exp(-d * Math.log(base));
        }
        float[] log = new float[maxDepth];
        for (int d = 1; d <= maxDepth; d++) {
            log[d - 1] = (float) (-d * Math.log(base) - Math.log(sum));
        }
        return log;
    }

    @Override
    public void close() {
        program.close();
    }
}
