package org.anira.app;

import org.anira.api.AniraException;
import org.anira.api.Names;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Shows what went wrong: the code, what was asked, what was found, what to do. A stack trace only
 * where asked for.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private static final String INTS = Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
    private static final String LONGS = Long.MIN_VALUE + " to " + Long.MAX_VALUE;

    /** The types of whole numbers, and how large they may be. */
    private static final Map<Class<?>, String> WHOLE =
            Map.of(int.class, INTS, Integer.class, INTS, long.class, LONGS, Long.class, LONGS);

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
        show("CFG-007", "%s\nMore: %s --help".formatted(misuse(e), command));
        trace(e);
        return ExitCode.USAGE;
    }

    /** Returns what was typed wrong, and what may have been meant. */
    private static String misuse(ParameterException e) {
        String message = e.getMessage().replaceFirst("\\.$", "");
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions().stream().limit(1).toList();
            return near.isEmpty()
                    ? message + "."
                    : "%s. Did you mean '%s'?".formatted(message, near.getFirst());
        }
        if (e.getArgSpec() == null && e.getValue() != null) {
            // The command that help was asked for.
            String near =
                    Names.suggestion(e.getValue(), e.getCommandLine().getSubcommands().keySet());
            return "%s. %s".formatted(message, near).strip();
        }
        if (e.getArgSpec() == null || e.getValue() == null) {
            return message + ".";
        }
        Class<?> type = e.getArgSpec().type();
        String expected =
                type.isEnum()
                        ? "one of " + String.join(", ", words(type))
                        : WHOLE.containsKey(type)
                                ? e.getValue().matches("[-+]?\\d+")
                                        ? "a whole number (%s)".formatted(WHOLE.get(type))
                                        : "a whole number"
                                : type == Double.class || type == double.class ? "a number" : "";
        if (expected.isEmpty()) {
            return message + ".";
        }
        return "%s is '%s', expected %s. %s"
                .formatted(
                        e.getArgSpec().isOption()
                                ? ((OptionSpec) e.getArgSpec()).longestName()
                                : e.getArgSpec().paramLabel(),
                        e.getValue(),
                        expected,
                        type.isEnum() ? Names.suggestion(e.getValue(), words(type)) : "")
                .strip();
    }

    private static List<String> words(Class<?> type) {
        return Stream.of(type.getEnumConstants()).map(Object::toString).toList();
    }

    /** Shows an error. */
    void report(Throwable thrown) {
        if (thrown instanceof AniraException e) {
            show(e.code(), e.getMessage());
        } else if (thrown instanceof OutOfMemoryError) {
            show(
                    "BKD-005",
                    "Memory is used up: %s. Java's heap is at most %d MiB. Use a smaller model or batch, or allow more, as in ANIRA_JAVA_OPTS=-Xmx16g."
                            .formatted(
                                    thrown.getMessage(), Runtime.getRuntime().maxMemory() >> 20));
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
