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
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

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
        // Commands are classes; to look for methods takes time at every start.
        addMethodSubcommands = false,
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
        CommandLine line = commandLine(console, completeFor(arguments));
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
        return commandLine(console, name -> true);
    }

    /**
     * Returns which commands must be complete for some arguments: those named there. To read the
     * options of them all takes a third of the time that help takes.
     */
    private static Predicate<String> completeFor(String... arguments) {
        Set<String> words = Set.copyOf(Arrays.asList(arguments));
        return words.contains(CompletionCommand.NAME) ? name -> true : words::contains;
    }

    /**
     * Returns the command line.
     *
     * @param complete which commands have their options; of the others there is what the help says
     */
    private static CommandLine commandLine(Console console, Predicate<String> complete) {
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
        for (Object command : commands(output)) {
            Command about = command.getClass().getAnnotation(Command.class);
            if (complete.test(about.name())) {
                line.addSubcommand(command);
            } else {
                line.addSubcommand(about.name(), outline(about));
            }
        }
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

    /** Returns the commands, in the order of the help. */
    private static List<Object> commands(Output output) {
        return List.of(
                new QuickstartCommand(output),
                new TrainCommand(output),
                new EvalCommand(output),
                new GenerateCommand(output),
                new ExportCommand(output),
                new CompareCommand(output),
                new PluginsCommand(output),
                new ListCommand(output),
                new DescribeCommand(output),
                new SampleCommand(output),
                new ValidateCommand(output),
                new DoctorCommand(output),
                new CacheCommand(output),
                new BenchCommand(output),
                new CompletionCommand(output));
    }

    /** Returns what the list of commands says of one. */
    private static CommandSpec outline(Command about) {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description(about.description());
        return spec;
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
