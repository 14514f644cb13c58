package org.anira.app;

import org.anira.app.console.Console;

import java.util.Locale;

/** Starts the command line and ends the process with its exit code. */
public final class Main {

    private Main() {}

    /** Runs one command. */
    public static void main(String[] arguments) {
        // Numbers in tables and figures are written alike everywhere.
        Locale.setDefault(Locale.ROOT);
        System.exit(Anira.execute(Console.ofProcess(), arguments));
    }
}
