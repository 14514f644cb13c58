package org.anira.task.clrstext;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the fields of a question back, in the order in which they were written. */
final class FieldReader {

    private final String line;
    private int at;

    /** Makes one for the line that the fields stand on. */
    FieldReader(String line) {
        this.line = line;
    }

    private void name(String name) {
        if (at > 0) {
            expect(", ");
        }
        expect(name + ": ");
    }

    private void expect(String text) {
        if (!line.startsWith(text, at)) {
            throw new IllegalArgumentException(
                    "expected '%s' at character %d of '%s'".formatted(text, at, line));
        }
        at += text.length();
    }

    double[] reals(String name) {
        name(name);
        return row();
    }

    double number(String name) {
        name(name);
        return number();
    }

    int index(String name) {
        return (int) number(name);
    }

    int[] wholes(String name) {
        return Arrays.stream(reals(name)).mapToInt(value -> (int) value).toArray();
    }

    /** Reads a square matrix, row by row. */
    double[] matrix(String name) {
        name(name);
        List<double[]> rows = new ArrayList<>();
        expect("[");
        rows.add(row());
        while (line.startsWith(", ", at)) {
            expect(", ");
            rows.add(row());
        }
        expect("]");
        double[] values = rows.stream().flatMapToDouble(Arrays::stream).toArray();
        if (values.length != rows.size() * rows.size()) {
            throw new IllegalArgumentException(
                    "%s has %d rows and %d numbers".formatted(name, rows.size(), values.length));
        }
        return values;
    }

    private double[] row() {
        List<Double> values = new ArrayList<>();
        expect("[");
        values.add(number());
        while (line.startsWith(" ", at)) {
            expect(" ");
            values.add(number());
        }
        expect("]");
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private double number() {
        int end = at;
        while (end < line.length() && "+-.0123456789e".indexOf(line.charAt(end)) >= 0) {
            end++;
        }
        try {
            double number = Double.parseDouble(line.substring(at, end));
            at = end;
            return number;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "expected a number at character %d of '%s'".formatted(at, line), e);
        }
    }
}
