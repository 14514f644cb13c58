package org.anira.runtime.report;

import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

import java.awt.BasicStroke;
import java.util.Comparator;
import java.util.List;

/** The figure of accuracy over cost in steps, with the curve of the fixed depths. */
final class CostFigure {

    private CostFigure() {}

    static Figure of(Comparison comparison) {
        XYPlot plot =
                FigureStyle.plot(
                        FigureStyle.axis("mean steps per token (execution)"),
                        FigureStyle.axis("mean accuracy"));
        YIntervalSeriesCollection means = new YIntervalSeriesCollection();
        XYErrorRenderer markers = new XYErrorRenderer();
        markers.setDrawXError(false);
        markers.setCapLength(5);
        markers.setErrorStroke(new BasicStroke(1.1f));
        XYSeriesCollection seeds = new XYSeriesCollection();
        XYLineAndShapeRenderer seedMarkers = new XYLineAndShapeRenderer(false, true);
        for (int g = 0; g < comparison.groups().size(); g++) {
            Group group = comparison.groups().get(g);
            Summary summary = group.summary();
            YIntervalSeries point = new YIntervalSeries(group.label());
            point.add(
                    summary.stepsPerToken(),
                    summary.accuracy().value(),
                    summary.accuracy().low(),
                    summary.accuracy().high());
            means.addSeries(point);
            markers.setSeriesPaint(g, FigureStyle.colour(g));
            markers.setSeriesShape(g, FigureStyle.marker(g, 1.4));
            XYSeries points = new XYSeries(group.label() + " seeds");
            if (group.runs().size() > 1) {
                group.seedSummaries()
                        .forEach(each -> points.add(each.stepsPerToken(), each.accuracy().value()));
            }
            seeds.addSeries(points);
            seedMarkers.setSeriesPaint(g, FigureStyle.colour(g));
            seedMarkers.setSeriesShape(g, FigureStyle.marker(g, 0.7));
            seedMarkers.setSeriesShapesFilled(g, false);
            seedMarkers.setSeriesVisibleInLegend(g, false);
        }
        List<Group> fixed =
                comparison.groups().stream()
                        .filter(Group::fixed)
                        .sorted(
                                Comparator.comparingDouble(
                                        group -> group.summary().stepsPerToken()))
                        .toList();
        String curve;
        if (fixed.size() > 1) {
            XYSeries line = new XYSeries("fixed depths");
            fixed.forEach(group ->
                    line.add(group.summary().stepsPerToken(), group.summary().accuracy().value()));
            XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
            renderer.setSeriesPaint(0, FigureStyle.MUTED);
            renderer.setSeriesStroke(0, FigureStyle.dashed(1.4f, 5, 3));
            renderer.setLegendLine(FigureStyle.legendLine());
            plot.setDataset(1, new XYSeriesCollection(line));
            plot.setRenderer(1, renderer);
            curve = " The line joins the runs of fixed depth.";
        } else {
            curve =
                    fixed.isEmpty()
                            ? " There is no run of fixed depth to compare with."
                            : " One run of fixed depth: no curve.";
        }
        plot.setDataset(0, seeds);
        plot.setRenderer(0, seedMarkers);
        plot.setDataset(2, means);
        plot.setRenderer(2, markers);
        plot.getDomainAxis().setLowerMargin(0.12);
        plot.getDomainAxis().setUpperMargin(0.12);
        plot.getDomainAxis().setAutoRangeMinimumSize(0.5);
        plot.getRangeAxis().setAutoRangeMinimumSize(0.1);
        plot.getDomainAxis().setRange(FigureStyle.atLeast(1, plot.getDomainAxis().getRange()));
        plot.getRangeAxis().setRange(FigureStyle.atMost(1, plot.getRangeAxis().getRange()));
        plot.setDomainGridlinesVisible(true);
        plot.setDomainGridlinePaint(FigureStyle.GRID);
        plot.setDomainGridlineStroke(new BasicStroke(0.8f));
        String title = "%s: accuracy over steps".formatted(comparison.task());
        String caption =
                comparison.samples()
                        + " Means over all points of the grid, each point counting alike; bars: 95"
                        + " % intervals over samples; small open markers are single seeds."
                        + curve;
        return new Figure(
                "cost", title, caption, 720, 430, FigureStyle.chart(plot, title, caption, true));
    }
}
