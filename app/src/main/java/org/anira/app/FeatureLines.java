package org.anira.app;

import java.util.ArrayList;
import java.util.List;

/** Tokens in a line with numbers of each below it, broken into several where it is too long. */
final class FeatureLines {

    private static final String INDENT = "  ";

    private final List<String> labels;
    private final List<List<String>> columns = new ArrayList<>();

    /**
     * Makes lines.
     *
     * @param labels names of the numbers below a token
     */
    FeatureLines(List<String> labels) {
        this.labels = labels;
    }

    /**
     * Adds a token, or a sign between tokens.
     *
     * @param below a number per label, as text; none for a sign
     */
    void add(String token, List<String> below) {
        List<String> column = new ArrayList<>(List.of(token));
        column.addAll(below);
        columns.add(column);
    }

    /**
     * Returns the lines, each with its end.
     *
     * @param width most characters of a line, as long as a token fits into one
     */
    String text(int width) {
        int margin = labels.stream().mapToInt(String::length).max().orElse(-1) + 1;
        List<StringBuilder> lines = new ArrayList<>();
        for (int row = 0; row <= labels.size(); row++) {
            String label = row == 0 ? "" : labels.get(row - 1);
            lines.add(new StringBuilder(INDENT + label + " ".repeat(margin - label.length())));
        }
        int start = lines.getFirst().length();
        StringBuilder text = new StringBuilder();
        for (List<String> column : columns) {
            int wide = column.stream().mapToInt(String::length).max().orElse(0);
            StringBuilder first = lines.getFirst();
            if (first.length() > start && first.length() + wide > width) {
                append(text, lines, start);
            }
            for (int row = 0; row < lines.size(); row++) {
                String cell = row < column.size() ? column.get(row) : "";
                lines.get(row).append(" ".repeat(wide - cell.length())).append(cell).append(' ');
            }
        }
        append(text, lines, start);
        return text.toString();
    }

    private static void append(StringBuilder text, List<StringBuilder> lines, int start) {
        for (StringBuilder line : lines) {
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
            line.setLength(start);
        }
        if (lines.size() > 1) {
            text.append(System.lineSeparator());
        }
    }
}
