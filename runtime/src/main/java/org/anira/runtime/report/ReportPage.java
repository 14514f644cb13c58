package org.anira.runtime.report;

import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.Provenance;
import org.anira.runtime.run.ShellWords;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The page {@code report.html}: one file without links, readable on screens, on paper and by screen
 * readers.
 */
final class ReportPage {

    private final Comparison comparison;
    private final StringBuilder html = new StringBuilder();

    private ReportPage(Comparison comparison) {
        this.comparison = comparison;
    }

    /**
     * Returns the page.
     *
     * @param drawings the SVG of each figure by its name
     * @param withoutFigures why there are no figures; empty if there are
     */
    static String of(
            Comparison comparison,
            String command,
            List<Figure> figures,
            Map<String, String> drawings,
            String withoutFigures) {
        ReportPage page = new ReportPage(comparison);
        page.head();
        page.remarks();
        page.summary();
        page.figures(figures, drawings, withoutFigures);
        page.points();
        page.scores();
        page.generation();
        page.differences();
        page.cost();
        page.repeat(command);
        page.provenance();
        page.method();
        page.html.append("</main>\n</body>\n</html>\n");
        return page.html.toString();
    }

    private void head() {
        String title = "Comparison on %s".formatted(comparison.task());
        int runs = comparison.runs().size();
        html.append(
                """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <a class="skip" href="#figures">Skip to the figures</a>
                <main>
                <h1>%s</h1>
                <p class="muted">%s along %s. %s</p>
                """
                        .formatted(
                                escape(title),
                                style(),
                                escape(title),
                                runs == 1
                                        ? "One run"
                                        : "%d runs in %d groups"
                                                .formatted(runs, comparison.groups().size()),
                                escape(comparison.scale().label()),
                                escape(comparison.samples())));
    }

