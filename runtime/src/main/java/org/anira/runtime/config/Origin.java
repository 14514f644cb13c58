package org.anira.runtime.config;

import org.anira.api.Settings;

/** Where a value of an experiment comes from. */
public sealed interface Origin {

    /** Returns the prefix of a message about the value, ending in a space; empty for a default. */
    String prefix();

    /** The option's own default. */
    record Default() implements Origin {

        @Override
        public String prefix() {
            return "";
        }

        @Override
        public String toString() {
            return "default";
        }
    }

    /**
     * A place in a text.
     *
     * @param source the file as the user named it, or {@code preset NAME}
     * @param line from 1
     * @param column from 1, in characters
     */
    record Place(String source, int line, int column) implements Origin {

        @Override
        public String prefix() {
            return "%s:%d:%d ".formatted(source, line, column);
        }

        @Override
        public String toString() {
            return source + ":" + line;
        }
    }

    /**
     * A place in a text that users do not see as a file.
     *
     * @param source what messages call the text
     */
    record Within(String source) implements Origin {

        @Override
        public String prefix() {
            return source + ": ";
        }

        @Override
        public String toString() {
            return source;
        }
    }

    /**
     * What was typed on the command line.
     *
     * @param kind {@code override} or {@code option}
     * @param text what was typed, such as {@code model.width=64} or {@code --seed 2}
     */
    record CommandLine(String kind, String text) implements Origin {

        @Override
        public String prefix() {
            return "%s %s: ".formatted(kind, Settings.shown(text));
        }

        @Override
        public String toString() {
            return "override";
        }
    }
}
