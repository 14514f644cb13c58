package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.SettingsException;
import org.anira.api.TrainingException;
import org.anira.app.console.Console;
import org.anira.app.console.ResultWriter;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Errors are shown with a code and decide the exit code. */
class FailuresTests {

    private final StringWriter err = new StringWriter();

    /** Throws what it is told to. */
    @Command(name = "throw")
    private static final class Throwing implements Runnable {

        @Option(names = "--error")
        private boolean error;

        @Override
        public void run() {
            if (error) {
                throw new NoClassDefFoundError("a/B");
            }
            throw new DataException("RUN-009", "first\nsecond");
        }
    }

    private CommandLine commandLine() {
        return Anira.commandLine(
                new Console(
                        new ResultWriter(new StringWriter()), new PrintWriter(err), false, false));
    }

    private int run(String... arguments) {
        CommandLine line = commandLine();
        line.addSubcommand(
                new CommandLine(new Throwing())
                        .setExecutionExceptionHandler(line.getExecutionExceptionHandler()));
        return line.execute(arguments);
    }

    @Test
    void eachKindOfErrorHasItsExitCode() {
        assertEquals(1, ExitCode.of(new IllegalStateException()));
        assertEquals(2, ExitCode.of(new SettingsException("CFG-001", "")));
        assertEquals(3, ExitCode.of(new PluginException("PLG-001", "")));
        assertEquals(3, ExitCode.of(new BackendException("BKD-001", "")));
        assertEquals(4, ExitCode.of(new DataException("RUN-001", "")));
        assertEquals(5, ExitCode.of(new TrainingException("RUN-002", "")));
    }

    @Test
    void linesAreIndentedBehindTheCode() {
        assertEquals(ExitCode.DATA, run("throw"));
        assertEquals("RUN-009  first\n         second\n", err.toString().replace("\r", ""));
    }

    @Test
    void anErrorOfJavaIsADefect() {
        assertEquals(ExitCode.DEFECT, run("throw", "--error"));
        assertEquals(
                "BUG-001  A defect in anira or in a plug-in: java.lang.NoClassDefFoundError: a/B\n"
                        + "         Repeat the command with --stacktrace to see where.\n",
                err.toString().replace("\r", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    train    | Lower training.micro-batch, training.batch, evaluation.batch or the model's size.
                    eval     | Lower --batch.
                    generate | Lower --batch or --max-tokens, or shorten the prompts.
                    sample   | Lower --n.
                    bench    | Lower --batch, --length or --width.
                    """)
    void whereMemoryIsUsedUpEachCommandNamesItsOwnRelief(String command, String relief) {
        CommandLine line = commandLine();
        Failures failures = (Failures) line.getExecutionExceptionHandler();

        failures.report(new BackendException("BKD-005", "No memory."), command);
        failures.report(new OutOfMemoryError("Java heap space"), command);

        List<String> lines = err.toString().lines().toList();
        assertEquals("BKD-005  No memory. " + relief, lines.getFirst());
        assertTrue(
                lines.getLast()
                        .endsWith(" MiB. " + relief + " More heap: ANIRA_JAVA_OPTS=-Xmx16g."),
                lines.getLast());
        for (String word : relief.split("[ ,.]+")) {
            assertTrue(
                    !word.startsWith("--")
                            || line.getSubcommands().get(command).getCommandSpec().findOption(word)
                                    != null,
                    word);
        }
    }

    @Test
    void controlCharactersAreShown() {
        Failures failures = (Failures) commandLine().getExecutionExceptionHandler();

        failures.report(new SettingsException("CFG-004", "no '\033[31m\0'"), "train");

        assertEquals("CFG-004  no '\\u001b[31m\\u0000'", err.toString().strip());
    }

    @Test
    void aLineThatNobodyReadsIsCutButForItsEnd() {
        Failures failures = (Failures) commandLine().getExecutionExceptionHandler();
        String longest = "x".repeat(9000);

        failures.report(
                new DataException(
                        "RUN-004", longest + "\n" + "y".repeat(1 << 20) + ". Restore it."),
                "train");

        String[] lines = err.toString().strip().split("\\R\\s*");
        assertEquals("RUN-004  " + longest, lines[0]);
        assertTrue(lines[1].startsWith("yyy") && lines[1].endsWith("y. Restore it."), lines[1]);
        assertTrue(lines[1].length() < 9000, lines[1]);
    }

    @Test
    void theStackTraceIsShownWhereAskedFor() {
        run("--stacktrace", "throw", "--error");

        assertTrue(err.toString().contains("at org.anira.app"), err.toString());
    }
}
