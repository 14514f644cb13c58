package org.anira.runtime.run;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What the values in a run's files may be, for the records that hold them. Their constructors throw
 * {@link IllegalArgumentException}, whose message {@link Json} shows with the file and the place.
 */
final class Fields {

    /** The largest whole number that every reader of JSON reads exactly. */
    private static final long MOST = 1L << 53;

    /** How builds before this one wrote numbers that are not finite. */
    private static final Set<Object> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    private Fields() {}

    /** Checks a number of things, or a step. */
    static void count(String key, long value) {
        if (value < 0 || value > MOST) {
            throw new IllegalArgumentException(
                    "'%s' is %d, expected 0 to %d".formatted(key, value, MOST));
        }
    }

    /** Checks a number of things that is kept as a double. */
    static void count(String key, Double value) {
        finite(key, value);
        if (value != Math.rint(value)) {
            throw new IllegalArgumentException(
                    "'%s' is %s, expected a whole number".formatted(key, value));
        }
        count(key, value.longValue());
    }

    /** Checks a number that cannot be unknown. */
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

    /** Returns a number that is unknown unless it is finite: then NaN. */
    static double known(double value) {
        return Double.isFinite(value) ? value : Double.NaN;
    }

    /** Returns a number that is missing unless it is finite. */
    static OptionalDouble known(OptionalDouble value) {
        return value.isPresent() && Double.isFinite(value.getAsDouble())
                ? value
                : OptionalDouble.empty();
    }

    /**
     * Returns whether a text stands for a number that is not finite, in a file of an older build.
     */
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
