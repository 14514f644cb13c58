package org.anira.app.command;

import org.anira.app.console.Output;
import org.anira.runtime.report.Comparison;
import org.anira.runtime.run.RunFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares runs. */
@Command(
        name = "compare",
        description = {
            "Compare runs of one task: a table, figures (PNG and SVG) and report.html.",
            "Runs that differ only in the seed are pooled. Only run folders are read."
        },
        footer = {
            "",
            "Examples:",
            "  anira compare runs/mano-anira-e/001 runs/mano-anira-o/001",
            "  anira compare runs/mano-anira-* --out figures/mano"
        })
public final class CompareCommand implements Runnable {

    private final Output output;
    @Spec private CommandSpec spec;

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

    /** Makes one that writes to an output. */
    public CompareCommand(Output output) {
        this.output = output;
    }

    @Override
    public void run() {
        Map<Path, RunFolder> found = new LinkedHashMap<>();
        for (RunFolder run : runs.stream().flatMap(this::in).toList()) {
            RunFolder same = found.putIfAbsent(run.real(), run);
            if (same != null) {
                output.say(
                        "Named twice, counted once: '%s', which is '%s'"
                                .formatted(run.path(), same.path()));
            }
        }
        Comparison comparison = Comparison.of(List.copyOf(found.values()));
        Comparison.Written written = comparison.write(out, TypedLine.line(spec));
        if (json) {
            output.out().println(comparison.json());
        } else {
            output.out().print(comparison.text());
            comparison.remarks().forEach(remark -> output.out().println(remark));
        }
        if (!written.withoutFigures().isEmpty()) {
            output.say("Warning: there are no figures: " + written.withoutFigures());
        }
        output.say("Report: " + written.report());
    }

    /** Returns the run at a path, or those below it that were evaluated. */
    private Stream<RunFolder> in(Path path) {
        List<RunFolder> below = RunFolder.isRun(path) ? List.of() : RunFolder.below(path);
        Map<Boolean, List<RunFolder>> byEvaluated =
                below.stream()
                        .collect(Collectors.partitioningBy(run -> Files.exists(run.evaluations())));
        List<RunFolder> evaluated = byEvaluated.get(true);
        if (evaluated.isEmpty()) {
            return below.isEmpty() ? Stream.of(RunFolder.open(path)) : below.stream();
        }
        byEvaluated
                .get(false)
                .forEach(run -> output.say("Left out, never evaluated: " + run.path()));
        return evaluated.stream();
    }
}
