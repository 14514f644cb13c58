package org.anira.app.console;

import org.anira.runtime.experiment.Messages;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import java.io.PrintWriter;

/**
 * Where commands write: results to one stream, messages for people to another. Its options, which
 * all commands have, say how much of these there is.
 */
public final class Output implements Messages {

    private final Console console;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "No progress and no messages but errors.")
    private boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Say more, such as which plug-ins are used.")
    private boolean verbose;

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where in the code an error arose.")
    private boolean stacktrace;

    /** Makes one of a console; its options are set when a command line is read. */
    public Output(Console console) {
        this.console = console;
    }

    /** Returns where results go. */
    public ResultWriter out() {
        return console.out();
    }

    /** Returns where messages go that are said in any case. */
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

    /** Returns whether people want to know more. */
    public boolean verbose() {
        return verbose;
    }

    /** Returns whether errors come with stack traces. */
    public boolean stacktrace() {
        return stacktrace;
    }

    /** Writes a message for people, unless they want it quiet. */
    @Override
    public void say(String message) {
        if (!quiet) {
            console.err().println(Console.clear(message));
            console.err().flush();
        }
    }

    /** Writes a message for people who want to know more. */
    @Override
    public void detail(String message) {
        if (verbose) {
            say(message);
        }
    }
}
