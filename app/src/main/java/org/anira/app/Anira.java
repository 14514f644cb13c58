package org.anira.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command that all others belong to, and what they share. */
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
            "130:interrupted; a training has saved a checkpoint"
        })
final class Anira implements Runnable {

    private final Console console;

    @Spec private CommandSpec spec;

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

    private Anira(Console console) {
        this.console = console;
    }

    /** Returns the whole command line, writing to a console. */
    static CommandLine commandLine(Console console) {
        Anira anira = new Anira(console);
        Failures failures = new Failures(anira);
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
        line.addSubcommand(new QuickstartCommand());
        line.addSubcommand(new TrainCommand());
        line.addSubcommand(new EvalCommand());
        line.addSubcommand(new GenerateCommand());
        line.addSubcommand(new ExportCommand());
        line.addSubcommand(new CompareCommand());
        line.addSubcommand(new PluginsCommand());
        line.addSubcommand(new ListCommand());
        line.addSubcommand(new DescribeCommand());
        line.addSubcommand(new SampleCommand());
        line.addSubcommand(new ValidateCommand());
        line.addSubcommand(new DoctorCommand());
        line.addSubcommand(new BenchCommand());
        line.addSubcommand(new CompletionCommand());
        line.addSubcommand(new HelpCommand());
        return line.setOut(console.out())
                .setErr(console.err())
                .setExecutionStrategy(parsed -> run(parsed, failures))
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setUnmatchedOptionsArePositionalParams(false)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** Runs a command; an error of Java, such as too little memory, is reported like all others. */
    private static int run(ParseResult parsed, Failures failures) {
        try {
            return new RunLast().execute(parsed);
        } catch (Error e) {
            CommandLine last = parsed.asCommandLineList().getLast();
            failures.report(e, last.getCommandName());
            return ExitCode.of(e);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "No command is given");
    }

    /** Returns where to write. */
    Console console() {
        return console;
    }

    /** Returns whether errors come with stack traces. */
    boolean stacktrace() {
        return stacktrace;
    }

    /** Returns whether nothing but results and errors is shown. */
    boolean quiet() {
        return quiet;
    }

    /** Writes a message for people, unless they want it quiet. */
    void say(String message) {
        if (!quiet) {
            console.err().println(message);
            console.err().flush();
        }
    }

    /** Writes a message for people who want to know more. */
    void detail(String message) {
        if (verbose) {
            say(message);
        }
    }
}
