package org.anira.runtime.report;

import org.anira.runtime.run.Generation;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.statistics.Estimate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A comparison as CSV and JSON, for programs, and as text, for a terminal. */
final class Tables {

    /** Stands where a number has no value. */
    private static final String NONE = "–";

    /** The schema of {@code comparison.json}; it also marks a folder as a comparison. */
    static final String SCHEMA = "anira.comparison/1";

    private Tables() {}

    /** Returns one line for each run and point, with a line of names above. */
    static String csv(Comparison comparison) {
        int deepest = comparison.maxDepth();
        List<String> axes = comparison.runs().getFirst().axes();
        List<String> head =
                new ArrayList<>(
                        List.of("group", "mechanism", "rule", "run", "seed", "step", "execution"));
        head.addAll(axes);
        head.addAll(
                List.of(
                        "trained",
                        "n",
                        "answers",
                        "correct",
                        "accuracy",
                        "accuracy_low",
                        "accuracy_high",
                        "chance"));
        head.addAll(
                List.of(
                        "constant",
                        "cross_entropy",
                        "depth",
                        "depth_low",
                        "depth_high",
                        "expected_depth"));
        head.addAll(
                List.of(
                        "expected_depth_low",
                        "expected_depth_high",
                        "expected_depth_all",
                        "free_expected_depth"));
        head.addAll(
                List.of("execution_steps", "decisions", "tokens", "seconds", "evaluation_seed"));
        for (int d = 1; d <= deepest; d++) {
            head.add("exits_" + d);
        }
        List<String> scores = comparison.scores();
        for (String score : scores) {
            head.addAll(List.of(score, score + " low", score + " high"));
        }
        List<String> generation = comparison.generation();
        for (String kind : generation) {
            for (String column : List.of("n", "right", "low", "high", "different")) {
                head.add("%s %s".formatted(kind, column));
            }
        }
        StringBuilder csv = new StringBuilder();
        append(csv, head);
        for (Group group : comparison.groups()) {
            for (Run run : group.runs()) {
                for (PointResult result : run.results(run.step(), group.rule())) {
                    List<Object> line =
                            new ArrayList<>(
                                    List.of(
                                            group.label(),
                                            group.mechanism(),
                                            group.rule(),
                                            run.path(),
                                            run.seed(),
                                            result.step(),
                                            result.execution()));
                    axes.forEach(axis -> line.add(result.point().get(axis)));
                    line.addAll(
                            List.of(
                                    result.trained(),
                                    result.n(),
                                    result.judged(),
                                    result.correct(),
                                    result.accuracy(),
                                    result.low(),
                                    result.high(),
                                    text(result.chance()),
                                    result.constant(),
                                    result.crossEntropy()));
                    line.addAll(values(result.meanDepth()));
                    line.addAll(values(result.expectedDepth()));
                    line.addAll(
                            List.of(
                                    result.expectedDepthAll(),
                                    text(result.freeExpectedDepth()),
                                    result.executionSteps(),
                                    result.decisions(),
                                    result.tokens(),
                                    result.seconds(),
                                    result.seed()));
                    for (int d = 1; d <= deepest; d++) {
                        line.add(d <= result.exits().size() ? result.exits().get(d - 1) : 0L);
                    }
                    for (String score : scores) {
                        line.addAll(
                                result.scores()
                                        .map(values -> values.get(score))
                                        .map(Tables::values)
                                        .orElse(List.of("", "", "")));
                    }
                    for (String kind : generation) {
                        line.addAll(
                                result.generation().stream()
                                        .flatMap(List::stream)
                                        .filter(each -> each.label().equals(kind))
                                        .findFirst()
                                        .map(Tables::values)
                                        .orElse(List.of("", "", "", "", "")));
                    }
                    append(csv, line);
                }
            }
        }
        return csv.toString();
    }

    private static List<Object> values(Estimate estimate) {
        return List.of(estimate.value(), estimate.low(), estimate.high());
    }

    private static List<Object> values(Generation generation) {
        List<Object> values = new ArrayList<>(List.of(generation.n()));
        values.addAll(values(generation.accuracy()));
        values.add(generation.distinct());
        return values;
    }

    private static String text(OptionalDouble value) {
        return value.isPresent() ? String.valueOf(value.getAsDouble()) : "";
    }

    /** Appends a line in the form of RFC 4180. */
    private static void append(StringBuilder csv, List<?> line) {
        for (int i = 0; i < line.size(); i++) {
            String value =
                    line.get(i) instanceof Double number && !Double.isFinite(number)
                            ? ""
                            : line.get(i).toString();
            boolean quote =
                    value.contains(",")
                            || value.contains("\"")
                            || value.contains("\n")
                            || value.contains("\r");
            csv.append(i == 0 ? "" : ",")
                    .append(quote ? "\"" + value.replace("\"", "\"\"") + "\"" : value);
        }
        csv.append("\r\n");
    }

    static String json(Comparison comparison) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("task", comparison.task());
        document.put("axis", comparison.scale().name());
        document.put("values", comparison.scale().values());
        document.put("groups", comparison.groups().stream().map(Tables::group).toList());
        document.put("differences", comparison.differences());
        document.put("remarks", comparison.remarks());
        return Json.document(SCHEMA, document);
    }

    private static Map<String, Object> group(Group group) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("label", group.label());
        json.put("mechanism", group.mechanism());
        json.put("rule", group.rule());
        json.put("fixed", group.fixed());
        json.put("seeds", group.seeds());
        json.put("summary", group.summary());
        json.put("cells", group.cells());
        List<Map<String, Object>> runs = new ArrayList<>();
        for (int i = 0; i < group.runs().size(); i++) {
            Run run = group.runs().get(i);
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("path", run.path());
            each.put("seed", run.seed());
            each.put("status", run.status().state().toString());
            each.put("step", run.step());
            each.put("summary", group.seedSummaries().get(i));
            each.put("points", run.results(run.step(), group.rule()));
            runs.add(each);
        }
        json.put("runs", runs);
        return json;
    }

    /** Returns the summaries, one line for each group. */
    static String text(Comparison comparison) {
        Table table =
                new Table(
                        "group",
                        "seeds",
                        "n",
                        "accuracy",
                        "constant",
                        "actual depth",
                        "Spearman",
                        "steps/token",
                        "decisions/token");
        for (Group group : comparison.groups()) {
            Summary summary = group.summary();
            table.row(
                    group.label(),
                    String.join(" ", group.seeds()),
                    count(summary.n()),
                    estimate(summary.accuracy(), 3),
                    number(summary.constant(), 3),
                    estimate(summary.depth(), 2),
                    correlation(summary.correlation()),
                    number(summary.stepsPerToken(), 2),
                    number(summary.decisionsPerToken(), 2));
        }
        return table.toString();
    }

    static String correlation(Optional<Estimate> correlation) {
        return correlation.map(rho -> estimate(rho, 3)).orElse(NONE);
    }

    /** Returns an estimate with its interval, as in {@code 0.912 [0.901, 0.922]}. */
    static String estimate(Estimate estimate, int digits) {
        if (Double.isNaN(estimate.value())) {
            return NONE;
        }
        return "%s [%s, %s]"
                .formatted(
                        number(estimate.value(), digits),
                        number(estimate.low(), digits),
                        number(estimate.high(), digits));
    }

    /** Returns a whole number with its digits in groups of three. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String number(double value, int digits) {
        return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
