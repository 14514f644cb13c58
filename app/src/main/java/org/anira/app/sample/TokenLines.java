package org.anira.app.sample;

import java.util.ArrayList;
import java.util.List;

/** A line of tokens with numbers below each token, wrapped where it is too long. */
public final class TokenLines {

    private static final String INDENT = "  ";

    private final List<String> labels;
    private final List<List<String>> columns = new ArrayList<>();

    /**
     * Makes lines.
     *
     * @param labels names of the numbers below a token, one line each; {@code ""} for a number
     *     without a name
     */
    public TokenLines(List<String> labels) {
        this.labels = labels;
    }

    /**
     * Adds a token.
     *
     * @param below a number for each label, as text
     */
    public void add(String token, List<String> below) {
        List<String> column = new ArrayList<>(List.of(token));
        column.addAll(below);
        columns.add(column);
    }

    /** Adds a sign between tokens, without numbers. */
    public void mark(String sign) {
        columns.add(List.of(sign));
    }

    /**
     * Returns the lines, each with a line break; if numbers have names, an empty line follows.
     *
     * @param width most characters of a line, as long as a token fits into one
     */
    public String text(int width) {
        int margin = labels.stream().mapToInt(String::length).max().orElse(0);
        StringBuilder[] lines = new StringBuilder[labels.size() + 1];
        for (int row = 0; row < lines.length; row++) {
            String label = row == 0 ? "" : labels.get(row - 1);
            lines[row] = new StringBuilder(INDENT + label + " ".repeat(margin - label.length()));
            lines[row].append(margin > 0 ? " " : "");
        }
        int start = lines[0].length();
        StringBuilder text = new StringBuilder();
        for (List<String> column : columns) {
            int wide = column.stream().mapToInt(String::length).max().orElse(0);
            if (lines[0].length() > start && lines[0].length() + wide > width) {
                append(text, lines, start);
            }
            for (int row = 0; row < lines.length; row++) {
                String cell = row < column.size() ? column.get(row) : "";
                lines[row].append(" ".repeat(wide - cell.length())).append(cell).append(' ');
            }
        }
        append(text, lines, start);
        return text.toString();
    }

    private void append(StringBuilder text, StringBuilder[] lines, int start) {
        for (StringBuilder line : lines) {
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
            line.setLength(start);
        }
        if (!labels.stream().allMatch(String::isEmpty)) {
            text.append(System.lineSeparator());
        }
    }
}
