package org.anira.app.bench;

import org.anira.api.tensor.Profile;
import org.anira.api.tensor.Profile.Category;
import org.anira.runtime.report.Table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where the time of some steps went.
 *
 * @param steps number of steps
 * @param seconds of all of them, measuring included
 * @param profile empty if the backend does not measure one
 */
public record StepProfile(long steps, double seconds, Optional<Profile> profile) {

    private static final double NANOS = 1e-9;

    /** The share of the time from which on a name has a line of its own in the table. */
    private static final double LEAST_SHARE = 0.005;

    /** Returns it as another process reads it with {@link #of}. */
    Map<String, Object> line() {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("steps", steps);
        line.put("seconds", seconds);
        profile.ifPresent(each ->
                line.put(
                        "entries",
                        each.entries().stream()
                                .map(entry ->
                                        List.of(
                                                entry.category().name(),
                                                entry.name(),
                                                entry.calls(),
                                                entry.nanoseconds()))
                                .toList()));
        return line;
    }

    /** Reads what {@link #line} returned. */
    static StepProfile of(Map<String, Object> line) {
        return new StepProfile(
                ((Number) line.get("steps")).longValue(),
                ((Number) line.get("seconds")).doubleValue(),
                Optional.ofNullable((List<?>) line.get("entries"))
                        .map(entries ->
                                new Profile(
                                        entries.stream()
                                                .map(each -> entry((List<?>) each))
                                                .toList())));
    }

    private static Profile.Entry entry(List<?> words) {
        return new Profile.Entry(
                Category.valueOf(words.get(0).toString()),
                words.get(1).toString(),
                ((Number) words.get(2)).longValue(),
                ((Number) words.get(3)).longValue());
    }

    /** A line of the table: calls and seconds of all steps. */
    private record Part(String category, String operation, long calls, double seconds) {}

    /**
     * Returns each category, largest first, with its names: those that take too little are one
     * part. Then comes what is in none.
     */
    private List<Part> parts(Profile of) {
        Map<Category, List<Profile.Entry>> categories = new EnumMap<>(Category.class);
        largestFirst(of)
                .forEach(entry ->
                        categories
                                .computeIfAbsent(entry.category(), _ -> new ArrayList<>())
                                .add(entry));
        List<Part> parts = new ArrayList<>();
        categories.values().stream()
                .sorted(Comparator.comparingLong(StepProfile::nanoseconds).reversed())
                .forEach(entries -> addParts(entries, parts));
        double known = NANOS * of.nanoseconds();
        parts.add(new Part("rest", "", 0, seconds - known));
        return parts;
    }

    private void addParts(List<Profile.Entry> entries, List<Part> parts) {
        String category = word(entries.getFirst().category());
        if (entries.size() == 1) {
            parts.add(part(category, entries.getFirst().name(), entries));
            return;
        }
        parts.add(part(category, "", entries));
        List<Profile.Entry> small =
                entries.stream()
                        .filter(entry -> NANOS * entry.nanoseconds() < LEAST_SHARE * seconds)
                        .toList();
        entries.stream()
                .filter(entry -> small.size() < 2 || !small.contains(entry))
                .forEach(entry -> parts.add(part("", entry.name(), List.of(entry))));
        if (small.size() >= 2) {
            parts.add(part("", "%d others".formatted(small.size()), small));
        }
    }

    private static Part part(String category, String operation, List<Profile.Entry> entries) {
        return new Part(
                category,
                operation,
                entries.stream().mapToLong(Profile.Entry::calls).sum(),
                NANOS * nanoseconds(entries));
    }

    private static long nanoseconds(List<Profile.Entry> entries) {
        return entries.stream().mapToLong(Profile.Entry::nanoseconds).sum();
    }

    private static List<Profile.Entry> largestFirst(Profile profile) {
        return profile.entries().stream()
                .sorted(Comparator.comparingLong(Profile.Entry::nanoseconds).reversed())
                .toList();
    }

    private static String word(Category category) {
        return category.name().toLowerCase(Locale.ROOT);
    }

    /** Returns it for a document, with all names. */
    Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("steps", steps);
        map.put("seconds_per_step", seconds / steps);
        profile.ifPresent(each -> {
            map.put("rest_seconds_per_step", (seconds - NANOS * each.nanoseconds()) / steps);
            map.put("entries", largestFirst(each).stream().map(this::map).toList());
        });
        return map;
    }

    private Map<String, Object> map(Profile.Entry entry) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("category", word(entry.category()));
        map.put("name", entry.name());
        map.put("calls_per_step", (double) entry.calls() / steps);
        map.put("seconds_per_step", NANOS * entry.nanoseconds() / steps);
        return map;
    }

    /** Returns the table, or a line that there is none. */
    @Override
    public String toString() {
        return profile.map(
                        each -> {
                            Table table = new Table("part", "operation", "calls", "ms", "share");
                            for (Part part : parts(each)) {
                                table.row(
                                        part.category,
                                        part.operation,
                                        part.calls == 0
                                                ? "–"
                                                : text("%.1f", (double) part.calls / steps),
                                        text("%.3f", 1e3 * part.seconds / steps),
                                        text("%.3f", part.seconds / seconds));
                            }
                            return text(
                                            "%.2f ms per step while measured, mean of %d%n",
                                            1e3 * seconds / steps, steps)
                                    + table;
                        })
                .orElse(text("not measured: the backend does not say where the time goes%n"));
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
