package org.anira.benchmarks;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Noise;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.train.Weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Steps per second of training a 1+6+1-block model of width 256 (4 heads, MLP 1024, V = 64) on
 * batches of 32 × 48 random tokens, every one a target: forward, backward, AdamW. Measures in
 * {@link Rounds}; its peer is {@code peers/torch_step.py}.
 *
 * <p>Arguments: {@code key=value} of {@code backend}, {@code precision} (float32 or bfloat16),
 * {@code halting}, {@code form} (dense or skipping), {@code threads}, {@code width}, {@code heads},
 * {@code depth}, {@code batch}, {@code length}, {@code mean} (mean of the depths that are forced
 * upon the tokens; without it the mechanism decides), {@code pass} (training or evaluation).
 */
final class TrainingStep {

    private static final int VOCABULARY = 64;

    private TrainingStep() {}

    /** Steps until its input ends. */
    public static void main(String[] arguments) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            given.put(argument.split("=")[0], argument.split("=")[1]);
        }
        int depth = Integer.parseInt(given.getOrDefault("depth", "6"));
        int width = Integer.parseInt(given.getOrDefault("width", "256"));
        int batch = Integer.parseInt(given.getOrDefault("batch", "32"));
        int length = Integer.parseInt(given.getOrDefault("length", "48"));
        String heads = given.getOrDefault("heads", String.valueOf(width / 64));
        boolean skipping = given.getOrDefault("form", "dense").equals("skipping");
        boolean training = given.getOrDefault("pass", "training").equals("training");
        double mean = Double.parseDouble(given.getOrDefault("mean", "0"));
        HaltingProvider halting = new BuiltIn().halting(given.getOrDefault("halting", "anira-o"));
        RecurrentTransformer model =
                new RecurrentTransformer(
                        new ModelSettings(
                                width,
                                Integer.parseInt(heads),
                                4 * width,
                                depth,
                                1,
                                1,
                                1,
                                Injection.ADD,
                                true,
                                1e-5,
                                10000,
                                Precision.valueOf(
                                        given.getOrDefault("precision", "float32")
                                                .toUpperCase(Locale.ROOT))),
                        VOCABULARY,
                        length,
                        halting.create(width, depth, Settings.defaults(halting.options())));
        BackendProvider backend = new BuiltIn().backend(given.getOrDefault("backend", "djl"));
        Settings settings =
                Settings.of(
                        "backend",
                        backend.options(),
                        Map.of("threads", Integer.parseInt(given.getOrDefault("threads", "2"))));
        Rounds rounds = new Rounds();
        try (Session session = backend.open(settings)) {
            Weights.initialise(session, model.parameters(), 1);
            Executable program =
                    training
                            ? session.compile(
                                    model.training(skipping, false, mean > 0),
                                    model.trainingInputs(false, mean > 0))
                            : session.compile(
                                    model.evaluation(
                                            model.mechanism().rules().getFirst(),
                                            skipping,
                                            mean > 0),
                                    model.evaluationInputs(mean > 0));
            if (mean > 0) {
                System.err.println(Inputs.of(model, 1, mean, batch, length).active());
            }
            long step = 0;
            while (rounds.next()) {
                step++;
                Inputs inputs = Inputs.of(model, step, mean, batch, length);
                try (Scope _ = session.scope()) {
                    if (training) {
                        List<Tensor> out = program.differentiate(inputs.training(session, model));
                        session.floats(out.getFirst());
                        session.update(new AdamW(1e-4, 0.9, 0.95, 1e-8, 0.1, 1), step);
                    } else {
                        program.run(inputs.evaluation(session));
                    }
                }
            }
        }
    }

    /** What a step is given. */
    private record Inputs(
            int batch, int length, int[] tokens, float[] noise, int[] forced, int depth) {

        /**
         * Draws a step's inputs: tokens, noise, and for each token a depth of its own, uniform on
         * as wide a range around the mean as there is.
         */
        static Inputs of(
                RecurrentTransformer model, long step, double mean, int batch, int length) {
            CounterRandom random = new CounterRandom(1, "training step", step);
            int depth = model.settings().maxDepth();
            int cells = batch * length;
            int[] tokens = new int[cells];
            int[] forced = mean > 0 ? new int[cells] : new int[0];
            boolean gumbel = model.mechanism().training().noise() == Noise.GUMBEL;
            float[] noise = new float[cells * (gumbel ? depth : 1)];
            for (int i = 0; i < cells; i++) {
                tokens[i] = random.nextInt(VOCABULARY);
            }
            for (int i = 0; i < noise.length; i++) {
                double uniform = (random.nextInt(1 << 24) + 0.5) / (1 << 24);
                noise[i] = (float) (gumbel ? -Math.log(-Math.log(uniform)) : uniform);
            }
            int least = Math.max(1, (int) Math.round(2 * mean) - depth);
            int most = Math.min(depth, (int) Math.round(2 * mean) - 1);
            for (int i = 0; i < forced.length; i++) {
                forced[i] = least + random.nextInt(most - least + 1);
            }
            return new Inputs(batch, length, tokens, noise, forced, depth);
        }

        /** Returns the share of the tokens that take each step. */
        String active() {
            return IntStream.rangeClosed(1, depth)
                    .mapToObj(d ->
                            "step %d: %.2f"
                                    .formatted(
                                            d,
                                            Arrays.stream(forced).filter(n -> n >= d).count()
                                                    / (double) forced.length))
                    .collect(Collectors.joining(", ", "active share, ", ""));
        }

        List<Tensor> training(Session session, RecurrentTransformer model) {
            List<Tensor> all = new ArrayList<>(fed(session));
            all.add(
                    model.mechanism().training().noise() == Noise.GUMBEL
                            ? session.tensor(noise, batch, length, depth)
                            : session.tensor(noise, batch, length));
            all.add(session.tensor(tokens, batch, length));
            all.add(session.tensor(filled(tokens.length, 1), batch, length));
            all.add(session.tensor(filled(depth, -(float) Math.log(depth)), depth));
            all.add(session.tensor(filled(2, 1f / tokens.length), 2));
            addForced(session, all);
            return all;
        }

        List<Tensor> evaluation(Session session) {
            List<Tensor> all = new ArrayList<>(fed(session));
            addForced(session, all);
            return all;
        }

        private List<Tensor> fed(Session session) {
            boolean[] fed = new boolean[tokens.length];
            Arrays.fill(fed, true);
            int[] positions = IntStream.range(0, tokens.length).map(i -> i % length).toArray();
            return List.of(
                    session.tensor(tokens, batch, length),
                    session.tensor(positions, batch, length),
                    session.tensor(fed, batch, length));
        }

        private void addForced(Session session, List<Tensor> all) {
            if (forced.length > 0) {
                all.add(session.tensor(forced, batch, length));
            }
        }

        private static float[] filled(int size, float value) {
            float[] values = new float[size];
            Arrays.fill(values, value);
            return values;
        }
    }
}
