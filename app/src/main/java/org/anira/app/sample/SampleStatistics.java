package org.anira.app.sample;

import org.anira.api.task.Axis;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.runtime.report.Table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Statistics of samples: their lengths, and how often each value of an axis occurs. */
public final class SampleStatistics {

    private final Task task;
    private final List<Integer> lengths = new ArrayList<>();
    private final List<Integer> targets = new ArrayList<>();
    private final List<Integer> answers = new ArrayList<>();

    /** By axis and value. */
    private final Map<String, TreeMap<Object, Count>> values = new LinkedHashMap<>();

    private static final class Count {
        private int samples;
        private int answers;
        private long tokens;
    }

    public SampleStatistics(Task task) {
        this.task = task;
        task.axes().forEach(axis -> values.put(axis.name(), new TreeMap<>()));
    }

    /** Counts a sample under its point, and each of its answers under the answer's point. */
    public void add(Sample sample) {
        int length = sample.tokens().length;
        int targeted = 0;
        for (boolean target : sample.target()) {
            targeted += target ? 1 : 0;
        }
        lengths.add(length);
        targets.add(targeted);
        for (Axis axis : task.axes()) {
            Count count = count(axis, sample.point());
            count.samples++;
            count.tokens += length;
            for (int s = 0; s < sample.spans().size(); s++) {
                count(axis, task.point(sample, s)).answers++;
            }
        }
        for (Span span : sample.spans()) {
            answers.add(span.end() - span.start());
        }
    }

    private Count count(Axis axis, Point point) {
        return values.get(axis.name())
                .computeIfAbsent(point.values().get(axis.name()), _ -> new Count());
    }

    private Map<String, List<Integer>> lengths() {
        Map<String, List<Integer>> all = new LinkedHashMap<>();
        all.put("sample", lengths);
        all.put("targets", targets);
        if (!answers.isEmpty()) {
            all.put("answer", answers);
        }
        return all;
    }

    /** Returns smallest, mean, quantiles and largest. */
    private static Map<String, Number> summary(List<Integer> numbers) {
        int[] sorted = numbers.stream().mapToInt(Integer::intValue).sorted().toArray();
        Map<String, Number> summary = new LinkedHashMap<>();
        summary.put("count", sorted.length);
        summary.put("least", sorted[0]);
        summary.put("mean", Arrays.stream(sorted).average().orElseThrow());
        summary.put("median", sorted[(sorted.length - 1) / 2]);
        summary.put("p95", sorted[(int) Math.ceil(0.95 * sorted.length) - 1]);
        summary.put("most", sorted[sorted.length - 1]);
        return summary;
    }

    /** Returns all of it for a document. */
    public Map<String, Object> content() {
        Map<String, Object> content = new LinkedHashMap<>();
        Map<String, Object> tokens = new LinkedHashMap<>();
        lengths().forEach((what, numbers) -> tokens.put(what, summary(numbers)));
        content.put("tokens", tokens);
        List<Map<String, Object>> rows = new ArrayList<>();
        values.forEach((axis, counts) ->
                counts.forEach((value, count) -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("axis", axis);
                    row.put("value", value);
                    row.put("samples", count.samples);
                    row.put("answers", count.answers);
                    row.put("mean_tokens", count.samples == 0 ? Double.NaN : mean(count));
                    rows.add(row);
                }));
        content.put("values", rows);
        return content;
    }

    private static double mean(Count count) {
        return count.tokens / (double) count.samples;
    }

    /** Returns all of it as tables. */
    public String text() {
        Table tokens = new Table("tokens", "count", "least", "mean", "median", "95 %", "most");
        lengths()
                .forEach((what, numbers) -> {
                    Map<String, Number> summary = summary(numbers);
                    List<Object> row = new ArrayList<>(List.of(what));
                    summary.values()
                            .forEach(number ->
                                    row.add(
                                            number instanceof Double mean
                                                    ? decimal(mean)
                                                    : number));
                    tokens.row(row.toArray());
                });
        Table table = new Table("axis", "value", "samples", "share", "answers", "mean tokens");
        values.forEach((axis, counts) ->
                counts.forEach((value, count) ->
                        table.row(
                                axis,
                                value,
                                count.samples,
                                String.format(
                                        Locale.ROOT,
                                        "%.4f",
                                        count.samples / (double) lengths.size()),
                                count.answers,
                                count.samples == 0 ? "–" : decimal(mean(count)))));
        return tokens + System.lineSeparator() + table;
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }
}
