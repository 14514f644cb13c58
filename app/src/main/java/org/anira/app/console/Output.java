package org.anira.app.console;

import org.anira.runtime.experiment.Messages;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import java.io.PrintWriter;

/**
 * The output of commands: results go to one stream, messages for people to another. Its options,
 * which all commands have, set how much is shown.
 */
public final class Output implements Messages {

    private final Console console;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Show no progress and no messages except errors.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Show more, such as which plug-ins are used.")
    private boolean verbose;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error.")
    private boolean stacktrace;

    /** Makes the output of a console; its options are set when a command line is parsed. */
    public Output(Console console) {
        this.console = console;
    }

    /** Returns the writer of results. */
    public ResultWriter out() {
        return console.out();
    }

    /** Returns the writer of messages that are always shown. */
    public PrintWriter err() {
        return console.err();
    }

    /** Returns whether messages go to a terminal, so that lines may be rewritten. */
    public boolean terminal() {
        return console.terminal();
    }

    /** Returns whether nothing but results and errors is shown. */
    public boolean quiet() {
        return quiet;
    }

    /** Returns whether details are shown. */
    public boolean verbose() {
        return verbose;
    }

    /** Returns whether errors come with stack traces. */
    public boolean stacktrace() {
        return stacktrace;
    }

    /** Writes a message for people, unless the output is quiet. */
    @Override
    public void say(String message) {
        if (!quiet) {
            console.err().println(Console.clear(message));
            console.err().flush();
        }
    }

    /** Writes a detail for people, if the output is verbose. */
    @Override
    public void detail(String message) {
        if (verbose) {
            say(message);
        }
    }
}
