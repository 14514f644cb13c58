package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Points;

/** Points in the plane. Hulls, results and states, are masks of the points that span them. */
final class Geometry {

    private Geometry() {}

    /** Returns 1 if the segments from point 0 to 1 and from 2 to 3 have a point in common. */
    static int[] segmentsIntersect(Points ends, Trace trace) {
        double[] side = {
            direction(ends, 2, 3, 0),
            direction(ends, 2, 3, 1),
            direction(ends, 0, 1, 2),
            direction(ends, 0, 1, 3)
        };
        boolean meet =
                opposite(side[0], side[1]) && opposite(side[2], side[3])
                        || side[0] == 0 && inBox(ends, 2, 3, 0)
                        || side[1] == 0 && inBox(ends, 2, 3, 1)
                        || side[2] == 0 && inBox(ends, 0, 1, 2)
                        || side[3] == 0 && inBox(ends, 0, 1, 3);
        return new int[] {meet ? 1 : 0};
    }

    private static double direction(Points points, int i, int j, int k) {
        double[] x = points.x();
        double[] y = points.y();
        return (x[k] - x[i]) * (y[j] - y[i]) - (x[j] - x[i]) * (y[k] - y[i]);
    }

    private static boolean opposite(double one, double other) {
        return one > 0 && other < 0 || one < 0 && other > 0;
    }

    private static boolean inBox(Points points, int i, int j, int k) {
        return between(points.x(), i, j, k) && between(points.y(), i, j, k);
    }

    private static boolean between(double[] values, int i, int j, int k) {
        return Math.min(values[i], values[j]) <= values[k]
                && values[k] <= Math.max(values[i], values[j]);
    }

    /** Graham's scan (1972): by angle around the lowest point, leaving out right turns. */
    static int[] grahamScan(Points points, Trace trace) {
        int n = points.size();
        int[] hull = new int[n];
        trace.push(hull);
        int lowest = lowest(points);
        hull[lowest] = 1;
        trace.push(hull);

        double[] angle = new double[n];
        for (int i = 0; i < n; i++) {
            angle[i] =
                    i == lowest
                            ? Double.NEGATIVE_INFINITY
                            : Math.atan2(
                                    points.y()[i] - points.y()[lowest],
                                    points.x()[i] - points.x()[lowest]);
        }
        int[] order = Sorting.ascending(angle);
        trace.push(hull);

        int[] stack = new int[n];
        int top = 0;
        stack[0] = lowest;
        for (int i = 1; i < n; i++) {
            // Points in general position always leave two on the stack.
            while (i >= 3 && top > 0 && turnsRight(points, stack[top - 1], stack[top], order[i])) {
                hull[stack[top]] = 0;
                top--;
                trace.push(hull);
            }
            stack[++top] = order[i];
            hull[order[i]] = 1;
            trace.push(hull);
        }
        return hull;
    }

    /** Jarvis's march (1973): from the lowest point on, always to the rightmost one. */
    static int[] jarvisMarch(Points points, Trace trace) {
        int[] hull = new int[points.size()];
        trace.push(hull);
        int last = lowest(points);
        hull[last] = 1;
        while (true) {
            trace.push(hull);
            int end = 0;
            for (int i = 0; i < hull.length; i++) {
                if (end == last || i != last && i != end && turnsRight(points, last, end, i)) {
                    end = i;
                }
                trace.push(hull);
            }
            if (hull[end] == 1) {
                return hull;
            }
            hull[end] = 1;
            last = end;
        }
    }

    private static int lowest(Points points) {
        double[] x = points.x();
        double[] y = points.y();
        int lowest = 0;
        for (int i = 1; i < y.length; i++) {
            if (y[i] < y[lowest] || y[i] == y[lowest] && x[i] < x[lowest]) {
                lowest = i;
            }
        }
        return lowest;
    }

    /** Returns whether going from i over j to k is no left turn. */
    private static boolean turnsRight(Points points, int i, int j, int k) {
        double[] x = points.x();
        double[] y = points.y();
        return (x[j] - x[i]) * (y[k] - y[i]) - (y[j] - y[i]) * (x[k] - x[i]) <= 0;
    }
}
