package org.anira.benchmarks;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Session;
import org.anira.runtime.bench.Workload;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.train.Weights;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Steps per second of training a 1+6+1-block model of width 256 (4 heads, MLP 1024, V = 64) on
 * batches of 32 × 48 random tokens, every one a target: forward, backward, AdamW. Measures in
 * {@link Rounds}; its peer is {@code peers/torch_step.py}.
 *
 * <p>Arguments: {@code key=value} of {@code backend}, {@code precision} (float32 or bfloat16),
 * {@code halting}, {@code form} (dense or skipping), {@code threads}, {@code width}, {@code depth},
 * {@code batch}, {@code length}, {@code mean} (mean of the depths that are forced upon the tokens;
 * without it the mechanism decides), {@code pass} (training or evaluation), {@code compile} (off,
 * auto or require; of the backend torch).
 */
final class TrainingStep {

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
        boolean skipping = given.getOrDefault("form", "dense").equals("skipping");
        boolean training = given.getOrDefault("pass", "training").equals("training");
        double mean = Double.parseDouble(given.getOrDefault("mean", "0"));
        Precision precision =
                Precision.valueOf(
                        given.getOrDefault("precision", "float32").toUpperCase(Locale.ROOT));
        HaltingProvider halting = new BuiltIn().halting(given.getOrDefault("halting", "anira-o"));
        RecurrentTransformer model =
                new RecurrentTransformer(
                        Workload.shape(width, depth, precision),
                        Workload.VOCABULARY,
                        length,
                        halting.create(width, depth, Settings.defaults(halting.options())));
        Workload workload = new Workload(model, batch, length, mean);
        BackendProvider backend = new BuiltIn().backend(given.getOrDefault("backend", "djl"));
        Map<String, Object> options = new HashMap<>();
        options.put("threads", Integer.parseInt(given.getOrDefault("threads", "2")));
        Optional.ofNullable(given.get("compile")).ifPresent(when -> options.put("compile", when));
        Settings settings = Settings.of("backend", backend.options(), options);
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
