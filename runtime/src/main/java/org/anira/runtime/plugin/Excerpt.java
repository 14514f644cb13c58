package org.anira.runtime.plugin;

/** An excerpt of a foreign text of any length and content, for messages. */
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
