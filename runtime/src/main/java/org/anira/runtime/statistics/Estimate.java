package org.anira.runtime.statistics;

/**
 * An estimate with its 95 % interval.
 *
 * @param value the estimate; NaN if there is none
 * @param low lower end; NaN if it has none
 * @param high upper end; NaN if it has none
 */
public record Estimate(double value, double low, double high) {

    /** Turns numbers that are not finite into NaN. */
    public Estimate {
        value = known(value);
        low = known(low);
        high = known(high);
    }

    private static double known(double number) {
        return Double.isFinite(number) ? number : Double.NaN;
    }
}
