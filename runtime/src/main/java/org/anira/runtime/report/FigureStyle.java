package org.anira.runtime.report;

import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.Range;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;

/**
 * The style of figures: white ground, few lines, and series that differ in colour, marker and dash
 * together, so that they can be told apart in grey and by colour-blind readers. Colours: Okabe and
 * Ito, "Color Universal Design" (2008), without the yellow, which is too light on white.
 */
final class FigureStyle {

    /** Text, axes and outlines. */
    static final Color INK = new Color(0x26, 0x26, 0x26);

    /** Secondary text and reference lines. */
    static final Color MUTED = new Color(0x66, 0x66, 0x66);

    static final Color GRID = new Color(0xE4, 0xE4, 0xE4);

    /**
     * TrainingSample over the ground, nearly transparent, where axis values were seen in training.
     */
    static final Color SHADE = INK;

    static final float SHADE_ALPHA = 0.07f;

    private static final Color[] COLOURS = {
        new Color(0x00, 0x72, 0xB2), // blue
        new Color(0xD5, 0x5E, 0x00), // vermilion
        new Color(0x00, 0x9E, 0x73), // bluish green
        new Color(0xCC, 0x79, 0xA7), // reddish purple
        new Color(0x00, 0x00, 0x00), // black
        new Color(0xE6, 0x9F, 0x00), // orange
        new Color(0x56, 0xB4, 0xE9), // sky blue
    };

    private static final float[][] DASHES = {null, {7, 3}, {2, 2.5f}, {9, 3, 2, 3}, {12, 4}};

    private static final double MARKER = 3.6;

    /** Room for a marker, as a share of an axis. */
    private static final double EDGE = 0.04;

    private FigureStyle() {}

    /** Returns the shade as it looks on white. */
    static Color faded() {
        int grey = Math.round(255 - SHADE_ALPHA * (255 - SHADE.getRed()));
        return new Color(grey, grey, grey);
    }

    static Color colour(int series) {
        return COLOURS[series % COLOURS.length];
    }

    static BasicStroke stroke(int series) {
        return dashed(1.8f, DASHES[series % DASHES.length]);
    }

    /** Returns a thin stroke, for lines that lie close. */
    static BasicStroke thin(int series) {
        return dashed(1.2f, DASHES[series % DASHES.length]);
    }

    static BasicStroke dashed(float width, float... dash) {
        return new BasicStroke(
                width,
                BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                10,
                dash == null || dash.length == 0 ? null : dash,
                0);
    }

    /** Returns a marker around (0, 0). */
    static Shape marker(int series, double scale) {
        double r = MARKER * scale;
        return switch (series % 5) {
            case 0 -> new Ellipse2D.Double(-r, -r, 2 * r, 2 * r);
            case 1 -> new Rectangle2D.Double(-0.9 * r, -0.9 * r, 1.8 * r, 1.8 * r);
            case 2 -> polygon(0, -1.2 * r, 1.1 * r, 0.8 * r, -1.1 * r, 0.8 * r);
            case 3 -> polygon(0, -1.3 * r, 1.3 * r, 0, 0, 1.3 * r, -1.3 * r, 0);
            default -> polygon(0, 1.2 * r, 1.1 * r, -0.8 * r, -1.1 * r, -0.8 * r);
        };
    }

    private static Shape polygon(double... xy) {
        Path2D path = new Path2D.Double();
        path.moveTo(xy[0], xy[1]);
        for (int i = 2; i < xy.length; i += 2) {
            path.lineTo(xy[i], xy[i + 1]);
        }
        path.closePath();
        return path;
    }

    static Font font(float size) {
        return Fonts.PLAIN.deriveFont(size);
    }

    static Font bold(float size) {
        return Fonts.BOLD.deriveFont(size);
    }

    /** Returns the lines of the legend's samples. */
    static Shape legendLine() {
        return new Line2D.Double(-16, 0, 16, 0);
    }

    /** Returns an axis over numbers. */
    static NumberAxis axis(String label) {
        NumberAxis axis = new NumberAxis(label);
        axis.setAutoRangeIncludesZero(false);
        axis.setTickLabelInsets(new RectangleInsets(6, 8, 6, 5)); // keeps labels apart
        style(axis);
        return axis;
    }

