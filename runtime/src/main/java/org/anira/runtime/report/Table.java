package org.anira.runtime.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A text table for a terminal; numbers are right-aligned. */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    /** Makes a table with these column heads. */
    public Table(String... heads) {
        rows.add(List.of(heads));
    }

    /** Adds a row, as long as the heads. */
    public void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).map(Table::onOneLine).toList());
    }

    /** Returns a text without line breaks, which the name of a folder may contain. */
    private static String onOneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    /** Returns whether there are no rows below the heads. */
    public boolean isEmpty() {
        return rows.size() == 1;
    }

    /** Returns the lines, each with its end. */
    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = IntStream.range(0, columns).map(this::width).toArray();
        boolean[] numeric = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            numeric[column] = isNumeric(column);
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                String space = " ".repeat(widths[column] - cell.length());
                line.append(numeric[column] ? space + cell : cell + space).append("  ");
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private boolean isNumeric(int column) {
        return rows.size() > 1
                && rows.stream()
                        .skip(1)
                        .allMatch(row -> row.get(column).matches("[-+]?[0-9][0-9.,]*|–"));
    }
}
