package org.anira.app.command;

import org.anira.app.console.Output;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the script by which a shell completes commands. */
@Command(
        name = CompletionCommand.NAME,
        description =
                "Print a script by which bash or zsh completes commands, options, and the names of"
                        + " presets and of what the plug-ins provide.",
        footer = {"", "Example, for ~/.bashrc or ~/.zshrc:", "  source <(anira completion)"})
public final class CompletionCommand implements Runnable {

    /** What it is called; it alone shows the options of all commands. */
    public static final String NAME = "completion";

    private final Output output;
    @Spec private CommandSpec spec;

    /** Makes one that writes to an output. */
    public CompletionCommand(Output output) {
        this.output = output;
    }

    @Override
    public void run() {
        output.out().println(AutoComplete.bash("anira", spec.root().commandLine()));
    }
}
