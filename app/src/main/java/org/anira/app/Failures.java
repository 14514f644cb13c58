package org.anira.app;

import org.anira.api.AniraException;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.List;

/**
 * Shows what went wrong: the code, what was asked, what was found, what to do. A stack trace only
 * where asked for.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final Anira anira;

    Failures(Anira anira) {
        this.anira = anira;
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        report(thrown);
        return ExitCode.of(thrown);
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        if (e.getCause() instanceof AniraException cause) {
            report(cause);
            return ExitCode.of(cause);
        }
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        List<String> near =
                e instanceof UnmatchedArgumentException unmatched
                        ? unmatched.getSuggestions().stream().limit(1).toList()
                        : List.of();
        String meant = near.isEmpty() ? "" : " Did you mean '%s'?".formatted(near.getFirst());
        show("CFG-007", "%s.%s\nMore: %s --help".formatted(e.getMessage(), meant, command));
        trace(e);
        return ExitCode.USAGE;
    }

    /** Shows an error. */
    void report(Throwable thrown) {
        if (thrown instanceof AniraException e) {
            show(e.code(), e.getMessage());
        } else {
            String more =
                    anira.stacktrace()
                            ? ""
                            : "\nRepeat the command with --stacktrace to see where.";
            show("BUG-001", "A defect in anira or in a plug-in: %s%s".formatted(thrown, more));
        }
        trace(thrown);
    }

    private void trace(Throwable thrown) {
        if (anira.stacktrace()) {
            thrown.printStackTrace(anira.console().err());
        }
    }

    private void show(String code, String message) {
        PrintWriter err = anira.console().err();
        String indent = " ".repeat(code.length() + 2);
        err.println(code + "  " + message.strip().replace("\n", System.lineSeparator() + indent));
        err.flush();
    }
}
