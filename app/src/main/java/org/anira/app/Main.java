package org.anira.app;

import org.anira.app.console.Console;

import java.util.Locale;

/** Starts the command line and ends the process with its exit code. */
public final class Main {

    /**
     * Set where the start-up cache is made: its classes are those of one process, so that process
     * does what most commands do.
     */
    private static final String FILLING_THE_CACHE = "anira.startup-cache";

    private Main() {}

    /** Runs one command. */
    public static void main(String[] arguments) {
        // Numbers in tables and figures are written alike everywhere.
        Locale.setDefault(Locale.ROOT);
        if (Boolean.getBoolean(FILLING_THE_CACHE)) {
            Anira.execute(Console.ofProcess(), "--help");
            Anira.execute(Console.ofProcess(), "plugins", "--json");
        }
        System.exit(Anira.execute(Console.ofProcess(), arguments));
    }
}
