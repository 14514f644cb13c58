package org.anira.api.task;

import org.anira.api.PublicApi;

import java.util.List;

/** One axis of difficulty of a task. */
@PublicApi(since = "0.1")
public sealed interface Axis {

    /**
     * Returns its name as in the literature and in figures, such as {@code L}, {@code n}, {@code
     * algorithm}.
     */
    String name();

    /** Returns what it counts or names, for an axis label, such as {@code operators}. */
    String unit();

    /**
     * An axis of whole numbers.
     *
     * @param least smallest value used in training
     * @param most largest value used in training
     */
    record Range(String name, String unit, int least, int most) implements Axis {
        public Range {
            if (least > most) {
                throw new IllegalArgumentException(
                        "axis %s: %d to %d is empty".formatted(name, least, most));
            }
        }
    }

    /** An axis of names. */
    record Values(String name, String unit, List<String> values) implements Axis {
        public Values {
            values = List.copyOf(values);
        }
    }
}
