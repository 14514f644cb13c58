package org.anira.app;

import org.anira.api.AniraException;
import org.anira.api.Names;
import org.anira.app.console.Console;
import org.anira.app.console.Output;
import org.anira.app.process.ExitCode;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Shows errors: the code, what was asked, what was found, what to do. A stack trace is shown only
 * if asked for.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    /** The code for exhausted memory. */
    private static final String MEMORY = "BKD-005";

    /**
     * A line too long to read, because it quotes a damaged file; a message with two paths of
     * maximal length is shorter. Its end is kept, which says what to do.
     */
    private static final Pattern TOO_LONG =
            Pattern.compile("^(.{7000}).{3000,}(.{1000})$", Pattern.MULTILINE);

    private final Output output;

    Failures(Output output) {
        this.output = output;
    }

    @Override
    public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
        report(thrown, command.getCommandName());
        return ExitCode.of(thrown);
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        if (e.getCause() instanceof AniraException cause) {
            report(cause, e.getCommandLine().getCommandName());
            return ExitCode.of(cause);
        }
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        show("CFG-007", "%s\nMore: %s --help".formatted(misuse(e), command));
        trace(e);
        return ExitCode.USAGE;
    }

    /** Returns what is wrong with the command line, and what may have been meant. */
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
        Class<?> type = e.getArgSpec().auxiliaryTypes()[0];
        return "%s is '%s', expected %s. %s"
                .formatted(
                        e.getArgSpec().isOption()
                                ? ((OptionSpec) e.getArgSpec()).longestName()
                                : e.getArgSpec().paramLabel(),
                        e.getValue(),
                        expected(e, type),
                        type.isEnum() ? Names.suggestion(e.getValue(), words(type)) : "")
                .strip();
    }

    /** Returns in words the values that an option of some type takes. */
    private static String expected(ParameterException e, Class<?> type) {
        if (e.getArgSpec().converters().length > 0 && e.getCause() != null) {
            return e.getCause().getMessage();
        }
        String value = e.getValue();
        if (type.isEnum()) {
            return "one of " + String.join(", ", words(type));
        }
        return switch (type.getSimpleName()) {
            case "int", "Integer" -> wholeNumber(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case "long", "Long" -> wholeNumber(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case "double", "Double" -> "a number";
            case "boolean", "Boolean" -> "true or false or no value";
            case "Path" -> "a path";
            default -> throw new IllegalArgumentException("an option of " + type);
        };
    }

    private static String wholeNumber(String value, long least, long most) {
        if (!value.matches("[-+]?[0-9]+")) {
            return "a whole number";
        }
        return value.startsWith("-")
                ? "a whole number (at least %d)".formatted(least)
                : "a whole number (at most %d)".formatted(most);
    }

    private static List<String> words(Class<?> type) {
        return Stream.of(type.getEnumConstants()).map(Object::toString).toList();
    }

    /**
     * Shows an error.
     *
     * @param command the command's name
     */
    void report(Throwable thrown, String command) {
        if (thrown instanceof AniraException e) {
            String advice = e.code().equals(MEMORY) ? relief(command) : "";
            show(e.code(), "%s %s".formatted(e.getMessage(), advice));
        } else if (thrown instanceof OutOfMemoryError) {
            show(
                    MEMORY,
                    "Memory is used up: %s. Java's heap is at most %d MiB. %s More heap: ANIRA_JAVA_OPTS=-Xmx16g."
                            .formatted(
                                    thrown.getMessage(),
                                    Runtime.getRuntime().maxMemory() >> 20,
                                    relief(command))
                            .replace("  ", " "));
        } else {
            String more =
                    output.stacktrace()
                            ? ""
                            : "\nRepeat the command with --stacktrace to see where.";
            show("BUG-001", "A defect in anira or in a plug-in: %s%s".formatted(thrown, more));
        }
        trace(thrown);
    }

    /** Returns what the user of a command can do about memory; empty if nothing. */
    private static String relief(String command) {
        return switch (command) {
            case "train" ->
                    "Lower training.micro-batch, training.batch, evaluation.batch or the model's"
                            + " size.";
            case "eval" -> "Lower --batch.";
            case "generate" -> "Lower --batch or --max-tokens, or shorten the prompts.";
            case "sample" -> "Lower --n.";
            case "bench" -> "Lower --batch, --length or --width.";
            default -> "";
        };
    }

    private void trace(Throwable thrown) {
        if (output.stacktrace()) {
            try {
                thrown.printStackTrace(output.err());
            } catch (RuntimeException | Error e) {
                // An exception of a plug-in, which fails when it is asked for its message.
                output.err().println("(its stack trace cannot be printed)");
            }
        }
    }

    private void show(String code, String message) {
        PrintWriter err = output.err();
        String indent = " ".repeat(code.length() + 2);
        String some = TOO_LONG.matcher(message.strip()).replaceAll("$1 … $2");
        String clear = Console.clear(some);
        err.println(code + "  " + clear.replace("\n", System.lineSeparator() + indent));
        err.flush();
    }
}
