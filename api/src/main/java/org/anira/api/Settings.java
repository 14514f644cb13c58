package org.anira.api;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Values for all options of a provider: checked, complete, immutable. Equal settings have equal
 * {@link #values()}.
 */
@PublicApi(since = "0.1")
public final class Settings {

    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    private static final int MOST_SHOWN = 200;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final Map<String, Object> values;

    private Settings(Map<String, Object> values) {
        this.values = values;
    }

    /** Returns every option's default. */
    public static Settings defaults(List<Option> options) {
        return of("defaults", options, Map.of());
    }

    /**
     * Checks {@code given} against {@code options} and fills in defaults.
     *
     * @param where what is configured, for messages, such as {@code task.options}; may be empty
     * @param given values as a YAML reader makes them: {@link Number}, {@link Boolean}, {@link
     *     String}
     * @throws SettingsException naming every problem at once (CFG-001 if all are unknown keys, else
     *     CFG-003)
     */
    public static Settings of(String where, List<Option> options, Map<String, ?> given) {
        List<String> problems = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        List<String> names = options.stream().map(Option::name).toList();
        boolean onlyUnknown = true;
        for (String key : given.keySet()) {
            if (!names.contains(key)) {
                String known =
                        names.isEmpty()
                                ? "it takes no options"
                                : "known: " + String.join(", ", names);
                wrong.add(path(where, key));
                problems.add(
                        "unknown key '%s'. %s (%s)"
                                .formatted(path(where, key), Names.suggestion(key, names), known)
                                .replace(".  (", ". ("));
            }
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Option option : options) {
            Object raw = given.get(option.name());
            if (raw == null) {
                values.put(option.name(), option.defaultValue());
                continue;
            }
            Optional<Object> value = convert(option, raw);
            if (value.isPresent()) {
                values.put(option.name(), value.get());
            } else {
                onlyUnknown = false;
                String path = path(where, option.name());
                wrong.add(path);
                problems.add(
                        "'%s' is %s, expected %s".formatted(path, shown(raw), option.expected()));
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(
                    onlyUnknown ? "CFG-001" : "CFG-003", wrong, String.join("\n", problems));
        }
        return new Settings(values);
    }

    private static String path(String where, String name) {
        return where.isEmpty() ? name : where + "." + name;
    }

    /** Converts a raw value to the type of an option; empty if the option does not allow it. */
    private static Optional<Object> convert(Option option, Object raw) {
        return switch (option.type()) {
            case INTEGER -> whole(option, raw).map(Long::intValue);
            case LONG -> whole(option, raw).map(value -> value);
            case NUMBER ->
                    raw instanceof Number n
                                    && Double.isFinite(n.doubleValue())
                                    && inside(option, n.doubleValue())
                            ? Optional.of(n.doubleValue())
                            : Optional.empty();
            case BOOLEAN -> raw instanceof Boolean ? Optional.of(raw) : Optional.empty();
            case TEXT ->
                    (raw instanceof String || raw instanceof Number)
                                    && raw.toString().length() <= Option.LONGEST_TEXT
                            ? Optional.of(raw.toString())
                            : Optional.empty();
            case CHOICE ->
                    raw instanceof String s && option.choices().contains(s)
                            ? Optional.of(s)
                            : Optional.empty();
        };
    }

    /** Returns a raw value as a whole number, if it is one within an option's range. */
    private static Optional<Long> whole(Option option, Object raw) {
        Long value =
                switch (raw) {
                    case Integer small -> small.longValue();
                    case Long exact -> exact;
                    case BigInteger large when large.bitLength() < Long.SIZE -> large.longValue();
                    case Number n
                            when n.doubleValue() == Math.rint(n.doubleValue())
                                    && Math.abs(n.doubleValue()) < 0x1p63 ->
                            (long) n.doubleValue();
                    default -> null;
                };
        return Optional.ofNullable(value).filter(each -> inside(option, each));
    }

    private static boolean inside(Option option, double value) {
        return value >= option.least() && value <= option.most();
    }

    /**
     * Returns a value as messages show it: a text in quotes, with escapes for control characters.
     * Long texts are cut.
     */
    public static String shown(Object value) {
        String text = String.valueOf(value);
        String some = text.substring(0, Math.min(text.length(), MOST_SHOWN));
        String clear =
                CONTROL.matcher(some)
                        .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
        String quoted = value instanceof String ? "'" + clear + "'" : clear;
        return text.length() > MOST_SHOWN
                ? "%s… (%d characters)".formatted(quoted, text.length())
                : quoted;
    }

    /** Returns the value of an option of type {@link Option.Type#INTEGER}. */
    public int integer(String name) {
        return get(name, Integer.class);
    }

    /** Returns the value of an option of type {@link Option.Type#NUMBER}. */
    public double number(String name) {
        return get(name, Double.class);
    }

    /** Returns the value of an option of type {@link Option.Type#BOOLEAN}. */
    public boolean flag(String name) {
        return get(name, Boolean.class);
    }

    /** Returns the value of an option of type {@link Option.Type#LONG}. */
    public long longInteger(String name) {
        return get(name, Long.class);
    }

    /**
     * Returns the value of an option of type {@link Option.Type#TEXT} or {@link
     * Option.Type#CHOICE}.
     */
    public String text(String name) {
        return get(name, String.class);
    }

    /**
     * Returns the whole numbers that an option of type {@link Option.Type#TEXT} lists, such as
     * {@code 1-24} or {@code 3,10,16,32}: ascending, each once; none if the text is blank.
     *
     * @param least smallest number allowed, at least 0
     * @param most largest number allowed
     * @throws SettingsException CFG-003 naming the parts that are not
     */
    public List<Integer> numbers(String name, int least, int most) {
        TreeSet<Integer> numbers = new TreeSet<>();
        List<String> problems = new ArrayList<>();
        for (String part :
                text(name).isBlank() ? List.<String>of() : List.of(text(name).split(",", -1))) {
            Matcher matcher = NUMBERS.matcher(part.strip());
            boolean known = matcher.matches();
            int from = known ? Integer.parseInt(matcher.group(1)) : 0;
            int to = known && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : from;
            if (!known || from < least || to > most || from > to) {
                problems.add("'%s'".formatted(part.strip()));
            }
            IntStream.rangeClosed(from, Math.min(to, most)).forEach(numbers::add);
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(
                    "CFG-003",
                    List.of(name),
                    "'%s' has %s, expected a whole number from %d to %d, or a range such as 3-16"
                            .formatted(name, String.join(", ", problems), least, most));
        }
        return List.copyOf(numbers);
    }

    /** Returns all values in the order of the options; unmodifiable. */
    public Map<String, Object> values() {
        return java.util.Collections.unmodifiableMap(values);
    }

    private <T> T get(String name, Class<T> type) {
        Object value = values.get(name);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    "no option '%s' of type %s; there are %s"
                            .formatted(name, type.getSimpleName(), values));
        }
        return type.cast(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings s && values.equals(s.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values);
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
