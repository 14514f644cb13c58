package org.anira.app;

import java.util.ArrayList;
import java.util.List;

/** Tokens in a line with the depth of each below it, broken into several where it is too long. */
final class TokenLines {

    private static final String INDENT = "  ";

    private final List<Column> columns = new ArrayList<>();

    private record Column(String token, String depth) {

        int width() {
            return Math.max(token.length(), depth.length());
        }
    }

    /** Adds tokens with their depths. */
    void add(List<String> tokens, int[] depths) {
        for (int i = 0; i < depths.length; i++) {
            columns.add(new Column(tokens.get(i), Integer.toString(depths[i])));
        }
    }

    /** Adds a sign that stands between tokens and has no depth. */
    void mark(String sign) {
        columns.add(new Column(sign, ""));
    }

    /**
     * Returns the lines, each with its end.
     *
     * @param width most characters of a line, as long as a token fits into one
     */
    String text(int width) {
        StringBuilder text = new StringBuilder();
        StringBuilder tokens = new StringBuilder(INDENT);
        StringBuilder depths = new StringBuilder(INDENT);
        for (Column column : columns) {
            if (tokens.length() > INDENT.length() && tokens.length() + column.width() > width) {
                append(text, tokens, depths);
            }
            String form = "%" + column.width() + "s ";
            tokens.append(form.formatted(column.token()));
            depths.append(form.formatted(column.depth()));
        }
        append(text, tokens, depths);
        return text.toString();
    }

    private static void append(StringBuilder text, StringBuilder tokens, StringBuilder depths) {
        for (StringBuilder line : List.of(tokens, depths)) {
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
            line.setLength(INDENT.length());
        }
    }
}
