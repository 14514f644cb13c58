package org.anira.task.clrstext;

/**
 * Cuts decimals off before anything is computed, so that answers follow from what is printed:
 * toward zero, in doubles.
 *
 * @param scale ten to the power of the decimals that stay, or 0 to cut nothing
 */
record Truncation(double scale) {

    /** Returns the one that leaves {@code decimals}; all of them for 0. */
    static Truncation to(int decimals) {
        return new Truncation(decimals == 0 ? 0 : Math.pow(10, decimals));
    }

    double apply(double value) {
        if (scale == 0) {
            return value;
        }
        double scaled = value * scale;
        return (scaled < 0 ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
    }

    /** Truncates in place. @return the array */
    double[] apply(double[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = apply(values[i]);
        }
        return values;
    }
}
