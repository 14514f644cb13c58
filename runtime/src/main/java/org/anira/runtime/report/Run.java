package org.anira.runtime.report;

import org.anira.api.DataException;
import org.anira.runtime.config.Draft;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.Metrics;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.Provenance;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.Status;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A run as a comparison reads it.
 *
 * @param folder its folder
 * @param settings the resolved settings by dotted key, as text, sorted
 * @param status its status
 * @param provenance its provenance, if that was written
 * @param evaluations all evaluations, in the order in which they were made; not empty
 * @param metrics the lines of its metrics
 */
record Run(
        RunFolder folder,
        Map<String, String> settings,
        Status status,
        Optional<Provenance> provenance,
        List<PointResult> evaluations,
        List<Map<String, Object>> metrics) {

    /**
     * Reads a run.
     *
     * @throws DataException RUN-004 if a file is missing or damaged; RUN-007 if the run was never
     *     evaluated
     */
    static Run read(RunFolder folder) {
        Map<String, String> settings = settings(folder);
        List<PointResult> evaluations = new Evaluations(folder).read();
        if (evaluations.isEmpty()) {
            throw new DataException(
                    "RUN-007",
                    "Run '%s' has no evaluations, so there is nothing to compare. %s"
                            .formatted(
                                    folder.path(),
                                    new Checkpoints(folder).steps().isEmpty()
                                            ? "It has no checkpoint either: leave it out, or train again: anira train %s"
                                                    .formatted(folder.config())
                                            : "Run 'anira eval %s' first."
                                                    .formatted(folder.path())));
        }
        return new Run(
                folder,
                settings,
                folder.status(),
                Files.exists(folder.provenance())
                        ? Optional.of(Provenance.read(folder))
                        : Optional.empty(),
                evaluations,
                new Metrics(folder).read());
    }

    private static Map<String, String> settings(RunFolder folder) {
        Map<String, String> settings = Draft.of(folder).texts();
        if (!settings.containsKey("task.name")) {
            throw new DataException(
                    "RUN-004",
                    "'%s' is damaged: it names no task. Restore the file, or use another run."
                            .formatted(folder.config()));
        }
        return settings;
    }

    /** Returns the folder's path, as given. */
    String path() {
        return folder.path().toString();
    }

    String setting(String key) {
        return settings.getOrDefault(key, "");
    }

    /** Returns the training seed, as text. */
    String seed() {
        return setting("seed");
    }

    /**
     * Returns the settings that distinguish its experiment from others: all but seed, label and
     * evaluation.
     */
    Map<String, String> identity() {
        Map<String, String> identity = new TreeMap<>(settings);
        identity.keySet()
                .removeIf(key ->
                        key.equals("seed") || key.equals("name") || key.startsWith("evaluation."));
        return identity;
    }

    /** Returns the last step that was evaluated. */
    long step() {
        return evaluations.stream().mapToLong(PointResult::step).max().orElseThrow();
    }

    /** Returns the inference rules with which the last step was evaluated, in order. */
    Set<String> rules() {
        Map<String, Boolean> rules = new LinkedHashMap<>();
        evaluations.stream()
                .filter(result -> result.step() == step())
                .forEach(result -> rules.put(result.rule(), true));
        return rules.keySet();
    }

    /**
     * Returns the results of a step and a rule, one for each point, in the order of the points: the
     * one with the most samples, the newest of equal ones.
     */
    List<PointResult> results(long step, String rule) {
        Map<Map<String, Object>, PointResult> best = new LinkedHashMap<>();
        evaluations.stream()
                .filter(result -> result.step() == step && result.rule().equals(rule))
                .forEach(result ->
                        best.merge(
                                result.point(),
                                result,
                                (before, later) -> later.n() >= before.n() ? later : before));
        return List.copyOf(best.values());
    }

    /** Returns the unit of an axis of difficulty, if it was recorded. */
    Optional<String> unit(String axis) {
        return provenance
                .flatMap(Provenance::units)
                .flatMap(units -> Optional.ofNullable(units.get(axis)));
    }

    /** Returns the names of the axes of difficulty. */
    List<String> axes() {
        return new ArrayList<>(evaluations.getFirst().point().keySet());
    }
}
