package org.anira.runtime.run;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Checks of values in a run's files, for the constructors of the records that hold them. They throw
 * {@link IllegalArgumentException}; {@link Json} shows its message with the file and the place.
 */
final class Fields {

    /** The largest whole number that every reader of JSON reads exactly. */
    private static final long MOST = 1L << 53;

    /** How earlier builds wrote numbers that are not finite. */
    private static final Set<Object> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    private Fields() {}

    /** Checks a count or a step. */
    static void count(String key, long value) {
        if (value < 0 || value > MOST) {
            throw new IllegalArgumentException(
                    "'%s' is %d, expected 0 to %d".formatted(key, value, MOST));
        }
    }

    /** Checks a count that is stored as a double. */
    static void count(String key, Double value) {
        finite(key, value);
        if (value != Math.rint(value)) {
            throw new IllegalArgumentException(
                    "'%s' is %s, expected a whole number".formatted(key, value));
        }
        count(key, value.longValue());
    }

    /** Checks that a number is finite. */
    static void finite(String key, Double value) {
        if (value == null || !Double.isFinite(value)) {
            throw new IllegalArgumentException("'%s' is no finite number".formatted(key));
        }
    }

    /** Checks a share. @return it, NaN if it is unknown */
    static double share(String key, double value) {
        if (value < 0 || value > 1) {
            throw new IllegalArgumentException("'%s' is %s, expected 0 to 1".formatted(key, value));
        }
        return value;
    }

    /** Returns a number, or NaN, for unknown, if it is not finite. */
    static double known(double value) {
        return Double.isFinite(value) ? value : Double.NaN;
    }

    /** Returns a number, or empty if it is not finite. */
    static OptionalDouble known(OptionalDouble value) {
        return value.isPresent() && Double.isFinite(value.getAsDouble())
                ? value
                : OptionalDouble.empty();
    }

    /** Returns whether a text in an older build's file stands for a number that is not finite. */
    static boolean standsForUnknown(Object value) {
        return value != null && NOT_FINITE.contains(value);
    }

    /** Checks that every key has a value. */
    static void values(String key, Map<String, ?> map) {
        map.forEach((name, value) -> {
            if (value == null) {
                throw new IllegalArgumentException("'%s.%s' is null".formatted(key, name));
            }
        });
    }
}
