package org.anira.task.clrstext;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** How real numbers are written. */
enum Numbers {
    /** The shortest decimal that reads back as the same double, with a fraction always. */
    SHORTEST,
    /**
     * Three significant digits as {@code %.3g} of C prints them, whole numbers of real fields
     * included; a searched key with three decimals. So the benchmark wrote until January 2025.
     */
    LEGACY;

    /** From here on, and below 1e-4, the shortest decimal has an exponent. */
    private static final int LARGEST_PLAIN = 16;

    private static final int LEGACY_DIGITS = 3;

    /** Returns the most characters of a number of magnitude below 10. */
    int width(int decimals) {
        if (this == LEGACY) {
            return "-0.000123".length();
        }
        return decimals == 0 ? "-0.00012345678901234567".length() : "-1.".length() + decimals;
    }

    /** Writes a number. */
    void write(double value, Text text) {
        if (this == LEGACY) {
            text.append(
                    withDigits(
                            new BigDecimal(value)
                                    .round(new MathContext(LEGACY_DIGITS, RoundingMode.HALF_EVEN)),
                            isNegative(value),
                            LEGACY_DIGITS,
                            ""));
            return;
        }
        double magnitude = Math.abs(value);
        long thousandths = (long) (magnitude * 1000 + 0.5);
        if (thousandths / 1000.0 == magnitude && thousandths < 1_000_000_000) {
            if (isNegative(value)) {
                text.append('-');
            }
            writeThousandths((int) thousandths, text);
        } else {
            text.append(
                    withDigits(
                            new BigDecimal(Double.toString(value)),
                            isNegative(value),
                            LARGEST_PLAIN,
                            ".0"));
        }
    }

    /** Writes the key that is searched. */
    void writeTarget(double value, Text text) {
        if (this == LEGACY) {
            text.append(new BigDecimal(value).setScale(3, RoundingMode.HALF_EVEN).toPlainString());
        } else {
            write(value, text);
        }
    }

    /** Writes a whole number of a field that holds real ones in the benchmark's program. */
    void writeWhole(int value, Text text) {
        if (this == LEGACY) {
            write(value, text);
        } else {
            text.append(value);
        }
    }

    /** Returns whether a sign is written: also before zero. */
    private static boolean isNegative(double value) {
        return Double.doubleToRawLongBits(value) < 0;
    }

    private static void writeThousandths(int thousandths, Text text) {
        text.append(thousandths / 1000).append('.');
        int rest = thousandths % 1000;
        text.append((char) ('0' + rest / 100));
        if (rest % 100 != 0) {
            text.append((char) ('0' + rest / 10 % 10));
            if (rest % 10 != 0) {
                text.append((char) ('0' + rest % 10));
            }
        }
    }

    /**
     * Returns the digits of a decimal as C and Python do.
     *
     * @param largest the power of ten from which on there is an exponent
     * @param fraction what follows a whole number without an exponent
     */
    private static String withDigits(
            BigDecimal value, boolean negative, int largest, String fraction) {
        String sign = negative ? "-" : "";
        BigDecimal magnitude = value.abs().stripTrailingZeros();
        if (magnitude.signum() == 0) {
            return sign + "0" + fraction;
        }
        int exponent = magnitude.precision() - magnitude.scale() - 1;
        if (exponent >= -4 && exponent < largest) {
            return sign + magnitude.toPlainString() + (magnitude.scale() > 0 ? "" : fraction);
        }
        String digits = magnitude.unscaledValue().toString();
        String tail = digits.length() > 1 ? "." + digits.substring(1) : "";
        return "%s%s%se%s%02d"
                .formatted(
                        sign, digits.charAt(0), tail, exponent < 0 ? "-" : "+", Math.abs(exponent));
    }
}
