package org.anira.app.command;

import org.anira.api.DataException;
import org.anira.api.Provider;
import org.anira.app.console.Output;
import org.anira.app.preset.Presets;
import org.anira.runtime.plugin.Kind;
import org.anira.runtime.plugin.Plugin;
import org.anira.runtime.plugin.PluginRegistry;
import org.anira.runtime.plugin.PluginState;
import org.anira.runtime.plugin.Service;
import org.anira.runtime.report.Table;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.Machine;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.Status;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Lists what there is to choose from. */
@Command(
        name = "list",
        description = "List tasks, halting mechanisms, backends, presets or runs.",
        footer = {"", "Examples:", "  anira list halting", "  anira list runs --json"})
public final class ListCommand implements Runnable {

    /** What can be listed. */
    enum Subject {
        TASKS,
        HALTING,
        BACKENDS,
        PRESETS,
        RUNS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The default folder of runs; it may not exist yet. */
    private static final Path USUAL = Path.of("runs");

    private final Output output;
    @Mixin private final PluginFolders folders;

    @Parameters(paramLabel = "WHAT", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Subject subject;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            defaultValue = "runs",
            description = "Where runs lie; ${DEFAULT-VALUE} if not given.")
    private Path runs;

    /** Makes one that writes to an output. */
    public ListCommand(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

    @Override
    public void run() {
        List<Map<String, Object>> rows =
                switch (subject) {
                    case TASKS -> services(Kind.TASK);
                    case HALTING -> services(Kind.HALTING);
                    case BACKENDS -> services(Kind.BACKEND);
                    case PRESETS -> presets();
                    case RUNS -> runs();
                };
        if (json) {
            output.out().println(Json.document("anira.list/1", Map.of(subject.toString(), rows)));
        } else if (rows.isEmpty()) {
            output.say(
                    "There are no %s%s."
                            .formatted(
                                    subject == Subject.HALTING ? "halting mechanisms" : subject,
                                    subject == Subject.RUNS ? " in '%s'".formatted(runs) : ""));
        } else {
            Table table = new Table(rows.getFirst().keySet().toArray(String[]::new));
            rows.forEach(row ->
                    table.row(
                            row.values().stream()
                                    .map(value -> value == null ? "–" : value)
                                    .toArray()));
            output.out().print(table);
        }
    }

    private <P extends Provider> List<Map<String, Object>> services(Kind<P> kind) {
        List<Map<String, Object>> rows = new ArrayList<>();
        PluginRegistry registry = folders.open().registry();
        for (Service<P> service : registry.services(kind)) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", service.name());
            row.put("summary", service.provider().summary());
            row.put("plugin", service.plugin().id());
            row.put("standing", service.standing().name().toLowerCase(Locale.ROOT));
            rows.add(row);
        }
        tell(
                "Plug-ins that cannot be used: %d. Why: anira plugins, anira doctor",
                registry.plugins().stream()
                        .filter(plugin -> plugin.state() == PluginState.FAILED)
                        .filter(plugin -> plugin.mayProvide(kind)));
        tell(
                "Plug-ins that are set aside for others with their ids: %d. Which: anira plugins",
                registry.setAside().stream().filter(plugin -> plugin.mayProvide(kind)));
        return rows;
    }

    private void tell(String message, Stream<Plugin> plugins) {
        long count = plugins.count();
        if (count > 0) {
            output.say(message.formatted(count));
        }
    }

    private static List<Map<String, Object>> presets() {
        List<Map<String, Object>> rows = new ArrayList<>();
        Presets.summaries()
                .forEach((name, summary) -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("name", name);
                    row.put("summary", summary);
                    rows.add(row);
                });
        return rows;
    }

    private List<Map<String, Object>> runs() {
        if (!Files.isDirectory(runs) && !(runs.equals(USUAL) && Files.notExists(runs))) {
            throw new DataException(
                    "RUN-003",
                    "There is no folder '%s' to look for runs in. Choose another with --runs."
                            .formatted(runs));
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (RunFolder run : RunFolder.below(runs)) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("run", run.path().toString());
            try {
                Status status = run.status();
                row.put("state", state(status));
                row.put("step", status.step());
                row.put("changed", status.changed().truncatedTo(ChronoUnit.SECONDS).toString());
            } catch (DataException e) {
                output.say("Warning: " + e.getMessage());
                row.put("state", "damaged");
                row.put("step", null);
                row.put("changed", null);
            }
            rows.add(row);
        }
        return rows;
    }

    /** Returns the state in words. Whether a run on another machine is alive is unknown. */
    private static String state(Status status) {
        if (status.state() != Status.State.RUNNING || status.hasProcess()) {
            return status.state().toString();
        }
        return status.host().equals(Machine.current().host())
                ? "killed"
                : "running on " + status.host();
    }
}
