package org.anira.runtime.run;

import org.anira.api.DataException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code metrics.jsonl}: one object per logged step. Values that depend on the clock are only under
 * the key {@code time}, so two runs can be compared without that key. Written by one thread.
 */
public final class Metrics {

    /** The key of the values that depend on the clock. */
    public static final String TIME = "time";

    private static final String STEP = "step";
    private static final String SPLIT = "split";

    private final JsonLines lines;

    /** Opens a run's metrics; the file is created with its first line. */
    public Metrics(RunFolder run) {
        lines = new JsonLines(run.metrics());
    }

    /**
     * Appends a line and hands it to the system.
     *
     * @param values by key, in this order: the number {@code step}, the text {@code split}, and
     *     other numbers
     * @param time the values that depend on the clock, by key, such as seconds; written sorted,
     *     left out if empty
     * @throws DataException RUN-005 if that fails; no part of the line remains
     */
    public void append(Map<String, ?> values, Map<String, ?> time) {
        if (values.containsKey(TIME)) {
            throw new IllegalArgumentException("'time' is the key of what depends on the clock");
        }
        Map<String, Object> line = new LinkedHashMap<>(values);
        if (!time.isEmpty()) {
            line.put(TIME, new TreeMap<>(time));
        }
        lines.append(List.of(line));
    }

    /** Syncs the file to disk and returns its length in bytes, which a checkpoint records. */
    public long syncedLength() {
        lines.sync();
        return lines.length();
    }

    /**
     * Removes the lines after a checkpoint.
     *
     * @param length the length that the checkpoint recorded, in bytes
     * @throws DataException RUN-004 if the file is shorter, or no line ends there
     */
    public void truncate(long length) {
        lines.truncate(length);
    }

    /**
     * Checks that {@link #truncate} would find a line that ends there.
     *
     * @throws DataException RUN-004 if the file is shorter, or no line ends there
     */
    public void requireEnd(long length) {
        lines.requireEnd(length);
    }

    /**
     * Returns all complete lines; {@link #number} reads their numbers.
     *
     * @throws DataException RUN-004 if one cannot be read
     */
    public List<Map<String, Object>> read() {
        return lines.read(Metrics::line);
    }

    private static Map<String, Object> line(String text) {
        Map<String, Object> line = Json.object(text);
        if (!(line.get(STEP) instanceof Number step)) {
            throw new IllegalArgumentException("it has no step");
        }
        Fields.count(STEP, step.doubleValue());
        line.forEach((key, value) -> {
            boolean fits =
                    switch (key) {
                        case TIME -> value instanceof Map;
                        case SPLIT -> value instanceof String;
                        default ->
                                value == null
                                        || value instanceof Number
                                        || Fields.standsForUnknown(value);
                    };
            if (!fits) {
                throw new IllegalArgumentException("the value of '%s' does not fit".formatted(key));
            }
        });
        return line;
    }

    /** Returns a number of a line that was read; NaN where it was not finite. */
    public static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