    private static String style() {
        try (InputStream css = ReportPage.class.getResourceAsStream("report.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remarks() {
        html.append(
                "<h2>What the numbers say, and what they do not</h2>\n<ul class=\"remarks\">\n");
        comparison
                .remarks()
                .forEach(remark -> html.append("<li>").append(escape(remark)).append("</li>\n"));
        html.append("</ul>\n");
    }

    private void summary() {
        List<List<String>> rows = new ArrayList<>();
        for (Group group : comparison.groups()) {
            Summary s = group.summary();
            rows.add(
                    List.of(
                            group.label(),
                            group.rule(),
                            String.join(", ", group.seeds()),
                            Tables.count(s.n()),
                            Tables.estimate(s.accuracy(), 3),
                            s.trainedAccuracy().map(a -> Tables.estimate(a, 3)).orElse("–"),
                            Tables.number(s.constant(), 3),
                            Tables.estimate(s.depth(), 2),
                            Tables.estimate(s.expectedDepth(), 2),
                            Tables.correlation(s.correlation())));
        }
        html.append("<h2>Summary</h2>\n");
        table(
                ("Means over the axis values, each counting alike; in brackets 95 %% intervals over"
                                + " samples. Spearman: actual depth of single answers against %s.")
                        .formatted(comparison.scale().name()),
                List.of(
                        "group",
                        "rule",
                        "seeds",
                        "n",
                        "accuracy",
                        "accuracy, trained values",
                        "best constant",
                        "actual depth",
                        "expected depth",
                        "Spearman"),
                rows,
                "");
    }

    private void figures(
            List<Figure> figures, Map<String, String> drawings, String withoutFigures) {
        html.append("<h2 id=\"figures\">Figures</h2>\n");
        if (!withoutFigures.isEmpty()) {
            html.append("<p>").append(escape(withoutFigures)).append("</p>\n");
        }
        for (Figure figure : figures) {
            // Inside a page an SVG element needs no name space.
            String svg = drawings.get(figure.name()).replaceAll(" xmlns(:xlink)?=\"[^\"]*\"", "");
            html.append("<figure>\n").append(svg).append("\n<figcaption>");
            html.append(escape(figure.title() + ". " + figure.caption()));
            html.append("</figcaption>\n</figure>\n");
        }
    }

    private void points() {
        html.append("<h2>Results by ").append(escape(comparison.scale().label())).append("</h2>\n");
        for (Group group : comparison.groups()) {
            List<List<String>> rows = new ArrayList<>();
            for (Cell cell : group.cells()) {
                rows.add(
                        List.of(
                                cell.value(),
                                cell.trained() ? "yes" : "no",
                                Tables.count(cell.n()),
                                Tables.estimate(cell.accuracy(), 3),
                                cell.chance().isPresent()
                                        ? Tables.number(cell.chance().getAsDouble(), 3)
                                        : "–",
                                Tables.number(cell.constant(), 3),
                                Tables.estimate(cell.depth(), 2),
                                Tables.estimate(cell.expectedDepth(), 2),
                                exits(cell)));
            }
            table(
                    "%s, %s".formatted(group.label(), group.seedsInWords()),
                    List.of(
                            comparison.scale().name(),
                            "trained",
                            "n",
                            "accuracy",
                            "chance",
                            "best constant",
                            "actual depth",
                            "expected depth",
                            "answers by exit depth 1, 2, …"),
                    rows,
                    "");
        }
    }

    /** Adds the rows of a table for a run's result at a point. */
    @FunctionalInterface
    private interface RowsOf {
        List<List<String>> of(PointResult result);
    }

    /** Writes a table of all runs' results, point by point; nothing if it would be empty. */
    private void results(String heading, String caption, List<String> columns, RowsOf of) {
        List<String> head = new ArrayList<>(List.of("group", "seed", "point"));
        head.addAll(columns);
        List<List<String>> rows = new ArrayList<>();
        for (Group group : comparison.groups()) {
            for (Run run : group.runs()) {
                for (PointResult result : run.results(run.step(), group.rule())) {
                    for (List<String> row : of.of(result)) {
                        List<String> whole = new ArrayList<>();
                        whole.add(group.label());
                        whole.add(run.seed());
                        whole.add(
                                result.point().entrySet().stream()
                                        .map(Object::toString)
                                        .collect(Collectors.joining(", ")));
                        whole.addAll(row);
                        rows.add(whole);
                    }
                }
            }
        }
        if (!rows.isEmpty()) {
            html.append("<h2>").append(heading).append("</h2>\n");
            table(caption, head, rows, "");
        }
    }

    private void scores() {
        results(
                "Scores",
                "What the task measures of the model's distribution, means over samples; in"
                        + " brackets 95 % intervals.",
                List.of("score", "n", "mean"),
                result ->
                        result.scores().orElse(Map.of()).entrySet().stream()
                                .map(score ->
                                        List.of(
                                                score.getKey(),
                                                Tables.count(result.n()),
                                                Tables.estimate(score.getValue(), 4)))
                                .toList());
    }

    private void generation() {
        results(
                "Generation accuracy",
                "Share of the continuations of prompts that the task accepts; in brackets Wilson's"
                    + " 95 % intervals over continuations, of which a single one is weak evidence."
                    + " Sampled: tokens drawn from the model's distribution, at temperature 1."
                    + " Greedy: the likeliest tokens, each different prompt once.",
                List.of("continuations", "n", "right", "different"),
                result ->
                        result.generation().orElse(List.of()).stream()
                                .map(each ->
                                        List.of(
                                                each.label(),
                                                Tables.count(each.n()),
                                                Tables.estimate(each.accuracy(), 3),
                                                Tables.count(each.distinct())))
                                .toList());
    }

    private static String exits(Cell cell) {
        return Arrays.stream(cell.exits())
                .mapToObj(Tables::count)
                .collect(Collectors.joining(" · "));
    }

    private void differences() {
        Map<String, List<String>> differences = comparison.differences();
        if (differences.isEmpty()) {
            return;
        }
        List<String> head = new ArrayList<>(List.of("setting"));
        comparison.groups().forEach(group -> head.add(group.label()));
        List<List<String>> rows = new ArrayList<>();
        differences.forEach((key, values) -> {
            List<String> row = new ArrayList<>(List.of(key));
            values.forEach(value -> row.add(value.isEmpty() ? "–" : value));
            rows.add(row);
        });
        html.append("<h2>Settings that differ</h2>\n");
        table(
                "All other settings are equal; they stand in each run's config.yaml.",
                head,
                rows,
                "words");
    }

    private void cost() {
        List<List<String>> rows = new ArrayList<>();
        for (Group group : comparison.groups()) {
            for (int i = 0; i < group.runs().size(); i++) {
                Run run = group.runs().get(i);
                Summary s = group.seedSummaries().get(i);
                rows.add(
                        List.of(
                                group.label(),
                                run.seed(),
                                Tables.number(s.stepsPerToken(), 3),
                                Tables.number(s.decisionsPerToken(), 3),
                                run.results(run.step(), group.rule()).stream()
                                        .map(PointResult::execution)
                                        .distinct()
                                        .collect(Collectors.joining(", ")),
                                run.setting("evaluation.batch"),
                                Tables.count(s.tokens()),
                                Tables.number(s.seconds(), 1),
                                trainingTime(run)));
            }
        }
        html.append("<h2>Cost</h2>\n");
        table(
                "Execution counts the steps of the recurrence that tokens take, decisions the calls"
                    + " of the halting head. Steps saved are not time saved: the seconds beside"
                    + " them are wall-clock time of the evaluation in batches of the given number"
                    + " of sequences, each padded to the longest of its batch; padding is no part"
                    + " of the token count. One measurement each, without warm-up.",
                List.of(
                        "group",
                        "seed",
                        "steps per token",
                        "decisions per token",
                        "form",
                        "batch",
                        "tokens",
                        "evaluation (s)",
                        "training, start to end"),
                rows,
                "");
    }

    private static String trainingTime(Run run) {
        return run.provenance()
                .flatMap(provenance ->
                        provenance.end().map(end -> Duration.between(provenance.start(), end)))
                .map(time ->
                        "%d:%02d:%02d"
                                .formatted(
                                        time.toHours(), time.toMinutesPart(), time.toSecondsPart()))
                .orElse("–");
    }

    private void repeat(String command) {
        html.append("<h2>How to repeat this</h2>\n<p>This page:</p>\n<pre><code>");
        html.append(escape(command)).append("</code></pre>\n");
        html.append(
                "<p>The runs, from their own settings, or by the command that was typed:</p>\n"
                        + "<pre><code>");
        for (Run run : comparison.runs()) {
            List<String> again = List.of("anira", "train", run.folder().config().toString());
            html.append(escape(ShellWords.join(again))).append('\n');
            run.provenance()
                    .filter(provenance -> !provenance.command().isEmpty())
                    .map(provenance -> ShellWords.join(provenance.command()))
                    .ifPresent(typed -> html.append(escape("    # %s\n".formatted(typed))));
        }
        html.append("</code></pre>\n");
    }

    private void provenance() {
        html.append("<h2>Where the runs come from</h2>\n");
        List<List<String>> rows = new ArrayList<>();
        for (Run run : comparison.runs()) {
            Optional<Provenance> provenance = run.provenance();
            rows.add(
                    List.of(
                            run.path(),
                            run.seed(),
                            "%s, step %s"
                                    .formatted(
                                            run.status().state(),
                                            Tables.count(run.status().step())),
                            provenance
                                    .map(p -> p.anira() + p.commit().map(c -> ", " + c).orElse(""))
                                    .orElse("–"),
                            provenance
                                    .map(p ->
                                            "%s, %s on %s, threads: %d"
                                                    .formatted(
                                                            p.backend().name(),
                                                            p.backend().library(),
                                                            p.backend().device(),
                                                            p.backend().threads()))
                                    .orElse("–"),
                            provenance
                                    .map(p ->
                                            "%s; %s; Java %s"
                                                    .formatted(
                                                            p.machine().processor(),
                                                            p.machine().system(),
                                                            p.machine().java()))
                                    .orElse("–"),
                            provenance
                                    .map(p -> p.start().truncatedTo(ChronoUnit.SECONDS).toString())
                                    .orElse("–")));
        }
        table(
                "Runs",
                List.of("run", "seed", "state", "anira", "backend", "machine", "start"),
                rows,
                "words");
        Map<String, List<String>> plugins = new TreeMap<>();
        for (Run run : comparison.runs()) {
            for (Map<String, Object> plugin :
                    run.provenance().map(Provenance::plugins).orElse(List.of())) {
                List<String> row =
                        Stream.of("id", "version", "sha256", "path")
                                .map(key -> plugin.getOrDefault(key, "–").toString())
                                .toList();
                plugins.putIfAbsent(String.join(" ", row), row);
            }
        }
        if (!plugins.isEmpty()) {
            table(
                    "Plug-ins of all runs; the SHA-256 of one with several jars is that of their"
                            + " hashes.",
                    List.of("plug-in", "version", "SHA-256", "file"),
                    List.copyOf(plugins.values()),
                    "words");
        }
    }

    private void method() {
        html.append(
                """
                <h2>How the numbers are made</h2>
                <ul>
                <li>Accuracy is the share of answers that are right at one value of the axis; results at points that
                share this value, and runs that differ in the seed alone, are pooled. Interval: Wilson's score interval
                over samples, 95 %, in which the answers within one sample count as one. It does not cover how much trainings differ; single seeds are shown for that.</li>
                <li>Actual depth is the number of steps taken at the position that predicts the answer; its interval is
                Student's t over samples, 95 %. Expected depth is the mean of E[d] = Σ d·q(d) of the halting
                distribution at the same positions. The two are different quantities and never share an axis.</li>
                <li>Means over the axis give each value the same weight; the squares of the halves of the intervals
                add up.</li>
                <li>Spearman's correlation is computed over single answers with mean ranks for ties; interval: Fisher's
                z with the standard error of Bonett and Wright (2000), 95 %. Answers within one sample are counted as
                independent.</li>
                <li>Chance is the share that a blind guess among the plausible answers gets right; best constant answer
                is the largest share that one answer, given always, gets right on the same samples.</li>
                </ul>
                """);
    }

    private void table(String caption, List<String> head, List<List<String>> rows, String kind) {
        html.append("<div class=\"scroll\"><table")
                .append(kind.isEmpty() ? "" : " class=\"" + kind + "\"");
        html.append(">\n<caption>").append(escape(caption)).append("</caption>\n<thead><tr>");
        head.forEach(
                name -> html.append("<th scope=\"col\">").append(escape(name)).append("</th>"));
        html.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            html.append("<tr><th scope=\"row\">").append(escape(row.getFirst())).append("</th>");
            row.stream()
                    .skip(1)
                    .forEach(value -> html.append("<td>").append(escape(value)).append("</td>"));
            html.append("</tr>\n");
        }
        html.append("</tbody></table></div>\n");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
