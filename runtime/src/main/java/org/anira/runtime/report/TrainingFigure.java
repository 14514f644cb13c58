package org.anira.runtime.report;

import org.anira.runtime.run.Metrics;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.statistics.Estimate;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** The figure of training: loss, and accuracy and depth at evaluations, one line for each run. */
final class TrainingFigure {

    /** The metric of the upper panel. */
    static final String LOSS = "cross_entropy";

    private TrainingFigure() {}

    /** Returns the figure; empty if no run has logged anything. */
    static Optional<Figure> of(Comparison comparison) {
        List<XYPlot> panels = new ArrayList<>();
        panel("cross entropy (nats)", comparison, false, TrainingFigure::losses)
                .ifPresent(panels::add);
        if (panels.isEmpty()) {
            return Optional.empty();
        }
        panel(
                        "accuracy",
                        comparison,
                        true,
                        (run, rule) -> evaluated(run, rule, PointResult::accuracy))
                .ifPresent(panels::add);
        comparison.scores().stream()
                .findFirst()
                .flatMap(score ->
                        panel(
                                score,
                                comparison,
                                true,
                                (run, rule) ->
                                        evaluated(run, rule, result -> score(result, score))))
                .ifPresent(panels::add);
        panel(
                        "actual depth (steps)",
                        comparison,
                        true,
                        (run, rule) -> evaluated(run, rule, result -> result.meanDepth().value()))
                .ifPresent(panels::add);
        NumberAxis steps = FigureStyle.whole("training step");
        steps.setNumberFormatOverride(FigureStyle.format("#,##0"));
        steps.setAutoRangeIncludesZero(true);
        CombinedDomainXYPlot all = new CombinedDomainXYPlot(steps);
        all.setGap(12);
        panels.forEach(all::add);
        String title = "%s: training".formatted(comparison.task());
        String caption =
                "One line for each run, seeds alike in colour and dash. Above: cross entropy of the"
                    + " answers in training, mean since the line before; below: means over the grid"
                    + " at evaluations.";
        return Optional.of(
                new Figure(
                        "training",
                        title,
                        caption,
                        720,
                        170 + 170 * panels.size(),
                        FigureStyle.chart(all, title, caption, true)));
    }

    /** Reads a curve of a run for a rule. */
    @FunctionalInterface
    private interface Curve {
        List<double[]> of(Run run, String rule);
    }

    private static Optional<XYPlot> panel(
            String label, Comparison comparison, boolean markers, Curve curve) {
        XYSeriesCollection data = new XYSeriesCollection();
        XYLineAndShapeRenderer lines = new XYLineAndShapeRenderer(true, markers);
        lines.setDrawSeriesLineAsPath(true);
        lines.setLegendLine(FigureStyle.legendLine());
        for (int g = 0; g < comparison.groups().size(); g++) {
            Group group = comparison.groups().get(g);
            for (int r = 0; r < group.runs().size(); r++) {
                XYSeries series = new XYSeries(r == 0 ? group.label() : group.label() + " / " + r);
                curve.of(group.runs().get(r), group.rule()).forEach(xy -> series.add(xy[0], xy[1]));
                int index = data.getSeriesCount();
                data.addSeries(series);
                lines.setSeriesPaint(index, FigureStyle.colour(g));
                lines.setSeriesStroke(index, FigureStyle.thin(g));
                lines.setSeriesShape(index, FigureStyle.marker(g, 0.8));
                lines.setSeriesVisibleInLegend(index, r == 0 && !markers);
            }
        }
        boolean empty = true;
        for (int i = 0; i < data.getSeriesCount(); i++) {
            empty &= data.getItemCount(i) == 0;
        }
        if (empty) {
            return Optional.empty();
        }
        NumberAxis axis = FigureStyle.axis(label);
        axis.setUpperMargin(0.1);
        axis.setLowerMargin(0.1);
        XYPlot plot = FigureStyle.plot(null, axis);
        plot.setDataset(data);
        plot.setRenderer(lines);
        return Optional.of(plot);
    }

    private static List<double[]> losses(Run run, String rule) {
        List<double[]> curve = new ArrayList<>();
        for (Map<String, Object> line : run.metrics()) {
            if ("train".equals(line.get("split")) && line.containsKey(LOSS)) {
                double loss = Metrics.number(line.get(LOSS));
                if (Double.isFinite(loss)) {
                    curve.add(new double[] {Metrics.number(line.get("step")), loss});
                }
            }
        }
        return curve;
    }

    private static double score(PointResult result, String name) {
        return result.scores()
                .map(scores -> scores.get(name))
                .map(Estimate::value)
                .orElse(Double.NaN);
    }

    /** Returns a mean over the grid at each step that was evaluated. */
    private static List<double[]> evaluated(
            Run run, String rule, Function<PointResult, Double> value) {
        TreeSet<Long> steps = new TreeSet<>();
        run.evaluations().forEach(result -> steps.add(result.step()));
        List<double[]> curve = new ArrayList<>();
        for (long step : steps) {
            run.results(step, rule).stream()
                    .mapToDouble(value::apply)
                    .filter(Double::isFinite)
                    .average()
                    .ifPresent(mean -> curve.add(new double[] {step, mean}));
        }
        return curve;
    }
}
