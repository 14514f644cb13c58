package org.anira.runtime.train;

import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.Providers;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.data.TrainingData;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.Metrics;
import org.anira.runtime.run.RunFolder;
import org.anira.testkit.Slots;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A small training in a folder, whole or in parts, and what it leaves behind. */
final class Training {

    private static final String TINY =
            """
            name: tiny
            task: {name: mano, options: {modulus: 3, min-length: 1, max-length: 4}}
            model: {width: 16, heads: 2, mlp: 32, max-depth: 4}
            halting: {name: anira-o, gamma: 0.01, base: 1.5, ramp: 0.5}
            training: {steps: 12, batch: 6, learning-rate: 3e-3, knob-from: 2, log-every: 5,
                       evaluate-every: 4, checkpoint-every: 3, keep-checkpoints: 0}
            evaluation: {samples: 8, batch: 4}
            backend: {name: djl, options: {device: cpu, threads: 1}}
            """;

    private static final Providers BUILT_IN =
            new Providers() {
                @Override
                public TaskProvider task(String name) {
                    return BuiltIn.task(name);
                }

                @Override
                public HaltingProvider halting(String name) {
                    return BuiltIn.halting(name);
                }

                @Override
                public BackendProvider backend(String name) {
                    return BuiltIn.backend(name);
                }

                @Override
                public List<BackendProvider> backends() {
                    return List.of(BuiltIn.backend("djl"));
                }
            };

    final ResolvedExperiment resolved;
    final RunFolder folder;
    private final Map<String, float[]> parameters = new HashMap<>();

    /** Prepares a training with settings that replace those of the tiny one. */
    Training(Path path, String... overrides) {
        this(RunFolder.create(path), overrides);
    }

    private Training(RunFolder folder, String... overrides) {
        resolved =
                ResolvedExperiment.resolve(
                        Draft.read("tiny", TINY).with(List.of(overrides)), BUILT_IN);
        this.folder = folder;
    }

    /** Returns a training that goes on in the folder of this one. */
    Training again(String... overrides) {
        return new Training(folder, overrides);
    }

    /** Trains from the newest checkpoint, or the beginning, to the end. */
    Training run() {
        return run(Long.MAX_VALUE, _ -> {});
    }

    /** Trains until a step is done. */
    Training until(long step) {
        return run(step, _ -> {});
    }

    /** Trains from the newest checkpoint, or the beginning; {@code each} sees the session. */
    Training run(long last, Consumer<Session> each) {
        Optional<Checkpoint> from = new Checkpoints(folder).newest();
        try (Session session = resolved.open()) {
            long[] done = {0};
            Trainer trainer = trainer(session);
            trainer.load(from);
            trainer.train(
                    progress -> {
                        done[0] = progress.step();
                        each.accept(session);
                    },
                    () -> done[0] >= last);
            session.parameters()
                    .forEach(parameter ->
                            parameters.put(
                                    parameter.name(),
                                    Slots.read(session, parameter.name(), Slot.VALUE)));
        }
        return this;
    }

    private Trainer trainer(Session session) {
        return new Trainer(resolved, model(), session, folder, Map.of());
    }

    /** Returns the form of execution that it would compute. */
    Execution execution() {
        try (Session session = resolved.open()) {
            return trainer(session).execution();
        }
    }

    /** Returns the model that it trains. */
    RecurrentTransformer model() {
        return new RecurrentTransformer(
                resolved.experiment().model(),
                resolved.task().vocabulary().size(),
                resolved.task().longest(),
                resolved.halting());
    }

    /** Returns what it trains on. */
    TrainingData data() {
        return new TrainingData(
                resolved.task(),
                resolved.experiment().seed(),
                resolved.experiment().training(),
                resolved.halting().training().noise(),
                resolved.experiment().model().maxDepth());
    }

    /** Returns the weights after {@link #run}, by name. */
    Map<String, float[]> parameters() {
        return parameters;
    }

    /** Returns the lines of metrics as they are, without times. */
    List<String> metrics() {
        List<String> lines = new ArrayList<>();
        for (Map<String, Object> line : new Metrics(folder).read()) {
            Map<String, Object> timeless = new LinkedHashMap<>(line);
            timeless.remove(Metrics.TIME);
            lines.add(timeless.toString());
        }
        return lines;
    }

    /** Returns the values of one name in the lines of a split. */
    List<Double> metric(String split, String name) {
        return new Metrics(folder)
                .read().stream()
                        .filter(line -> line.get("split").equals(split))
                        .map(line -> Metrics.number(line.get(name)))
                        .toList();
    }

    /** Returns the lines of evaluations as they are, without times. */
    List<String> evaluations() throws IOException {
        return Files.readAllLines(folder.evaluations()).stream()
                .map(line -> line.replaceAll("\"seconds\":[^,}]*", ""))
                .toList();
    }
}
