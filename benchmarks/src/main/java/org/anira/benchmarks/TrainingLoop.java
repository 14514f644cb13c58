package org.anira.benchmarks;

import org.anira.api.tensor.Session;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.RunLock;
import org.anira.runtime.train.Trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Steps per second of a whole training on one thread, data, noise, metrics and all, of the size of
 * the quickstart: MANO with 1 to 8 operators, width 64, 2 heads, MLP 256, D = 6, batch 32.
 * Arguments are overrides, such as {@code halting.name=anira-e}. Measures in {@link Rounds}.
 */
final class TrainingLoop {

    private static final String EXPERIMENT =
            """
            name: training-loop
            task:
              name: mano
              options:
                modulus: 2
                min-length: 1
                max-length: 8
            model:
              width: 64
              heads: 2
              mlp: 256
              max-depth: 6
            halting:
              name: anira-o
            training:
              steps: 1000000
              batch: 32
              learning-rate: 3e-3
              warmup: 0.05
              checkpoint-every: 0
            backend:
              name: djl
              options:
                threads: 1
            """;

    private TrainingLoop() {}

    /** Trains until its input ends. */
    public static void main(String[] arguments) throws IOException {
        ResolvedExperiment resolved =
                ResolvedExperiment.resolve(
                        Draft.read("training-loop", EXPERIMENT).with(Arrays.asList(arguments)),
                        new BuiltIn());
        RecurrentTransformer model =
                new RecurrentTransformer(
                        resolved.experiment().model(),
                        resolved.task().vocabulary().size(),
                        resolved.task().longest(),
                        resolved.halting());
        Path runs = Files.createTempDirectory("anira-training-loop");
        RunFolder folder = RunFolder.create(runs, resolved.experiment().name());
        Rounds rounds = new Rounds();
        boolean[] stop = {!rounds.next()};
        try (Session session = resolved.open();
                RunLock _ = folder.lock()) {
            new Trainer(
                            resolved.experiment(),
                            resolved.task(),
                            model,
                            session,
                            folder,
                            new Trainer.Identity(
                                    resolved.experiment().hash(), Map.of(), resolved.rule()))
                    .train(Optional.empty(), _ -> stop[0] = !rounds.next(), () -> stop[0]);
        }
    }
}
