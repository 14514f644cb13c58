package org.anira.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.util.Locale;

/** Starts the command line and ends the process with its exit code. */
public final class Main {

    private Main() {}

    /** Runs one command. */
    public static void main(String[] arguments) {
        // Numbers in tables and figures are written alike everywhere.
        Locale.setDefault(Locale.ROOT);
        Console console =
                new Console(
                        writer(FileDescriptor.out, "stdout.encoding"),
                        writer(FileDescriptor.err, "stderr.encoding"),
                        // Java itself cannot tell; the launcher does.
                        Boolean.getBoolean("anira.terminal"));
        int code = Anira.commandLine(console).execute(arguments);
        console.out().flush();
        console.err().flush();
        System.exit(code);
    }

    private static PrintWriter writer(FileDescriptor descriptor, String encoding) {
        return new PrintWriter(new FileOutputStream(descriptor), true, Console.charset(encoding));
    }
}
