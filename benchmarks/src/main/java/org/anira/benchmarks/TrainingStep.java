package org.anira.benchmarks;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.tensor.Session;
import org.anira.backend.djl.DjlBackendProvider;
import org.anira.runtime.bench.Workload;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.train.Weights;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Steps per second of training a 1+6+1-block model of width 256 (4 heads, MLP 1024, V = 64) on
 * batches of 32 × 48 random tokens, every one a target: forward, backward, AdamW. Measures in
 * {@link Rounds}; its peer is {@code peers/torch_step.py}.
 *
 * <p>Arguments: {@code key=value} of {@code halting}, {@code form} (dense or skipping), {@code
 * threads}, {@code width}, {@code depth}, {@code mean} (mean of the depths that are forced upon the
 * tokens; without it the mechanism decides), {@code pass} (training or evaluation).
 */
final class TrainingStep {

    private static final int BATCH = 32;
    private static final int LENGTH = 48;

    private TrainingStep() {}

    /** Steps until its input ends. */
    public static void main(String[] arguments) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            given.put(argument.split("=")[0], argument.split("=")[1]);
        }
        int depth = Integer.parseInt(given.getOrDefault("depth", "6"));
        int width = Integer.parseInt(given.getOrDefault("width", "256"));
        boolean skipping = given.getOrDefault("form", "dense").equals("skipping");
        boolean training = given.getOrDefault("pass", "training").equals("training");
        double mean = Double.parseDouble(given.getOrDefault("mean", "0"));
        HaltingProvider halting = new BuiltIn().halting(given.getOrDefault("halting", "anira-o"));
        RecurrentTransformer model =
                new RecurrentTransformer(
                        Workload.shape(width, depth, Precision.FLOAT32),
                        Workload.VOCABULARY,
                        LENGTH,
                        halting.create(width, depth, Settings.defaults(halting.options())));
        Workload workload = new Workload(model, BATCH, LENGTH, mean);
        DjlBackendProvider backend = new DjlBackendProvider();
        Settings settings =
                Settings.of(
                        "backend",
                        backend.options(),
                        Map.of("threads", Integer.parseInt(given.getOrDefault("threads", "2"))));
        System.err.println("active share by step: " + Arrays.toString(workload.activeShares()));
        Rounds rounds = new Rounds();
        try (Session session = backend.open(settings)) {
            Weights.initialise(session, model.parameters(), 1);
            Runnable step =
                    training
                            ? workload.training(session, skipping)
                            : workload.forward(session, skipping);
            while (rounds.next()) {
                step.run();
            }
        }
    }
}
