package org.anira.app;

import org.anira.api.DataException;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.Experiment;
import org.anira.runtime.config.ExperimentYaml;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.RunLock;
import org.anira.runtime.train.Progress;
import org.anira.runtime.train.Trainer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Trains a model. */
@Command(
        name = "train",
        description = "Train a model and evaluate it; everything goes into one new run folder.",
        footer = {
            "",
            "Ctrl-C ends the training after the step it is in, with a checkpoint (exit code 130); a"
                    + " second Ctrl-C, two seconds later or more, ends it at once.",
            "",
            "Examples:",
            "  anira train mano-anira-o --dry-run",
            "  anira train mine.yaml model.width=128 training.steps=2000 --seed 2",
            "  anira train mine.yaml --halting fixed halting.options.depth=3 --out runs/depth-3",
            "  anira train --resume runs/mano-anira-o/001"
        })
final class TrainCommand implements Callable<Integer> {

    @ParentCommand private Anira anira;
    @Spec private CommandSpec spec;
    @Mixin private ExperimentArguments arguments;
    @Mixin private PluginFolders folders;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "The run folder to make; runs/NAME/NNN if not given, with the next free"
                            + " number.")
    private Path out;

    @Option(
            names = "--dry-run",
            description = "Check everything, show what would be trained, write nothing.")
    private boolean dryRun;

    @Option(
            names = "--print-config",
            description =
                    "Print every setting with where it comes from, and do nothing else; with --json"
                            + " one document.")
    private boolean printConfig;

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description = "Go on with the run in this folder.")
    private Path resume;

    @Option(
            names = "--checkpoint",
            paramLabel = "STEP",
            description = "With --resume: the checkpoint to go on from; the newest if not given.")
    private Long checkpoint;

    @Option(names = "--json", description = "One JSON document at the end, and no progress.")
    private boolean json;

    @Override
    public Integer call() {
        if (resume == null && checkpoint != null) {
            throw usage("--checkpoint goes with --resume");
        }
        if (resume != null && (!arguments.isEmpty() || out != null)) {
            throw usage(
                    "--resume takes all settings from the run; leave out experiment, settings and"
                            + " --out");
        }
        Platform platform = folders.open(anira);
        ResolvedExperiment resolved;
        if (resume == null) {
            resolved = ResolvedExperiment.resolve(arguments.draft(), platform);
        } else {
            RunFolder folder = RunFolder.open(resume);
            resolved =
                    ResolvedExperiment.resolveSaved(
                            Draft.of(folder),
                            List.of(),
                            RunPlugins.of(folder, platform),
                            Draft::damaged);
        }
        if (printConfig) {
            printConfig(resolved);
            return ExitCode.DONE;
        }
        TrainingRun run = new TrainingRun(anira, platform, resolved, Typed.words(spec));
        if (resume != null) {
            return resume(resolved, run);
        }
        if (dryRun) {
            return dryRun(resolved);
        }
        RunFolder[] folder = new RunFolder[1];
        Interruption stop = interruption();
        Trainer.End end;
        try (ProgressLine line = progressLine()) {
            end =
                    run.begin(
                            () -> newFolder(resolved.experiment()),
                            arguments.overrides(),
                            progress(line),
                            stop,
                            made -> {
                                folder[0] = made;
                                anira.say("Run folder: " + made.path());
                            });
        }
        return ended(end, folder[0]);
    }

    private int resume(ResolvedExperiment resolved, TrainingRun run) {
        RunFolder folder = RunFolder.open(resume);
        try (RunLock _ = folder.lock()) {
            Checkpoints checkpoints = new Checkpoints(folder);
            Checkpoint from =
                    checkpoint != null
                            ? checkpoints.at(checkpoint)
                            : checkpoints
                                    .newest()
                                    .orElseThrow(() ->
                                            new DataException(
                                                    "RUN-004",
                                                    "Run '%s' has no checkpoint to go on from. Begin again: anira train %s"
                                                            .formatted(
                                                                    folder.path(),
                                                                    folder.config())));
            if (dryRun) {
                return dryRun(resolved);
            }
            anira.say("Resuming '%s' after step %d".formatted(folder.path(), from.state().step()));
            Interruption stop = interruption();
            Trainer.End end;
            try (ProgressLine line = progressLine()) {
                end = run.resume(folder, from, progress(line), stop);
            }
            return ended(end, folder);
        }
    }

    private RunFolder newFolder(Experiment experiment) {
        return out == null
                ? RunFolder.create(Path.of("runs"), experiment.name())
                : RunFolder.create(out);
    }

    private Interruption interruption() {
        return Interruption.ofProcess(
                () ->
                        anira.say(
                                System.lineSeparator()
                                        + "Stopping after this step, with a checkpoint. Once more"
                                        + " after two seconds to stop at once."),
                () -> {});
    }

    private ProgressLine progressLine() {
        return new ProgressLine(
                anira.console().err(), anira.console().terminal(), System::nanoTime);
    }

    private Consumer<Progress> progress(ProgressLine line) {
        return anira.quiet() || json ? _ -> {} : line;
    }

    private int ended(Trainer.End end, RunFolder folder) {
        long step = folder.status().step();
        List<PointResult> results =
                new Evaluations(folder)
                        .read().stream().filter(result -> result.step() == step).toList();
        if (json) {
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("run", folder.path().toString());
            content.put("state", folder.status().state().toString());
            content.put("step", step);
            content.put("evaluation", results);
            anira.console().out().println(Json.document("anira.train/1", content));
        } else if (!results.isEmpty()) {
            anira.console().out().print(Results.table(results));
        }
        return switch (end) {
            case DONE -> ExitCode.DONE;
            case INTERRUPTED -> {
                anira.say(
                        "Stopped after step %d. Go on with: anira train --resume %s"
                                .formatted(step, folder.path()));
                yield ExitCode.INTERRUPTED;
            }
        };
    }

    private void printConfig(ResolvedExperiment resolved) {
        if (json) {
            Map<String, Object> settings = new LinkedHashMap<>();
            resolved.experiment()
                    .values()
                    .forEach((path, value) ->
                            settings.put(
                                    path,
                                    Map.of(
                                            "value",
                                            value,
                                            "origin",
                                            resolved.values().get(path).origin().toString())));
            anira.console()
                    .out()
                    .println(Json.document("anira.config/1", Map.of("settings", settings)));
        } else {
            anira.console().out().print(ExperimentYaml.withOrigins(resolved));
        }
    }

    private int dryRun(ResolvedExperiment resolved) {
        RecurrentTransformer model = Models.of(resolved);
        Experiment experiment = resolved.experiment();
        int batch =
                experiment.training().microBatch() == 0
                        ? experiment.training().batch()
                        : experiment.training().microBatch();
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("name", experiment.name());
        content.put("task", experiment.task().name());
        content.put("vocabulary", resolved.task().vocabulary().size());
        content.put("longest_sequence", model.length());
        content.put("halting", experiment.halting().choice().name());
        content.put("rule", resolved.rule());
        content.put("execution", word(resolved.trainingExecution()));
        content.put("evaluation_execution", word(resolved.evaluationExecution()));
        content.put("layers", layers(experiment));
        content.put("parameters", Models.parameters(model));
        content.put(
                "latents",
                "[%d, %d, %d]".formatted(batch, model.length() - 1, model.settings().width()));
        content.put("training_memory_mib", Models.trainingBytes(model, batch) >> 20);
        content.put("steps", experiment.training().steps());
        try (Session session = resolved.open()) {
            content.put("backend", experiment.backend().name());
            content.put("library", session.info().library());
            content.put("device", session.info().device());
            content.put("threads", session.info().threads());
        }
        content.put("settings_hash", experiment.hash());
        if (json) {
            content.put("restrictions", resolved.restrictions());
            anira.console().out().println(Json.document("anira.dry-run/1", content));
        } else {
            content.forEach((key, value) ->
                    anira.console()
                            .out()
                            .printf(Locale.ROOT, "%-22s %s%n", key.replace('_', ' '), value));
            anira.say("Nothing was written.");
        }
        return ExitCode.DONE;
    }

    private static String word(Execution form) {
        return form.name().toLowerCase(Locale.ROOT);
    }

    private static String layers(Experiment experiment) {
        return "%d + %d x %d%s + %d"
                .formatted(
                        experiment.model().prelude(),
                        experiment.model().maxDepth(),
                        experiment.model().recurrent(),
                        experiment.model().tied() ? "" : " (untied)",
                        experiment.model().coda());
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
