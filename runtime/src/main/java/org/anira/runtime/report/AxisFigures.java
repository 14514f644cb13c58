package org.anira.runtime.report;

import org.anira.runtime.statistics.Estimate;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.data.Range;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

import java.awt.BasicStroke;
import java.awt.Paint;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Figures of quantities along the first axis of difficulty: one line for each group of runs. */
final class AxisFigures {

    /**
     * How far the lines of different groups are shifted apart, as a share of the distance between
     * two axis values.
     */
    private static final double DODGE = 0.05;

    private final Comparison comparison;
    private final AxisScale scale;

    AxisFigures(Comparison comparison) {
        this.comparison = comparison;
        this.scale = comparison.scale();
    }

    /** Returns accuracy with intervals, beside chance and the best constant answer. */
    Figure accuracy() {
        XYPlot plot = FigureStyle.plot(scale.axis(), FigureStyle.shares("accuracy"));
        lines(plot, Cell::accuracy);
        reference(
                plot,
                "best constant answer",
                cell -> OptionalDouble.of(cell.constant()),
                FigureStyle.dashed(1.4f, 5, 3));
        reference(plot, "chance", Cell::chance, FigureStyle.dashed(1.4f, 1.2f, 2.4f));
        shade(plot);
        String title = "%s: accuracy by %s".formatted(comparison.task(), scale.label());
        return figure("accuracy", title, "Bars: 95 % Wilson intervals over samples.", plot, 430);
    }

    /**
     * Returns the mean actual depth at the answers and, in a panel of its own, the expected depth.
     */
    Figure depth() {
        XYPlot actual = FigureStyle.plot(scale.axis(), depths("actual depth (steps)"));
        lines(actual, Cell::depth);
        shade(actual);
        String title = "%s: depth at the answer by %s".formatted(comparison.task(), scale.label());
        String intervals = "Bars: 95 % intervals of the mean.";
        XYPlot expected = FigureStyle.plot(scale.axis(), depths("expected depth (steps)"));
        lines(expected, Cell::expectedDepth);
        shade(expected);
        Range range =
                FigureStyle.atLeast(
                        1,
                        Range.combine(
                                actual.getRangeAxis().getRange(),
                                expected.getRangeAxis().getRange()));
        actual.getRangeAxis().setRange(range);
        expected.getRangeAxis().setRange(range);
        CombinedDomainXYPlot both = new CombinedDomainXYPlot(scale.axis());
        both.setGap(14);
        both.add(actual);
        both.add(expected);
        both.setFixedLegendItems(actual.getLegendItems());
        String caption =
                "Above: actual depth, the mean of the steps taken; below: expected depth, by the"
                        + " mechanism's own distribution, which is another quantity. ";
        return figure("depth", title, caption + intervals, both, 620);
    }

    private static NumberAxis depths(String label) {
        NumberAxis axis = FigureStyle.axis(label);
        axis.setAutoRangeMinimumSize(0.5);
        return axis;
    }

    private Figure figure(String name, String title, String caption, XYPlot plot, int height) {
        String text = comparison.samples() + " " + caption + markers();
        return new Figure(
                name, title, text, 720, height, FigureStyle.chart(plot, title, text, true));
    }

    /** Explains small markers and the shade, where there are any. */
    private String markers() {
        String seeds =
                comparison.groups().stream().anyMatch(group -> group.runs().size() > 1)
                        ? " Lines pool the seeds, small open markers are single seeds."
                        : "";
        return seeds + (comparison.extrapolates() ? "" : " All values lie in the training range.");
    }

