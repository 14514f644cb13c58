package org.anira.runtime.run;

import org.anira.api.tensor.Form;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The state that training resumes from, besides the tensors. Everything else is a pure function of
 * the seed and the step.
 *
 * @param step finished steps
 * @param seed of the run
 * @param nextSample index of the first sample that was not used yet
 * @param sums running sums of metrics since the last logged line, by name; exact and finite
 * @param metricsBytes length of {@code metrics.jsonl}, in bytes
 * @param lastEvaluation the last evaluation, as JSON: texts, numbers, lists and maps; read back as
 *     {@code Integer}, {@code Long}, {@code Double}, and as null where a number is not finite
 * @param settingsHash hash of the resolved settings
 * @param plugins SHA-256 of each plug-in's jar, by the plug-in's name
 * @param precision such as {@code float32}
 * @param threads of one operation
 * @param microBatch most sequences computed at once
 * @param form how steps were computed, {@code eager} or {@code compiled}; empty in checkpoints of
 *     builds that knew no other than eager
 */
public record CheckpointState(
        long step,
        long seed,
        long nextSample,
        Map<String, Double> sums,
        long metricsBytes,
        Map<String, Object> lastEvaluation,
        String settingsHash,
        Map<String, String> plugins,
        String precision,
        int threads,
        int microBatch,
        Optional<String> form) {

    /** Checks the numbers, and keeps the order of the maps. */
    public CheckpointState {
        Fields.count("step", step);
        Fields.count("next_sample", nextSample);
        Fields.count("metrics_bytes", metricsBytes);
        Fields.count("threads", threads);
        Fields.count("micro_batch", microBatch);
        sums = Collections.unmodifiableMap(new LinkedHashMap<>(sums));
        sums.forEach((name, sum) -> Fields.finite("sums." + name, sum));
        Map<String, Object> evaluation = new LinkedHashMap<>(lastEvaluation);
        evaluation.replaceAll((_, value) -> Fields.standsForUnknown(value) ? null : value);
        lastEvaluation = Collections.unmodifiableMap(evaluation);
        Fields.values("plugins", plugins);
        plugins = Collections.unmodifiableMap(new LinkedHashMap<>(plugins));
        form.ifPresent(CheckpointState::kind);
    }

    /** Returns how steps were computed. */
    public Form.Kind formOrEager() {
        return form.map(CheckpointState::kind).orElse(Form.Kind.EAGER);
    }

    private static Form.Kind kind(String word) {
        return Stream.of(Form.Kind.values())
                .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "'form' is '%s', expected eager or compiled".formatted(word)));
    }
}
