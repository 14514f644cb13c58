package org.anira.runtime.bench;

import org.anira.api.halting.Noise;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.model.ExitProgram;
import org.anira.runtime.model.LogitsProgram;
import org.anira.runtime.model.NamedProgram.Compiled;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.model.Tokens;
import org.anira.runtime.model.TrainingProgram;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Steps of a model on random tokens, every one a target: the cost of training without that of its
 * data. The depths of tokens can be forced, so that time does not depend on what a mechanism has
 * learnt.
 *
 * @param model what is computed
 * @param batch sequences of a step
 * @param length tokens of a sequence
 * @param meanDepth mean of the depths that are forced, a multiple of ½ from 1 to D; 0 if the
 *     mechanism decides
 */
public record Workload(RecurrentTransformer model, int batch, int length, double meanDepth) {

    /** Size of the vocabulary. */
    public static final int VOCABULARY = 64;

    private static final int LEAST_HEADS = 2;
    private static final int HEAD = 64;

    /**
     * Returns the benchmark model's shape: one layer each of prelude, recurrence and coda, heads of
     * 64, an MLP of 4 W.
     *
     * @param width W, a multiple of 64
     * @param maxDepth D
     */
    public static ModelSettings shape(int width, int maxDepth, Precision precision) {
        return new ModelSettings(
                width,
                Math.max(LEAST_HEADS, width / HEAD),
                4 * width,
                maxDepth,
                1,
                1,
                1,
                Injection.ADD,
                true,
                1e-5,
                10000,
                precision);
    }

    /** Returns the number of tokens of a step. */
    public int tokens() {
        return batch * length;
    }

    /**
     * Returns the share of the first step's tokens that take each step of the recurrence, [D];
     * without forced depths every token takes every step.
     */
    public double[] activeShares() {
        int[] forced = Inputs.of(this, 1).forced();
        int maxDepth = model.settings().maxDepth();
        return IntStream.rangeClosed(1, maxDepth)
                .mapToDouble(d ->
                        forced.length == 0
                                ? 1
                                : (double) Arrays.stream(forced).filter(n -> n >= d).count()
                                        / forced.length)
                .toArray();
    }

    /**
     * Returns the largest possible speed-up of skipping over the dense form if all layers cost the
     * same: (D + 2) / (mean depth + 2).
     */
    public double idealSpeedUp() {
        int maxDepth = model.settings().maxDepth();
        return (maxDepth + 2) / ((meanDepth > 0 ? meanDepth : maxDepth) + 2);
    }

    /**
     * Returns a step of training: forward, backward, AdamW. The session has the parameters and
     * belongs to the thread that runs it.
     *
     * @param skipping whether only active tokens are computed
     */
    public Runnable training(Session session, boolean skipping) {
        boolean forced = meanDepth > 0;
        Compiled<TrainingProgram.Feed, TrainingProgram.Result> program =
                new TrainingProgram(model, skipping, false, forced).compile(session);
        AdamW rule = new AdamW(1e-4, 0.9, 0.95, 1e-8, 0.1, 1);
        long[] step = {0};
        return () -> {
            step[0]++;
            Inputs inputs = Inputs.of(this, step[0]);
            try (Scope _ = session.scope()) {
                TrainingProgram.Result result = program.differentiate(inputs.training(session));
                // Waits for the device.
                session.floats(result.loss());
                session.update(rule, step[0]);
            }
        };
    }

    /**
     * Returns a pass of inference by the mechanism's first rule; otherwise as {@link #training}.
     *
     * @param skipping whether only active tokens are computed
     */
    public Runnable forward(Session session, boolean skipping) {
        boolean forced = meanDepth > 0;
        String rule = model.mechanism().rules().getFirst();
        Compiled<ExitProgram.Feed, LogitsProgram.Result> program =
                new LogitsProgram(model, rule, skipping, forced).compile(session);
        long[] step = {0};
        return () -> {
            step[0]++;
            Inputs inputs = Inputs.of(this, step[0]);
            try (Scope _ = session.scope()) {
                // Waits for the device.
                session.integers(program.run(inputs.inference(session)).depth());
            }
        };
    }

    /** The inputs of a step. */
    private record Inputs(Workload workload, int[] tokens, float[] noise, int[] forced) {

        /**
         * Draws a step's inputs: tokens, noise, and for each token a depth of its own, uniform on
         * the widest possible range around the mean.
         */
        static Inputs of(Workload workload, long step) {
            RecurrentTransformer model = workload.model();
            CounterRandom random = new CounterRandom(1, "workload", step);
            int maxDepth = model.settings().maxDepth();
            int[] tokens = new int[workload.tokens()];
            int[] forced = new int[workload.meanDepth() > 0 ? tokens.length : 0];
            boolean gumbel = model.mechanism().training().noise() == Noise.GUMBEL;
            float[] noise = new float[tokens.length * (gumbel ? maxDepth : 1)];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = random.nextInt(VOCABULARY);
            }
            for (int i = 0; i < noise.length; i++) {
                double uniform = (random.nextInt(1 << 24) + 0.5) / (1 << 24);
                noise[i] = (float) (gumbel ? -Math.log(-Math.log(uniform)) : uniform);
            }
            int twice = (int) Math.round(2 * workload.meanDepth());
            int least = Math.max(1, twice - maxDepth);
            int most = Math.min(maxDepth, twice - 1);
            for (int i = 0; i < forced.length; i++) {
                forced[i] = least + random.nextInt(most - least + 1);
            }
            return new Inputs(workload, tokens, noise, forced);
        }

        TrainingProgram.Feed training(Session session) {
            RecurrentTransformer model = workload.model();
            int maxDepth = model.settings().maxDepth();
            int batch = workload.batch();
            int length = workload.length();
            float scale = 1f / tokens.length;
            return new TrainingProgram.Feed(
                    tokens(session),
                    model.mechanism().training().noise() == Noise.GUMBEL
                            ? session.tensor(noise, batch, length, maxDepth)
                            : session.tensor(noise, batch, length),
                    session.tensor(tokens, batch, length),
                    session.tensor(filled(tokens.length, 1), batch, length),
                    session.tensor(filled(maxDepth, -(float) Math.log(maxDepth)), maxDepth),
                    session.tensor(new float[] {scale}),
                    session.tensor(new float[] {scale}),
                    Optional.empty(),
                    forced(session));
        }

        ExitProgram.Feed inference(Session session) {
            return new ExitProgram.Feed(tokens(session), forced(session));
        }

        private Tokens tokens(Session session) {
            int length = workload.length();
            boolean[] fed = new boolean[tokens.length];
            Arrays.fill(fed, true);
            int[] positions = IntStream.range(0, tokens.length).map(i -> i % length).toArray();
            return Tokens.of(session, tokens, positions, fed, workload.batch(), length);
        }

        private Optional<Tensor> forced(Session session) {
            return forced.length == 0
                    ? Optional.empty()
                    : Optional.of(session.tensor(forced, workload.batch(), workload.length()));
        }

        private static float[] filled(int size, float value) {
            float[] values = new float[size];
            Arrays.fill(values, value);
            return values;
        }
    }
}
