package org.anira.runtime.run;

import org.anira.api.DataException;

import java.util.List;
import java.util.Set;

/**
 * {@code evaluations.jsonl}: one {@link PointResult} per line, in the order in which they were
 * made.
 */
public final class Evaluations {

    private final RunFolder run;
    private final JsonLines lines;

    /** Refers to a run's evaluations; the file is created with its first line. */
    public Evaluations(RunFolder run) {
        this.run = run;
        lines = new JsonLines(run.evaluations());
    }

    /**
     * Appends the results of one evaluation, all or none. Several processes may append at once.
     *
     * @throws DataException RUN-005 if that fails
     */
    public void append(List<PointResult> results) {
        lines.append(results);
    }

    /**
     * Returns all results; all have the same axes.
     *
     * @throws DataException RUN-004 if a line is damaged or of another schema
     */
    public List<PointResult> read() {
        List<PointResult> results = lines.read(this::result);
        for (int i = 1; i < results.size(); i++) {
            if (!axes(results.get(i)).equals(axes(results.getFirst()))) {
                throw new DataException(
                        "RUN-004",
                        "'%s' is damaged in line %d: its axes are %s, those of the first line %s. Restore the file, or use another run."
                                .formatted(
                                        run.evaluations(),
                                        i + 1,
                                        axes(results.get(i)),
                                        axes(results.getFirst())));
            }
        }
        return results;
    }

    private static Set<String> axes(PointResult result) {
        return result.point().keySet();
    }

    /**
     * Drops the results of later steps, which training repeats after a resume.
     *
     * @param step the last step to keep
     */
    public void dropAfter(long step) {
        List<PointResult> all = read();
        List<PointResult> kept = all.stream().filter(result -> result.step() <= step).toList();
        if (kept.size() < all.size()) {
            lines.replace(kept);
        }
    }

    private PointResult result(String line) {
        Object schema = Json.object(line).get("schema");
        if (!PointResult.SCHEMA.equals(schema)) {
            throw new DataException(
                    "RUN-004",
                    "'%s' has a line of schema %s, this build reads %s. Use a newer anira, or evaluate again."
                            .formatted(run.evaluations(), schema, PointResult.SCHEMA));
        }
        return Json.olderValue(line, PointResult.class);
    }
}
