package org.anira.app;

import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.runtime.report.Table;
import org.anira.runtime.run.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shows all plug-ins; reads their descriptors alone. */
@Command(
        name = "plugins",
        description =
                "Show all plug-ins, also those that cannot be used, and why. None of their code"
                        + " runs.",
        footer = {
            "",
            "Examples:",
            "  anira plugins",
            "  anira plugins --json",
            "  anira plugins --lock                     from now on allow only these jars, as they"
                    + " are, in this folder",
            "  rm plugins.lock                          allow all again"
        })
final class PluginsCommand implements Runnable {

    @ParentCommand private Anira anira;
    @Mixin private PluginFolders folders;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Option(
            names = "--lock",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = "plugins.lock",
            description =
                    "Write the SHA-256 of all sound plug-ins, in place of an earlier lock;"
                            + " plugins.lock if no file is given. All commands obey the"
                            + " plugins.lock in the current folder: other plug-ins, and changed"
                            + " ones, are refused.")
    private Path lock;

    @Override
    public void run() {
        if (lock != null) {
            Platform.unlocked(folders.asked()).registry().writeLock(lock);
            anira.say(
                    "Locked the plug-ins in '%s'.%s"
                            .formatted(
                                    lock,
                                    lock.toAbsolutePath().equals(Platform.lock().toAbsolutePath())
                                            ? ""
                                            : " It binds where it lies as 'plugins.lock'."));
        }
        Platform platform = Platform.open(folders.asked());
        List<PluginSnapshot> plugins = platform.registry().snapshot();
        if (json) {
            anira.console()
                    .out()
                    .println(
                            Json.document(
                                    "anira.plugins/1",
                                    Map.of(
                                            "plugins",
                                            plugins.stream().map(PluginsCommand::map).toList())));
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
        anira.console().out().print(table.isEmpty() ? "" : table);
        for (PluginSnapshot plugin : plugins) {
            plugin.reason()
                    .ifPresent(reason ->
                            anira.console()
                                    .out()
                                    .printf(
                                            "%n%s: %s  %s%n",
                                            plugin.id(),
                                            plugin.code().orElse(""),
                                            reason.replace("\n", "\n    ")));
        }
        if (plugins.isEmpty()) {
            anira.say("There are no plug-ins in: " + Platform.folders(folders.asked()));
        }
    }

    /** Returns a plug-in in one line. */
    static String line(PluginSnapshot plugin) {
        return "%s %s, %s, %s, %s"
                .formatted(
                        plugin.id(),
                        plugin.version().orElse("without version"),
                        String.join(" and ", plugin.provides().keySet()),
                        plugin.path(),
                        plugin.state());
    }

    /** Returns all that is known of a plug-in, for JSON. */
    static Map<String, Object> map(PluginSnapshot plugin) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", plugin.id());
        plugin.module().ifPresent(module -> map.put("module", module));
        plugin.version().ifPresent(version -> map.put("version", version));
        plugin.api().ifPresent(api -> map.put("api", api));
        map.put("ranking", plugin.ranking());
        map.put("native_engine", plugin.nativeEngine());
        map.put("path", absolute(plugin.path()));
        plugin.sha256().ifPresent(hash -> map.put("sha256", hash));
        map.put("jars", plugin.jars().stream().map(PluginsCommand::map).toList());
        map.put("provides", plugin.provides());
        if (!plugin.names().isEmpty()) {
            map.put("names", plugin.names());
        }
        map.put("state", plugin.state().toString());
        plugin.code().ifPresent(code -> map.put("code", code));
        plugin.reason().ifPresent(reason -> map.put("reason", reason));
        return map;
    }

    private static Map<String, Object> map(PluginSnapshot.Jar jar) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("path", absolute(jar.path()));
        jar.sha256().ifPresent(hash -> map.put("sha256", hash));
        return map;
    }

    /** Returns a path that means the same wherever it is read. */
    private static String absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize().toString();
    }
}