    /** Draws each group's line with its intervals and, under it, the results of its seeds. */
    private void lines(XYPlot plot, Function<Cell, Estimate> quantity) {
        XYSeriesCollection seeds = new XYSeriesCollection();
        YIntervalSeriesCollection means = new YIntervalSeriesCollection();
        XYLineAndShapeRenderer seedMarkers = new XYLineAndShapeRenderer(false, true);
        XYErrorRenderer lines = new XYErrorRenderer();
        lines.setDrawXError(false);
        lines.setCapLength(5);
        lines.setErrorStroke(new BasicStroke(1.1f));
        lines.setDefaultLinesVisible(true);
        lines.setDrawSeriesLineAsPath(true);
        lines.setLegendLine(FigureStyle.legendLine());
        for (int g = 0; g < comparison.groups().size(); g++) {
            Group group = comparison.groups().get(g);
            double shift = (g - (comparison.groups().size() - 1) / 2.0) * DODGE * scale.step();
            YIntervalSeries line = new YIntervalSeries(group.label());
            for (Cell cell : group.cells()) {
                Estimate estimate = quantity.apply(cell);
                line.add(
                        scale.of(cell) + shift,
                        estimate.value(),
                        end(estimate.low(), estimate),
                        end(estimate.high(), estimate));
            }
            means.addSeries(line);
            lines.setSeriesPaint(g, FigureStyle.colour(g));
            lines.setSeriesStroke(g, FigureStyle.stroke(g));
            lines.setSeriesShape(g, FigureStyle.marker(g, 1));
            lines.setSeriesShapesFilled(g, true);
            XYSeries points = new XYSeries(group.label() + " seeds");
            if (group.runs().size() > 1) {
                for (List<Cell> run : group.bySeed()) {
                    run.forEach(cell ->
                            points.add(scale.of(cell) + shift, quantity.apply(cell).value()));
                }
            }
            seeds.addSeries(points);
            outline(seedMarkers, g, FigureStyle.marker(g, 0.6), FigureStyle.colour(g));
            seedMarkers.setSeriesVisibleInLegend(g, false);
        }
        plot.setDataset(0, seeds);
        plot.setRenderer(0, seedMarkers);
        plot.setDataset(1, means);
        plot.setRenderer(1, lines);
    }

    /**
     * Returns an end of an interval, made finite for drawing: a single sample has infinite ends.
     */
    private static double end(double end, Estimate estimate) {
        return Double.isFinite(end) ? end : estimate.value();
    }

    private static void outline(
            XYLineAndShapeRenderer renderer, int series, Shape shape, Paint paint) {
        renderer.setSeriesShape(series, shape);
        renderer.setSeriesPaint(series, paint);
        renderer.setSeriesShapesFilled(series, false);
        renderer.setSeriesOutlineStroke(series, new BasicStroke(0.8f));
    }

    /** Draws a thin grey line that is the same for all groups. */
    private void reference(
            XYPlot plot, String name, Function<Cell, OptionalDouble> value, Stroke stroke) {
        XYSeries series = new XYSeries(name);
        for (String each : scale.values()) {
            comparison.cells().stream()
                    .filter(cell -> cell.value().equals(each) && value.apply(cell).isPresent())
                    .findFirst()
                    .ifPresent(cell -> series.add(scale.of(cell), value.apply(cell).getAsDouble()));
        }
        if (series.isEmpty()) {
            return;
        }
        XYLineAndShapeRenderer line = new XYLineAndShapeRenderer(true, false);
        line.setSeriesPaint(0, FigureStyle.MUTED);
        line.setSeriesStroke(0, stroke);
        line.setDrawSeriesLineAsPath(true);
        line.setLegendLine(FigureStyle.legendLine());
        int index = plot.getDatasetCount();
        plot.setDataset(index, new XYSeriesCollection(series));
        plot.setRenderer(index, line);
    }

    /** Shades the values seen in training, where others are shown too. */
    private void shade(XYPlot plot) {
        if (!comparison.extrapolates()) {
            return;
        }
        for (AxisScale.Interval range : scale.ranges(comparison.trained())) {
            IntervalMarker marker = new IntervalMarker(range.from(), range.to(), FigureStyle.SHADE);
            marker.setAlpha(FigureStyle.SHADE_ALPHA);
            plot.addDomainMarker(0, marker, Layer.BACKGROUND);
        }
        LegendItemCollection legend = plot.getLegendItems();
        Shape patch = new Rectangle2D.Double(-16, -6, 32, 12);
        legend.add(
                new LegendItem("seen in training", null, null, null, patch, FigureStyle.faded()));
        plot.setFixedLegendItems(legend);
    }
}
