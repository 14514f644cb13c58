package org.anira.api.task;

import org.anira.api.PublicApi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A place in a task's space of difficulty: for each axis an {@link Integer} or a {@link String}.
 * Immutable; tasks make their points once and hand out the same ones.
 */
@PublicApi(since = "0.1")
public final class Point {

    private final Map<String, Object> values;

    private Point(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /** Returns the point with one axis. */
    public static Point of(String axis, Object value) {
        return of(Map.of(axis, value));
    }

    /** Returns the point with these values, in the map's order. */
    public static Point of(Map<String, ?> values) {
        values.forEach((axis, value) -> {
            if (!(value instanceof Integer) && !(value instanceof String)) {
                throw new IllegalArgumentException(
                        "axis %s: %s is neither a whole number nor a name".formatted(axis, value));
            }
        });
        return new Point(new LinkedHashMap<>(values));
    }

    /** Returns the values by axis, in order. */
    public Map<String, Object> values() {
        return values;
    }

    /** Returns the value of an axis of whole numbers. */
    public int number(String axis) {
        if (values.get(axis) instanceof Integer n) {
            return n;
        }
        throw new IllegalArgumentException(
                "point %s has no number for axis %s".formatted(this, axis));
    }

    /** Returns the value of an axis of names. */
    public String name(String axis) {
        if (values.get(axis) instanceof String s) {
            return s;
        }
        throw new IllegalArgumentException(
                "point %s has no name for axis %s".formatted(this, axis));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Point p && values.equals(p.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Returns {@code L=3} or {@code algorithm=bfs,size=8}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        values.forEach((axis, value) -> parts.add(axis + "=" + value));
        return String.join(",", parts);
    }
}
