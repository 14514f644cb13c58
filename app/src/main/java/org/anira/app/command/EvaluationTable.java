package org.anira.app.command;

import org.anira.runtime.report.Table;
import org.anira.runtime.run.Generation;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.statistics.Estimate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The results of an evaluation, as tables and as JSON. */
final class EvaluationTable {

    private EvaluationTable() {}

    /**
     * Returns a table with a row for each point and one for their mean. A table of scores follows
     * if the task has a scorer, and one of continuations if there are any.
     */
    static String table(List<PointResult> results) {
        Table table =
                new Table(
                        "point",
                        "n",
                        "accuracy",
                        "95 %",
                        "chance",
                        "constant",
                        "actual depth",
                        "95 %",
                        "E[depth]",
                        "steps/token",
                        "decisions/token");
        for (PointResult result : results) {
            table.row(
                    point(result),
                    result.n(),
                    three(result.accuracy()),
                    interval(result.low(), result.high()),
                    three(result.chance()),
                    three(result.constant()),
                    two(result.meanDepth().value()),
                    interval(result.meanDepth()),
                    two(result.expectedDepth().value()),
                    two((double) result.executionSteps() / result.tokens()),
                    two((double) result.decisions() / result.tokens()));
        }
        long tokens = results.stream().mapToLong(PointResult::tokens).sum();
        table.row(
                "mean",
                results.stream().mapToLong(PointResult::n).sum(),
                three(mean(results, "accuracy")),
                "",
                "–",
                three(results.stream().mapToDouble(PointResult::constant).average().orElseThrow()),
                two(mean(results, "depth")),
                "",
                two(mean(results, "expected-depth")),
                two(
                        (double) results.stream().mapToLong(PointResult::executionSteps).sum()
                                / tokens),
                two((double) results.stream().mapToLong(PointResult::decisions).sum() / tokens));
        return table + scores(results) + generation(results);
    }

    private static String scores(List<PointResult> results) {
        List<String> names =
                results.stream()
                        .flatMap(result -> result.scores().stream())
                        .flatMap(scores -> scores.keySet().stream())
                        .distinct()
                        .toList();
        if (names.isEmpty()) {
            return "";
        }
        Table table =
                new Table(Stream.concat(Stream.of("point"), names.stream()).toArray(String[]::new));
        for (PointResult result : results) {
            Map<String, Estimate> scores = result.scores().orElse(Map.of());
            table.row(
                    Stream.concat(
                                    Stream.of(point(result)),
                                    names.stream().map(name -> estimate(scores.get(name))))
                            .toArray());
        }
        return System.lineSeparator() + table;
    }

    private static String generation(List<PointResult> results) {
        Table table = new Table("point", "continuations", "n", "right", "different");
        boolean none = true;
        for (PointResult result : results) {
            for (Generation each : result.generation().orElse(List.of())) {
                table.row(
                        point(result),
                        each.label(),
                        each.n(),
                        estimate(each.accuracy()),
                        each.distinct());
                none = false;
            }
        }
        return none ? "" : System.lineSeparator() + table;
    }

    private static String estimate(Estimate score) {
        return score == null || Double.isNaN(score.value())
                ? "–"
                : "%s [%s, %s]"
                        .formatted(three(score.value()), three(score.low()), three(score.high()));
    }

    /**
     * Returns the mean over all points, with equal weights.
     *
     * @param metric one of {@link Requirement#METRICS}
     */
    static double mean(List<PointResult> results, String metric) {
        return results.stream()
                .mapToDouble(result ->
                        switch (metric) {
                            case "accuracy" -> result.accuracy();
                            case "depth" -> result.meanDepth().value();
                            case "expected-depth" -> result.expectedDepth().value();
                            case "cross-entropy" -> result.crossEntropy();
                            default -> throw new IllegalArgumentException(metric);
                        })
                .average()
                .orElseThrow();
    }

    private static String point(PointResult result) {
        String point =
                result.point().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(","));
        return result.trained() ? point : point + " (unseen)";
    }

    private static String interval(Estimate estimate) {
        return Double.isFinite(estimate.low())
                ? "[%s, %s]".formatted(two(estimate.low()), two(estimate.high()))
                : "–";
    }

    private static String interval(double low, double high) {
        return Double.isNaN(low) ? "–" : "[%s, %s]".formatted(three(low), three(high));
    }

    private static String three(OptionalDouble value) {
        return value.isPresent() ? three(value.getAsDouble()) : "–";
    }

    private static String three(double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
    }

    private static String two(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
