package org.anira.runtime.report;

import org.anira.api.task.CounterRandom;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.Machine;
import org.anira.runtime.run.Metrics;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.Provenance;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.Status;
import org.anira.runtime.statistics.Estimate;
import org.anira.runtime.statistics.Statistics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A run folder with drawn results on an axis {@code size}: samples are drawn one by one, depth
 * rises with size by {@code slope}, and accuracy falls.
 */
record SyntheticRun(
        String task,
        String mechanism,
        long seed,
        int maxDepth,
        double slope,
        int largest,
        int trained,
        int samples) {

    static final String RULE = "mode";

    static SyntheticRun of(String mechanism, long seed) {
        return new SyntheticRun("sums", mechanism, seed, 6, 0.4, 8, 8, 400);
    }

    /** A run in which every token takes {@code depth} steps. */
    static SyntheticRun fixed(int depth, long seed) {
        return new SyntheticRun("sums", "constant-" + depth, seed, depth, 0, 8, 8, 400);
    }

    SyntheticRun task(String name) {
        return new SyntheticRun(name, mechanism, seed, maxDepth, slope, largest, trained, samples);
    }

    SyntheticRun slope(double newSlope) {
        return new SyntheticRun(
                task, mechanism, seed, maxDepth, newSlope, largest, trained, samples);
    }

    SyntheticRun sizes(int newLargest, int newTrained) {
        return new SyntheticRun(
                task, mechanism, seed, maxDepth, slope, newLargest, newTrained, samples);
    }

    /** Writes a finished run that was evaluated at steps 500 and 1000. */
    RunFolder write(Path path) {
        RunFolder run = empty(path);
        Evaluations evaluations = new Evaluations(run);
        evaluations.append(results(500));
        evaluations.append(results(1000));
        run.status(Status.ended(Status.State.DONE, 1000, 0, ""));
        return run;
    }

    /** Writes a run without evaluations, still running. */
    RunFolder empty(Path path) {
        RunFolder run = RunFolder.create(path);
        String config =
                """
                name: synthetic
                seed: %d
                task:
                  name: %s
                  options: {}
                model:
                  width: 64
                  max-depth: %d
                halting:
                  name: %s
                  gamma: 0.003
                training:
                  steps: 1000
                evaluation:
                  samples: %d
                  batch: 200
                """
                        .formatted(seed, task, maxDepth, mechanism, samples);
        try {
            Files.writeString(run.config(), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Metrics metrics = new Metrics(run);
        CounterRandom noise = new CounterRandom(seed, "synthetic-metrics", mechanism.hashCode());
        for (int step = 20; step <= 1000; step += 20) {
            double loss = 0.2 + 0.6 * Math.exp(-step / 250.0) + 0.03 * noise.nextGaussian();
            metrics.append(
                    Map.of("step", step, "split", "train", TrainingFigure.LOSS, loss), Map.of());
        }
        new Provenance(
                        "0.1.0",
                        Optional.of("0123456789abcdef"),
                        List.of("anira", "train", "sums-<" + mechanism + ">", "seed=" + seed),
                        List.of(
                                Map.of(
                                        "id",
                                        mechanism,
                                        "version",
                                        "1.0",
                                        "sha256",
                                        "ab".repeat(32),
                                        "path",
                                        "plugins/" + mechanism + ".jar")),
                        new Provenance.Backend("plain", "plain 1.0", "cpu", 1),
                        Optional.empty(),
                        Machine.current(),
                        Map.of("training", seed),
                        "none",
                        Optional.of(Map.of("size", "operators")),
                        Optional.empty(),
                        Instant.parse("2026-01-01T10:00:00Z"),
                        Optional.of(Instant.parse("2026-01-01T10:12:34Z")))
                .write(run);
        return run;
    }

    private List<PointResult> results(long step) {
        List<PointResult> results = new ArrayList<>();
        for (int size = 1; size <= largest; size++) {
            results.add(result(step, size));
        }
        return results;
    }

    private PointResult result(long step, int size) {
        CounterRandom random =
                new CounterRandom(seed, "synthetic-" + mechanism, step * 1000 + size);
        double skill =
                (step / 1000.0)
                        * (1.05 - 0.07 * size * (size > trained ? 1.4 : 1) + 0.02 * maxDepth);
        long[] exits = new long[maxDepth];
        long correct = 0;
        long steps = 0;
        long squares = 0;
        for (int i = 0; i < samples; i++) {
            double wish = 1.2 + slope * size + 0.7 * random.nextGaussian();
            int depth = slope == 0 ? maxDepth : Math.clamp(Math.round(wish), 1, maxDepth);
            exits[depth - 1]++;
            steps += depth;
            squares += (long) depth * depth;
            correct += random.nextDouble() < Math.clamp(skill, 0.1, 1) ? 1 : 0;
        }
        Estimate accuracy = Statistics.share(correct, samples);
        Estimate depth = Statistics.mean(samples, steps, squares);
        double more = slope == 0 ? 0 : 0.3;
        List<Long> counts = Arrays.stream(exits).boxed().toList();
        Map<String, Object> point = new LinkedHashMap<>();
        point.put("size", size);
        return new PointResult(
                PointResult.SCHEMA,
                step,
                RULE,
                "skipping",
                point,
                size <= trained,
                samples,
                correct,
                accuracy.value(),
                accuracy.low(),
                accuracy.high(),
                OptionalDouble.of(0.1),
                0.15 + 0.01 * size,
                "0",
                0.4,
                depth,
                new Estimate(depth.value() + more, depth.low() + more, depth.high() + more),
                depth.value() + more,
                OptionalDouble.empty(),
                counts,
                counts,
                steps * 10,
                slope == 0 ? 0 : samples * 10L,
                samples * 10L,
                1.5,
                7,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
