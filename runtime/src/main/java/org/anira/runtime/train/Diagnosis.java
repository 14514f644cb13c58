package org.anira.runtime.train;

import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Statistics of tensors whose numbers are no longer finite. */
final class Diagnosis {

    private Diagnosis() {}

    /** Returns counts and range of the values in a parameter's slot. */
    static Map<String, Object> of(Session session, Parameter parameter, Slot slot) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(parameter.bytes(), Float.BYTES);
            session.read(parameter.name(), slot, values);
            return of(parameter, slot, values);
        }
    }

    private static Map<String, Object> of(Parameter parameter, Slot slot, MemorySegment values) {
        long nan = 0;
        long infinite = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double squares = 0;
        for (long i = 0; i < parameter.size(); i++) {
            float value = values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
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
        statistics.put("tensor", parameter.name());
        statistics.put("slot", slot.name().toLowerCase(Locale.ROOT));
        statistics.put("elements", parameter.size());
        statistics.put("nan", nan);
        statistics.put("infinite", infinite);
        statistics.put("least", least);
        statistics.put("most", most);
        statistics.put(
                "root_mean_square",
                Math.sqrt(squares / Math.max(1, parameter.size() - nan - infinite)));
        return statistics;
    }
}
