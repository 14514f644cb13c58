package org.anira.app.command;

import org.anira.app.console.Output;
import org.anira.app.process.Installation;
import org.anira.runtime.plugin.PluginRegistry;
import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.runtime.report.Table;
import org.anira.runtime.run.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts all plug-ins and shows their states, as other commands will find them. */
@Command(
        name = "plugins",
        description =
                "Start and show all plug-ins, with the reason for those that cannot be"
                        + " used, and the names that several provide.",
        footer = {
            "",
            "Examples:",
            "  anira plugins",
            "  anira plugins --json",
            "  anira plugins --lock                     from now on allow only these jars, as they"
                    + " are, in this folder",
            "  rm plugins.lock                          allow all again"
        })
public final class PluginsCommand implements Runnable {

    private final Output output;
    @Mixin private final PluginFolders folders;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Option(
            names = "--lock",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "plugins.lock",
            description =
                    "First write the SHA-256 of all sound plug-ins, in place of an earlier lock"
                            + " but of no other file; plugins.lock if no file is given. None of"
                            + " their code runs before. All commands obey the plugins.lock in the"
                            + " current folder: other plug-ins, and changed ones, are refused.")
    private Path lock;

    /** Makes one that writes to an output. */
    public PluginsCommand(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

    @Override
    public void run() {
        if (lock != null) {
            Installation.unlocked(folders.asked()).registry().writeLock(lock);
            output.say(
                    "Locked the plug-ins in '%s'.%s"
                            .formatted(
                                    lock,
                                    lock.toAbsolutePath()
                                                    .equals(Installation.lock().toAbsolutePath())
                                            ? ""
                                            : " It applies in the folder where it is named"
                                                    + " 'plugins.lock'."));
        }
        PluginRegistry registry = Installation.open(folders.asked()).registry();
        registry.startAll();
        List<PluginSnapshot> plugins = registry.snapshot();
        if (json) {
            output.out()
                    .println(
                            Json.document(
                                    "anira.plugins/1",
                                    Map.of(
                                            "plugins",
                                            plugins.stream().map(PluginSnapshot::map).toList())));
            return;
        }
        Table table = new Table("plug-in", "version", "api", "provides", "state", "jar");
        for (PluginSnapshot plugin : plugins) {
            table.row(
                    plugin.id(),
                    plugin.version().orElse("–"),
                    plugin.api().orElse("–"),
                    plugin.provides().isEmpty()
                            ? "–"
                            : String.join(", ", plugin.provides().keySet()),
                    plugin.state(),
                    plugin.path());
        }
        output.out().print(table.isEmpty() ? "" : table);
        for (PluginSnapshot plugin : plugins) {
            plugin.remarks()
                    .forEach(remark ->
                            output.out()
                                    .printf(
                                            "%n%s: %s%n",
                                            plugin.id(), remark.replace("\n", "\n    ")));
        }
        if (plugins.isEmpty()) {
            output.say("There are no plug-ins in: " + Installation.folders(folders.asked()));
        }
    }
}