    /** Returns an axis over shares, with room above 1 for markers. */
    static NumberAxis shares(String label) {
        NumberAxis axis = axis(label);
        axis.setRange(-0.02, 1.04);
        axis.setTickUnit(new NumberTickUnit(0.2, format("0.0")));
        return axis;
    }

    /** Returns an axis over whole numbers. */
    static NumberAxis whole(String label) {
        NumberAxis axis = axis(label);
        axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits(Locale.ROOT));
        return axis;
    }

    /** Returns a range cut off below a least possible value, with room for a marker at it. */
    static Range atLeast(double least, Range range) {
        return new Range(
                Math.max(range.getLowerBound(), least - EDGE * range.getLength()),
                range.getUpperBound());
    }

    /** Returns a range cut off above a largest possible value, with room for a marker at it. */
    static Range atMost(double most, Range range) {
        return new Range(
                range.getLowerBound(),
                Math.min(range.getUpperBound(), most + EDGE * range.getLength()));
    }

    /** Returns an axis over names: the i-th name lies at i. */
    static SymbolAxis names(String label, List<String> names) {
        SymbolAxis axis = new SymbolAxis(label, names.toArray(String[]::new));
        axis.setGridBandsVisible(false);
        axis.setVerticalTickLabels(names.stream().mapToInt(String::length).sum() > 60);
        style(axis);
        return axis;
    }

    static DecimalFormat format(String pattern) {
        return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
    }

    private static void style(Axis axis) {
        axis.setLabelFont(font(12));
        axis.setLabelPaint(INK);
        axis.setTickLabelFont(font(11));
        axis.setTickLabelPaint(INK);
        axis.setAxisLinePaint(INK);
        axis.setTickMarkPaint(INK);
    }

    /** Returns a plot without data, in this look. */
    static XYPlot plot(ValueAxis across, ValueAxis up) {
        XYPlot plot = new XYPlot(null, across, up, null);
        style(plot);
        return plot;
    }

    static void style(XYPlot plot) {
        plain(plot);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(GRID);
        plot.setRangeGridlineStroke(new BasicStroke(0.8f));
        plot.setAxisOffset(new RectangleInsets(0, 0, 0, 0));
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
    }

    private static void plain(Plot plot) {
        plot.setBackgroundPaint(Color.WHITE);
        plot.setOutlineVisible(false);
        plot.setInsets(new RectangleInsets(4, 4, 4, 10));
        plot.setNoDataMessageFont(font(12));
    }

    /**
     * Returns a chart of a plot with a title, a line below it and, if wished, a legend at the
     * bottom.
     */
    static JFreeChart chart(Plot plot, String title, String below, boolean legend) {
        JFreeChart chart = new JFreeChart(null, font(12), plot, false);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(8, 8, 8, 8));
        chart.setTextAntiAlias(true);
        chart.addSubtitle(text(title, bold(14), INK));
        chart.addSubtitle(text(below, font(10.5f), MUTED));
        if (legend) {
            LegendTitle samples = new LegendTitle(plot);
            samples.setItemFont(font(11.5f));
            samples.setItemPaint(INK);
            samples.setFrame(BlockBorder.NONE);
            samples.setPosition(RectangleEdge.BOTTOM);
            samples.setBackgroundPaint(Color.WHITE);
            samples.setHorizontalAlignment(HorizontalAlignment.LEFT);
            samples.setItemLabelPadding(new RectangleInsets(2, 3, 2, 14));
            chart.addSubtitle(samples);
        }
        return chart;
    }

    private static TextTitle text(String text, Font font, Color colour) {
        TextTitle title = new TextTitle(text, font);
        title.setPaint(colour);
        title.setTextAlignment(HorizontalAlignment.LEFT);
        title.setHorizontalAlignment(HorizontalAlignment.LEFT);
        title.setPosition(RectangleEdge.TOP);
        title.setPadding(new RectangleInsets(2, 6, 2, 6));
        return title;
    }
}
