package org.anira.runtime.report;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CombinedRangeXYPlot;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.PaintScale;
import org.jfree.chart.renderer.xy.XYBlockRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.PaintScaleLegend;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.DefaultXYZDataset;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Paint;
import java.util.ArrayList;
import java.util.List;

/** Figures of exit depths: for each group a heat map of exit depth against the first axis. */
final class ExitFigures {

    /** The number of maps side by side in one figure. */
    private static final int ACROSS = 3;

    private static final Color MEAN = FigureStyle.colour(1);

    private ExitFigures() {}

    static List<Figure> of(Comparison comparison) {
        List<Figure> figures = new ArrayList<>();
        List<Group> groups = comparison.groups();
        for (int from = 0; from < groups.size(); from += ACROSS) {
            String name = groups.size() <= ACROSS ? "exits" : "exits-" + (from / ACROSS + 1);
            figures.add(
                    figure(
                            comparison,
                            name,
                            groups.subList(from, Math.min(groups.size(), from + ACROSS))));
        }
        return figures;
    }

    private static Figure figure(Comparison comparison, String name, List<Group> groups) {
        int deepest = comparison.maxDepth();
        NumberAxis depths = FigureStyle.whole("exit depth (steps)");
        depths.setRange(0.5, deepest + 0.5);
        depths.setTickUnit(
                new NumberTickUnit(
                        Math.max(1, Math.round(deepest / 8.0)), FigureStyle.format("0")));
        CombinedRangeXYPlot all = new CombinedRangeXYPlot(depths);
        all.setGap(16);
        FigureStyle.style(all);
        groups.forEach(group -> all.add(map(comparison.scale(), group, deepest)));
        String title =
                "%s: exit depth of the answers by %s"
                        .formatted(comparison.task(), comparison.scale().label());
        String caption =
                comparison.samples()
                        + " Shade: share of the answers at one value that left at a depth; dots:"
                        + " mean actual depth.";
        JFreeChart chart = FigureStyle.chart(all, title, caption, false);
        chart.addSubtitle(scale());
        int width = Math.max(460, 150 + 260 * groups.size());
        return new Figure(name, title, caption, width, 400, chart);
    }

    private static XYPlot map(AxisScale scale, Group group, int deepest) {
        int size = group.cells().size() * deepest;
        double[][] xyz = new double[3][size];
        XYSeries means = new XYSeries("mean");
        int i = 0;
        for (Cell cell : group.cells()) {
            means.add(scale.of(cell), cell.depth().value());
            for (int d = 1; d <= deepest; d++, i++) {
                xyz[0][i] = scale.of(cell);
                xyz[1][i] = d;
                xyz[2][i] = cell.share(d);
            }
        }
        DefaultXYZDataset shares = new DefaultXYZDataset();
        shares.addSeries("share", xyz);
        XYBlockRenderer blocks = new XYBlockRenderer();
        blocks.setBlockWidth(scale.step());
        blocks.setBlockHeight(1);
        blocks.setPaintScale(new Shades());
        ValueAxis across = scale.axis();
        across.setLabel("%s, by %s".formatted(group.label(), scale.label()));
        across.setLabelFont(FigureStyle.bold(11.5f));
        XYPlot plot = FigureStyle.plot(across, null);
        plot.setDataset(0, shares);
        plot.setRenderer(0, blocks);
        XYLineAndShapeRenderer dots = new XYLineAndShapeRenderer(false, true);
        dots.setSeriesShape(0, FigureStyle.marker(0, 1.1));
        dots.setSeriesPaint(0, MEAN);
        dots.setUseOutlinePaint(true);
        dots.setSeriesOutlinePaint(0, Color.WHITE);
        dots.setSeriesOutlineStroke(0, new BasicStroke(1.2f));
        plot.setDataset(1, new XYSeriesCollection(means));
        plot.setRenderer(1, dots);
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        plot.setRangeGridlinesVisible(false);
        plot.setOutlineVisible(true);
        plot.setOutlinePaint(FigureStyle.GRID);
        return plot;
    }

    private static PaintScaleLegend scale() {
        PaintScaleLegend legend =
                new PaintScaleLegend(new Shades(), FigureStyle.axis("share of answers"));
        legend.setPosition(RectangleEdge.RIGHT);
        legend.setAxisLocation(AxisLocation.BOTTOM_OR_RIGHT);
        legend.setStripWidth(12);
        legend.setStripOutlineVisible(false);
        legend.setSubdivisionCount(50);
        legend.setMargin(new RectangleInsets(4, 6, 46, 6));
        legend.getAxis().setRange(0, 1);
        return legend;
    }

    /** White to dark blue; lightness falls evenly, so that it is readable in grey. */
    private static final class Shades implements PaintScale, java.io.Serializable {

        private static final long serialVersionUID = 1L;

        private static final int[][] STOPS = {
            {0xFF, 0xFF, 0xFF},
            {0xC6, 0xDB, 0xEF},
            {0x6B, 0xAE, 0xD6},
            {0x21, 0x71, 0xB5},
            {0x08, 0x30, 0x6B}
        };

        @Override
        public double getLowerBound() {
            return 0;
        }

        @Override
        public double getUpperBound() {
            return 1;
        }

        @Override
        public Paint getPaint(double share) {
            double place = Math.clamp(share, 0, 1) * (STOPS.length - 1);
            int stop = Math.min((int) place, STOPS.length - 2);
            double mix = place - stop;
            int[] rgb = new int[3];
            for (int c = 0; c < 3; c++) {
                rgb[c] = (int) Math.round(STOPS[stop][c] * (1 - mix) + STOPS[stop + 1][c] * mix);
            }
            return new Color(rgb[0], rgb[1], rgb[2]);
        }
    }
}
