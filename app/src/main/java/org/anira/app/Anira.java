package org.anira.app;

import org.anira.api.DataException;
import org.anira.api.SettingsException;
import org.anira.app.command.BenchCommand;
import org.anira.app.command.CacheCommand;
import org.anira.app.command.CompareCommand;
import org.anira.app.command.CompletionCommand;
import org.anira.app.command.DescribeCommand;
import org.anira.app.command.DoctorCommand;
import org.anira.app.command.EvalCommand;
import org.anira.app.command.ExportCommand;
import org.anira.app.command.GenerateCommand;
import org.anira.app.command.ListCommand;
import org.anira.app.command.PluginsCommand;
import org.anira.app.command.QuickstartCommand;
import org.anira.app.command.SampleCommand;
import org.anira.app.command.TrainCommand;
import org.anira.app.command.ValidateCommand;
import org.anira.app.console.Console;
import org.anira.app.console.Output;
import org.anira.app.process.EncodingCheck;
import org.anira.app.process.ExitCode;
import org.anira.app.process.Versions;
import org.anira.runtime.run.DurableFiles;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

import java.io.IOException;
import java.nio.file.Path;

/** The root command, with what its subcommands share. */
@Command(
        name = "anira",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Versions.class,
        usageHelpWidth = 100,
        usageHelpAutoWidth = true,
        sortOptions = false,
        sortSynopsis = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a defect in anira or a plug-in",
            "2:wrong usage or settings",
            "3:a plug-in or backend is missing, does not fit or fails",
            "4:a file or run folder is missing, damaged or in the way",
            "5:training diverged",
            "6:a check that was asked for failed",
            "130:interrupted; a training has saved a checkpoint",
            "141:the reader of the results closed the pipe"
        })
final class Anira implements Runnable {

    @Mixin private final Output output;
    @Spec private CommandSpec spec;

    private final Failures failures;

    private Anira(Output output) {
        this.output = output;
        failures = new Failures(output);
    }

    /**
     * Runs a command.
     *
     * @return the exit code of the process: that of the command or, if it succeeds, of writing its
     *     results
     */
    static int execute(Console console, String... arguments) {
        CommandLine line = commandLine(console);
        Anira anira = line.getCommand();
        try {
            EncodingCheck.requireArguments(arguments);
        } catch (SettingsException e) {
            anira.failures.report(e, line.getCommandName());
            return ExitCode.of(e);
        }
        int code = line.execute(arguments);
        console.err().flush();
        console.out().flush();
        int written =
                console.out()
                        .failure()
                        .map(reason -> anira.lost(console, reason))
                        .orElse(ExitCode.DONE);
        return code == ExitCode.DONE ? written : code;
    }

    /** Reports that results were lost, unless their reader closed the pipe. */
    private int lost(Console console, IOException reason) {
        if (console.pipe()) {
            return ExitCode.READER_GONE;
        }
        DataException error =
                new DataException(
                        "RUN-005",
                        "Cannot write the results to standard output: %s. Redirect it to a place with free space, or keep it open. Files that the command wrote are complete."
                                .formatted(DurableFiles.reason(reason)),
                        reason);
        failures.report(error, spec.name());
        return ExitCode.of(error);
    }

    /** Returns the whole command line, writing to a console. */
    static CommandLine commandLine(Console console) {
        Output output = new Output(console);
        Anira anira = new Anira(output);
        CommandLine line = new CommandLine(anira);
        line.getCommandSpec()
                .usageMessage()
                .description(
                        "Experiments with adaptive computation: recurrent Transformers whose"
                                + " halting mechanism decides how many steps each token takes.")
                .footer(
                        "",
                        "Start with:",
                        "  anira quickstart                         train, evaluate and compare two"
                                + " mechanisms",
                        "  anira list presets                       experiments that come with"
                                + " anira",
                        "  anira train mano-anira-o --dry-run       what a training would do");
        line.addSubcommand(new QuickstartCommand(output));
        line.addSubcommand(new TrainCommand(output));
        line.addSubcommand(new EvalCommand(output));
        line.addSubcommand(new GenerateCommand(output));
        line.addSubcommand(new ExportCommand(output));
        line.addSubcommand(new CompareCommand(output));
        line.addSubcommand(new PluginsCommand(output));
        line.addSubcommand(new ListCommand(output));
        line.addSubcommand(new DescribeCommand(output));
        line.addSubcommand(new SampleCommand(output));
        line.addSubcommand(new ValidateCommand(output));
        line.addSubcommand(new DoctorCommand(output));
        line.addSubcommand(new CacheCommand(output));
        line.addSubcommand(new BenchCommand(output));
        line.addSubcommand(new CompletionCommand(output));
        line.addSubcommand(new HelpCommand());
        return line.registerConverter(Path.class, Anira::path)
                .setOut(console.out().own())
                .setErr(console.err())
                .setExecutionStrategy(anira::run)
                .setExecutionExceptionHandler(anira.failures)
                .setParameterExceptionHandler(anira.failures)
                // An argument that begins with @ is an ordinary one.
                .setExpandAtFiles(false)
                .setUnmatchedOptionsArePositionalParams(false)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Reads a path. An empty one, such as from an unset variable, is an error. */
    private static Path path(String value) {
        if (value.isEmpty()) {
            throw new TypeConversionException("empty");
        }
        return Path.of(value);
    }

    /** Runs a command; an error of Java, such as too little memory, is reported like all others. */
    private int run(ParseResult parsed) {
        try {
            Integer helped = CommandLine.executeHelpRequest(parsed);
            if (helped != null) {
                return helped;
            }
            EncodingCheck.requireFolders(System::getProperty, System::getenv);
            return new RunLast().execute(parsed);
        } catch (SettingsException | Error e) {
            CommandLine last = parsed.asCommandLineList().getLast();
            failures.report(e, last.getCommandName());
            return ExitCode.of(e);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "No command is given");
    }
}
