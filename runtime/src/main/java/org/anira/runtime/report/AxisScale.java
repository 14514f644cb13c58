package org.anira.runtime.report;

import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where the values of the first axis of difficulty lie in figures: numbers at themselves, names
 * side by side.
 *
 * @param name the axis' name
 * @param unit what it counts; empty if unknown
 * @param values all values, in the order in which they are drawn
 * @param numeric whether all of them are whole numbers
 */
record AxisScale(String name, String unit, List<String> values, boolean numeric) {

    /** A part of the axis. */
    record Interval(double from, double to) {}

    /** Returns the axis' name and unit, as in {@code L (operators)}. */
    String label() {
        return unit.isEmpty() ? name : "%s (%s)".formatted(name, unit);
    }

    double of(Cell cell) {
        return numeric ? Double.parseDouble(cell.value()) : values.indexOf(cell.value());
    }

    /** Returns the smallest distance of two values. */
    double step() {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 1; numeric && i < values.size(); i++) {
            least =
                    Math.min(
                            least,
                            Double.parseDouble(values.get(i))
                                    - Double.parseDouble(values.get(i - 1)));
        }
        return Double.isInfinite(least) ? 1 : least;
    }

    ValueAxis axis() {
        if (!numeric) {
            return FigureStyle.names(label(), values);
        }
        NumberAxis axis = FigureStyle.whole(label());
        axis.setRange(
                Double.parseDouble(values.getFirst()) - 0.5 * step(),
                Double.parseDouble(values.getLast()) + 0.5 * step());
        return axis;
    }

    /** Returns the intervals of the axis that some of the values fill without a gap. */
    List<Interval> ranges(Set<String> some) {
        List<Interval> ranges = new ArrayList<>();
        double from = Double.NaN;
        for (int i = 0; i <= values.size(); i++) {
            boolean inside = i < values.size() && some.contains(values.get(i));
            if (inside && Double.isNaN(from)) {
                from = boundary(i);
            } else if (!inside && !Double.isNaN(from)) {
                ranges.add(new Interval(from, boundary(i)));
                from = Double.NaN;
            }
        }
        return ranges;
    }

    /** Returns the middle between the value before index {@code i} and that at it. */
    private double boundary(int i) {
        if (i == 0) {
            return position(0) - 0.5 * step();
        }
        return i == values.size()
                ? position(i - 1) + 0.5 * step()
                : (position(i - 1) + position(i)) / 2;
    }

    private double position(int i) {
        return numeric ? Double.parseDouble(values.get(i)) : i;
    }
}
