package org.anira.app;

import org.anira.api.AniraException;
import org.anira.api.task.Axis;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.report.Comparison;
import org.anira.runtime.run.RunFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares runs. */
@Command(
        name = "compare",
        description = {
            "Compare runs of one task: a table, figures (PNG and SVG) and report.html.",
            "Runs that differ in the seed alone are pooled. Reads run folders only."
        },
        footer = {
            "",
            "Examples:",
            "  anira compare runs/mano-anira-e/001 runs/mano-anira-o/001",
            "  anira compare runs/mano-anira-* --out figures/mano"
        })
final class CompareCommand implements Runnable {

    @ParentCommand private Anira anira;
    @Spec private CommandSpec spec;
    @Mixin private PluginFolders folders;

    @Parameters(
            arity = "1..*",
            paramLabel = "RUN",
            description = "Run folders, or folders with runs in them.")
    private List<Path> runs;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "comparison",
            description =
                    "Where to write: a new folder or an earlier comparison, which is replaced;"
                            + " ${DEFAULT-VALUE} if not given.")
    private Path out;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public void run() {
        List<RunFolder> found = runs.stream().flatMap(path -> in(path).stream()).toList();
        Comparison comparison = Comparison.of(found, units(found.getFirst()));
        String command =
                "anira "
                        + String.join(
                                " ", spec.root().commandLine().getParseResult().originalArgs());
        Comparison.Written written = comparison.write(out, command);
        if (json) {
            anira.console().out().println(comparison.json());
        } else {
            anira.console().out().print(comparison.text());
            comparison.remarks().forEach(remark -> anira.console().out().println(remark));
        }
        if (!written.withoutFigures().isEmpty()) {
            anira.say("Warning: there are no figures: " + written.withoutFigures());
        }
        anira.say("Report: " + written.report());
    }

    private static List<RunFolder> in(Path path) {
        List<RunFolder> below = RunFolder.below(path);
        return below.isEmpty() ? List.of(RunFolder.open(path)) : below;
    }

    /** Returns what the axes count, as the task says; nothing if its plug-in is not here. */
    private Map<String, String> units(RunFolder run) {
        try {
            ResolvedExperiment resolved =
                    ResolvedExperiment.resolve(Draft.read(run.config()), folders.open(anira));
            Map<String, String> units = new LinkedHashMap<>();
            for (Axis axis : resolved.task().axes()) {
                units.put(axis.name(), axis.unit());
            }
            return units;
        } catch (AniraException e) {
            anira.detail("Axes have no units in the figures: " + e.getMessage());
            return Map.of();
        }
    }
}
