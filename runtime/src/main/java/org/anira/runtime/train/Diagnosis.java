package org.anira.runtime.train;

import org.anira.api.tensor.Slot;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is known of the tensors when numbers are no longer finite. */
final class Diagnosis {

    private Diagnosis() {}

    /** Returns counts and range of a tensor's values. */
    static Map<String, Object> of(String name, Slot slot, float[] values) {
        int nan = 0;
        int infinite = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double squares = 0;
        for (float value : values) {
            if (Float.isNaN(value)) {
                nan++;
            } else if (Float.isInfinite(value)) {
                infinite++;
            } else {
                least = Math.min(least, value);
                most = Math.max(most, value);
                squares += (double) value * value;
            }
        }
        Map<String, Object> statistics = new LinkedHashMap<>();
        statistics.put("tensor", name);
        statistics.put("slot", slot.name().toLowerCase(Locale.ROOT));
        statistics.put("elements", values.length);
        statistics.put("nan", nan);
        statistics.put("infinite", infinite);
        statistics.put("least", least);
        statistics.put("most", most);
        statistics.put(
                "root_mean_square",
                Math.sqrt(squares / Math.max(1, values.length - nan - infinite)));
        return statistics;
    }
}
