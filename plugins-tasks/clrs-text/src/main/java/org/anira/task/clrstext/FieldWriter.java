package org.anira.task.clrstext;

/** Writes the fields of a question: {@code name: value}, with {@code ", "} between them. */
final class FieldWriter {

    private final Text text;
    private final Numbers numbers;
    private boolean begun;

    FieldWriter(Text text, Numbers numbers) {
        this.text = text;
        this.numbers = numbers;
    }

    private void name(String name) {
        if (begun) {
            text.append(", ");
        }
        begun = true;
        text.append(name).append(": ");
    }

    FieldWriter reals(String name, double... values) {
        name(name);
        row(values, 0, values.length, true);
        return this;
    }

    FieldWriter target(String name, double value) {
        name(name);
        numbers.writeTarget(value, text);
        return this;
    }

    FieldWriter index(String name, int value) {
        name(name);
        text.append(value);
        return this;
    }

    /**
     * Writes whole numbers.
     *
     * @param real whether the benchmark's program has them as real numbers
     */
    FieldWriter wholes(String name, int[] values, boolean real) {
        name(name);
        text.append('[');
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                text.append(' ');
            }
            if (real) {
                numbers.writeWhole(values[i], text);
            } else {
                text.append(values[i]);
            }
        }
        text.append(']');
        return this;
    }

    /** Writes a square matrix, given row by row; whole numbers unless {@code real}. */
    FieldWriter matrix(String name, double[] values, int side, boolean real) {
        name(name);
        text.append('[');
        for (int row = 0; row < side; row++) {
            if (row > 0) {
                text.append(", ");
            }
            row(values, row * side, (row + 1) * side, real);
        }
        text.append(']');
        return this;
    }

    private void row(double[] values, int from, int to, boolean real) {
        text.append('[');
        for (int i = from; i < to; i++) {
            if (i > from) {
                text.append(' ');
            }
            if (real) {
                numbers.write(values[i], text);
            } else {
                text.append((int) values[i]);
            }
        }
        text.append(']');
    }
}
