package org.anira.api;

import java.util.List;
import java.util.Objects;

/**
 * One setting a provider accepts. From these declarations come validation, {@code describe}, sample
 * files and completion.
 *
 * <p>Build one with a static method and, where needed, narrow it: {@code Option.integer("modulus",
 * 23, "Modulus of the arithmetic").between(2, 1000)}.
 *
 * @param name kebab case
 * @param type what values it takes
 * @param defaultValue an {@link Integer}, {@link Long}, {@link Double}, {@link Boolean} or {@link
 *     String} as {@code type} says
 * @param least smallest value allowed, for numbers; {@code -Infinity} where there is none
 * @param most largest value allowed, for numbers; {@code Infinity} where there is none. 2^63 stands
 *     for the largest {@code long}, which has no exact {@code double}
 * @param choices the values allowed, for {@link Type#CHOICE}; else empty
 * @param summary one sentence without a final period; says the unit if there is one
 */
@PublicApi(since = "0.1")
public record Option(
        String name,
        Type type,
        Object defaultValue,
        double least,
        double most,
        List<String> choices,
        String summary) {

    /** The largest number of characters in a text: more than any path or list has. */
    public static final int LONGEST_TEXT = 4096;

    /** The type of an option's values. */
    public enum Type {
        /** A whole number that fits an {@code int}. */
        INTEGER,
        /** A whole number that fits a {@code long}, such as a seed. */
        LONG,
        /** A finite number. */
        NUMBER,
        /** {@code true} or {@code false}. */
        BOOLEAN,
        /** Any text of at most {@link Option#LONGEST_TEXT} characters. */
        TEXT,
        /** One of a few words. */
        CHOICE
    }

    public Option {
        Names.check("option", name);
        Objects.requireNonNull(summary);
        choices = List.copyOf(choices);
        Class<?> wanted =
                switch (type) {
                    case INTEGER -> Integer.class;
                    case LONG -> Long.class;
                    case NUMBER -> Double.class;
                    case BOOLEAN -> Boolean.class;
                    case TEXT, CHOICE -> String.class;
                };
        if (!wanted.isInstance(defaultValue)) {
            throw new IllegalArgumentException(
                    "option '%s': the default %s is not of type %s"
                            .formatted(name, defaultValue, type));
        }
        if (type == Type.CHOICE && !choices.contains((String) defaultValue)) {
            throw new IllegalArgumentException(
                    "option '%s': the default '%s' is not one of %s"
                            .formatted(name, defaultValue, choices));
        }
        if (defaultValue instanceof Number n
                && !(n.doubleValue() >= least && n.doubleValue() <= most)) {
            throw new IllegalArgumentException(
                    "option '%s': the default %s is outside %s to %s"
                            .formatted(name, n, least, most));
        }
    }

    /** Returns an option that takes a whole number. */
    public static Option integer(String name, int defaultValue, String summary) {
        return new Option(
                name,
                Type.INTEGER,
                defaultValue,
                Integer.MIN_VALUE,
                Integer.MAX_VALUE,
                List.of(),
                summary);
    }

    /** Returns an option that takes a whole number of 64 bits. */
    public static Option longInteger(String name, long defaultValue, String summary) {
        return new Option(
                name, Type.LONG, defaultValue, Long.MIN_VALUE, Long.MAX_VALUE, List.of(), summary);
    }

    /** Returns an option that takes a finite number. */
    public static Option number(String name, double defaultValue, String summary) {
        return new Option(
                name,
                Type.NUMBER,
                defaultValue,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                List.of(),
                summary);
    }

    /** Returns an option that is on or off. */
    public static Option flag(String name, boolean defaultValue, String summary) {
        return new Option(name, Type.BOOLEAN, defaultValue, 0, 0, List.of(), summary);
    }

    /** Returns an option that takes any text. */
    public static Option text(String name, String defaultValue, String summary) {
        return new Option(name, Type.TEXT, defaultValue, 0, 0, List.of(), summary);
    }

    /** Returns an option that takes one of {@code choices}. */
    public static Option choice(
            String name, String defaultValue, List<String> choices, String summary) {
        return new Option(name, Type.CHOICE, defaultValue, 0, 0, choices, summary);
    }

    /** Returns this option with a range, both ends allowed. */
    public Option between(double smallest, double largest) {
        return new Option(name, type, defaultValue, smallest, largest, choices, summary);
    }

    /** Returns this option with a smallest value. */
    public Option atLeast(double smallest) {
        return between(smallest, most);
    }

    /**
     * Returns the range in words, such as {@code 2 to 1000}, {@code at least 0.0} or {@code early,
     * online}; may be empty. A whole number always has both ends.
     */
    public String range() {
        return switch (type) {
            case CHOICE -> String.join(", ", choices);
            case BOOLEAN, TEXT -> "";
            case INTEGER, LONG -> (long) least + " to " + (long) most;
            case NUMBER -> {
                if (least == Double.NEGATIVE_INFINITY) {
                    yield most == Double.POSITIVE_INFINITY ? "" : "at most " + most;
                }
                yield most == Double.POSITIVE_INFINITY
                        ? "at least " + least
                        : least + " to " + most;
            }
        };
    }

    /**
     * Returns what values it takes, in words, such as {@code a whole number (2 to 1000)} or {@code
     * true or false}.
     */
    public String expected() {
        String range = range().isEmpty() ? "" : " (" + range() + ")";
        return switch (type) {
            case INTEGER, LONG -> "a whole number" + range;
            case NUMBER -> "a number" + range;
            case BOOLEAN -> "true or false";
            case TEXT -> "a text of at most %d characters".formatted(LONGEST_TEXT);
            case CHOICE -> "one of " + range();
        };
    }
}
