package org.anira.app;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints the script by which a shell completes commands. */
@Command(
        name = "completion",
        description =
                "Print a script by which bash or zsh completes commands, options, and the names of"
                        + " presets and of what the plug-ins provide.",
        footer = {"", "Example, for ~/.bashrc or ~/.zshrc:", "  source <(anira completion)"})
final class CompletionCommand implements Runnable {

    @ParentCommand private Anira anira;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        anira.console().out().println(AutoComplete.bash("anira", spec.root().commandLine()));
    }
}
