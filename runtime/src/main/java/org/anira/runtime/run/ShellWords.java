package org.anira.runtime.run;

import java.util.List;
import java.util.stream.Collectors;

/** Command lines as people can paste them into a shell. */
public final class ShellWords {

    private ShellWords() {}

    /** Returns words as one line, in single quotes where a shell would interpret them. */
    public static String join(List<String> words) {
        return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_@%+=:,./-]+")
                ? word
                : "'" + word.replace("'", "'\\''") + "'";
    }
}
