package org.anira.app.bench;

import org.anira.api.tensor.Profile;
import org.anira.api.tensor.Profile.Category;
import org.anira.runtime.report.Table;

import java.util.ArrayList;
import java.util.Comparator;
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

    /** Part of a step: a category, one name in it, or the rest. */
    private record Part(String category, String operation, double calls, double seconds) {}

    /** Returns each category, largest first, followed by its names; then what is in none. */
    private List<Part> parts(Profile of) {
        Map<Category, List<Part>> names = new LinkedHashMap<>();
        for (Profile.Entry entry : of.entries()) {
            names.computeIfAbsent(entry.category(), _ -> new ArrayList<>())
                    .add(
                            new Part(
                                    word(entry.category()),
                                    entry.name(),
                                    (double) entry.calls() / steps,
                                    entry.nanoseconds() * NANOS / steps));
        }
        Comparator<Part> largest = Comparator.comparingDouble(Part::seconds).reversed();
        List<Part> parts = new ArrayList<>();
        names.entrySet().stream()
                .map(each ->
                        Map.entry(
                                new Part(
                                        word(each.getKey()),
                                        "",
                                        each.getValue().stream().mapToDouble(Part::calls).sum(),
                                        each.getValue().stream().mapToDouble(Part::seconds).sum()),
                                each.getValue().stream().sorted(largest).toList()))
                .sorted(Map.Entry.comparingByKey(largest))
                .forEach(each -> {
                    parts.add(each.getKey());
                    parts.addAll(each.getValue());
                });
        parts.add(new Part("rest", "", 0, seconds / steps - of.nanoseconds() * NANOS / steps));
        return parts;
    }

    private static String word(Category category) {
        return category.name().toLowerCase(Locale.ROOT);
    }

    /** Returns it for a document: sums of categories can be taken from their names. */
    Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("steps", steps);
        map.put("seconds_per_step", seconds / steps);
        profile.ifPresent(each -> {
            List<Map<String, Object>> entries = new ArrayList<>();
            for (Part part : parts(each)) {
                if (part.category.equals("rest")) {
                    map.put("rest_seconds_per_step", part.seconds);
                } else if (!part.operation.isEmpty()) {
                    Map<String, Object> entry = new LinkedHashMap<>();
                    entry.put("category", part.category);
                    entry.put("name", part.operation);
                    entry.put("calls_per_step", part.calls);
                    entry.put("seconds_per_step", part.seconds);
                    entries.add(entry);
                }
            }
            map.put("entries", entries);
        });
        return map;
    }

    /** Returns the table, or a line that there is none. */
    @Override
    public String toString() {
        String head =
                String.format(
                        Locale.ROOT,
                        "%.2f ms per step while measured, mean of %d%n",
                        1e3 * seconds / steps,
                        steps);
        return profile.map(
                        each -> {
                            Table table = new Table("part", "operation", "calls", "ms", "share");
                            for (Part part : parts(each)) {
                                table.row(
                                        part.operation.isEmpty() ? part.category : "",
                                        part.operation,
                                        part.category.equals("rest")
                                                ? "–"
                                                : String.format(Locale.ROOT, "%.1f", part.calls),
                                        String.format(Locale.ROOT, "%.3f", 1e3 * part.seconds),
                                        String.format(
                                                Locale.ROOT,
                                                "%.3f",
                                                part.seconds * steps / seconds));
                            }
                            return head + table;
                        })
                .orElse("not measured: the backend does not say where the time goes%n".formatted());
    }
}
