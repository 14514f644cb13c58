package org.anira.runtime.plugin;

/** As much of a foreign text, which may have any length and content, as a message quotes. */
final class Excerpt {

    private static final int LONGEST = 60;

    private Excerpt() {}

    /** Returns the beginning of a text, on one line. */
    static String of(String text) {
        String line =
                text.substring(0, Math.min(text.length(), LONGEST)).replaceAll("\\p{Cntrl}", "?");
        return text.length() <= LONGEST ? line : line + "…";
    }
}
