package org.anira.app.command;

import org.anira.app.console.Output;
import org.anira.app.process.Installation;
import org.anira.runtime.experiment.InstalledPlugins;
import org.anira.runtime.plugin.PluginSnapshot;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folders in which a command looks for plug-ins. */
final class PluginFolders {

    private final Output output;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description =
                    "One more folder with plug-ins, beside the distribution's plugins/,"
                            + " ~/.anira/plugins and those in ANIRA_PLUGINS. May be given several"
                            + " times.")
    private List<Path> folders = new ArrayList<>();

    PluginFolders(Output output) {
        this.output = output;
    }

    /** Returns the folders given as options. */
    List<Path> asked() {
        return folders;
    }

    /** Opens the plug-ins. */
    InstalledPlugins open() {
        InstalledPlugins plugins = Installation.open(folders);
        if (output.verbose()) {
            for (PluginSnapshot plugin : plugins.plugins()) {
                output.say("plug-in " + plugin.line());
                plugin.reason().ifPresent(reason -> output.say("  " + reason));
            }
        }
        return plugins;
    }
}
