package org.anira.app;

import org.anira.runtime.experiment.InstalledPlugins;
import org.anira.runtime.plugin.PluginSnapshot;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a command looks for plug-ins. */
final class PluginFolders {

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description =
                    "One more folder with plug-ins, beside the distribution's plugins/,"
                            + " ~/.anira/plugins and those in ANIRA_PLUGINS. May be given several"
                            + " times.")
    private List<Path> folders = new ArrayList<>();

    /** Returns the folders asked for. */
    List<Path> asked() {
        return folders;
    }

    /** Opens the plug-ins. */
    InstalledPlugins open(Anira anira) {
        InstalledPlugins plugins = Installation.open(folders);
        if (anira.verbose()) {
            for (PluginSnapshot plugin : plugins.plugins()) {
                anira.say("plug-in " + plugin.line());
                plugin.reason().ifPresent(reason -> anira.say("  " + reason));
            }
        }
        return plugins;
    }
}
