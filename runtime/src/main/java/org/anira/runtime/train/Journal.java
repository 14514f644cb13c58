package org.anira.runtime.train;

import org.anira.api.TrainingException;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.runtime.run.CheckpointState;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.EventFile;
import org.anira.runtime.run.Metrics;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.RunFolder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the records of a training: {@code metrics.jsonl}, {@code evaluations.jsonl}, TensorBoard
 * events, and the statistics of tensors that are no longer finite.
 */
final class Journal implements AutoCloseable {

    private final RunFolder folder;
    private final Metrics metrics;
    private final Evaluations evaluations;
    private final EventFile events;
    private Map<String, Object> lastEvaluation;

    /**
     * Opens the files.
     *
     * @param resumed the checkpoint to resume from, after which lines are dropped; empty for a new
     *     run
     * @param first the first step
     */
    Journal(RunFolder folder, Optional<CheckpointState> resumed, long first) {
        this.folder = folder;
        metrics = new Metrics(folder);
        evaluations = new Evaluations(folder);
        lastEvaluation = resumed.map(CheckpointState::lastEvaluation).orElse(Map.of());
        resumed.ifPresent(state -> {
            metrics.truncate(state.metricsBytes());
            evaluations.dropAfter(state.step());
        });
        events =
                resumed.isPresent()
                        ? EventFile.resume(folder.events(), first)
                        : EventFile.create(folder.events());
    }

    /** Writes the means of the steps since the last line. */
    void log(long step, TrainingStep.Coefficients coefficients, Window window, Clock clock) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("split", "train");
        line.putAll(window.means());
        line.put("learning_rate", coefficients.learningRate());
        line.put("gamma", coefficients.gamma());
        line.put("prior_base", coefficients.priorBase());
        metrics.append(
                line,
                Map.of("seconds", clock.seconds(), "tokens_per_second", clock.tokensPerSecond()));
        Map<String, Number> scalars = new LinkedHashMap<>();
        line.forEach((name, value) -> {
            if (value instanceof Number number && !name.equals("step")) {
                scalars.put("train/" + name, number);
            }
        });
        events.scalars(step, scalars);
        events.depths(step, "train/depth", window.depthCounts());
    }

    /** Writes an evaluation. */
    void evaluated(long step, List<PointResult> results) {
        evaluations.append(results);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("split", "evaluation");
        line.put(
                "accuracy",
                results.stream().mapToDouble(PointResult::accuracy).average().orElseThrow());
        line.put(
                "mean_depth",
                results.stream().mapToDouble(r -> r.meanDepth().value()).average().orElseThrow());
        line.put(
                "cross_entropy",
                results.stream().mapToDouble(PointResult::crossEntropy).average().orElseThrow());
        metrics.append(line, Map.of());
        Map<String, Number> scalars = new LinkedHashMap<>();
        for (PointResult result : results) {
            String point = result.point().toString();
            scalars.put("evaluation/accuracy/" + point, result.accuracy());
            scalars.put("evaluation/mean_depth/" + point, result.meanDepth().value());
        }
        events.scalars(step, scalars);
        lastEvaluation = line;
    }

    /** Returns the last evaluation's line; empty before the first. */
    Map<String, Object> lastEvaluation() {
        return lastEvaluation;
    }

    /** Syncs the metrics' file to disk and returns its length in bytes. */
    long syncedMetrics() {
        return metrics.syncedLength();
    }

    /**
     * Writes statistics of a session's tensors, and returns the error for a training whose numbers
     * are not finite: RUN-002.
     *
     * @param what the number that is not finite
     */
    TrainingException diverged(String what, long step, long seed, Session session) {
        List<Map<String, Object>> statistics = new ArrayList<>();
        session.parameters()
                .forEach(parameter -> {
                    for (Slot slot : List.of(Slot.VALUE, Slot.GRADIENT)) {
                        statistics.add(Diagnosis.of(session, parameter, slot));
                    }
                });
        String file = folder.diagnose(step, statistics).toString();
        List<Long> steps = new Checkpoints(folder).steps();
        return new TrainingException(
                "RUN-002",
                "%s at step %d (seed %d). %s Tensor statistics: %s\nTry a lower training.learning-rate or training.clip."
                        .formatted(
                                what,
                                step,
                                seed,
                                steps.isEmpty()
                                        ? "There is no checkpoint yet."
                                        : "Last good checkpoint: step %d."
                                                .formatted(steps.getLast()),
                                file));
    }

    @Override
    public void close() {
        events.close();
    }
}
