package org.anira.runtime.run;

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
        value = Fields.known(value);
        low = Fields.known(low);
        high = Fields.known(high);
    }
}
