package org.anira.app.command;

import org.anira.api.tensor.Form;
import org.anira.api.tensor.Session;
import org.anira.app.console.Output;
import org.anira.app.console.ProgressLine;
import org.anira.app.process.ExitCode;
import org.anira.app.process.Interruption;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.Experiment;
import org.anira.runtime.config.ExperimentYaml;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.experiment.ExperimentModel;
import org.anira.runtime.experiment.InstalledPlugins;
import org.anira.runtime.experiment.SavedRun;
import org.anira.runtime.experiment.TrainingListener;
import org.anira.runtime.experiment.TrainingRun;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
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
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

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
public final class TrainCommand implements Callable<Integer> {

    private final Output output;
    @Spec private CommandSpec spec;
    @Mixin private ExperimentArguments arguments;
    @Mixin private final PluginFolders folders;

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
                    "Print every setting with its origin, and do nothing else; with"
                            + " --json one document.")
    private boolean printConfig;

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description = "Go on with the run in this folder.")
    private Path resume;

    @Option(
            names = "--checkpoint",
            paramLabel = "STEP",
            description = "With --resume: the checkpoint to resume from; the newest if not given.")
    private Long checkpoint;

    @Option(names = "--json", description = "One JSON document at the end, and no progress.")
    private boolean json;

    /** Makes one that writes to an output. */
    public TrainCommand(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

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
        InstalledPlugins plugins = folders.open();
        Optional<SavedRun> saved =
                Optional.ofNullable(resume).map(run -> new SavedRun(RunFolder.open(run), plugins));
        ResolvedExperiment resolved =
                saved.map(SavedRun::experiment)
                        .orElseGet(() -> ResolvedExperiment.resolve(arguments.draft(), plugins));
        if (printConfig) {
            printConfig(resolved);
            return ExitCode.DONE;
        }
        TrainingRun run = new TrainingRun(plugins, resolved, TypedLine.invocation(spec), output);
        if (saved.isPresent()) {
            return resume(saved.get(), resolved, run);
        }
        if (dryRun) {
            return dryRun(resolved);
        }
        Supplier<RunFolder> newFolder =
                () ->
                        out == null
                                ? RunFolder.create(Path.of("runs"), resolved.experiment().name())
                                : RunFolder.create(out);
        RunFolder[] folder = new RunFolder[1];
        Trainer.End end;
        try (Follower follower =
                new Follower() {
                    @Override
                    public void made(RunFolder made) {
                        folder[0] = made;
                        output.say("Run folder: " + made.path());
                    }
                }) {
            end = run.begin(newFolder, arguments.overrides(), follower);
        }
        return ended(end, folder[0]);
    }

    private int resume(SavedRun saved, ResolvedExperiment resolved, TrainingRun run) {
        RunFolder folder = saved.folder();
        try (RunLock _ = folder.lock()) {
            Checkpoint from = saved.resumable(Optional.ofNullable(checkpoint));
            if (dryRun) {
                return dryRun(resolved);
            }
            output.say("Resuming '%s' after step %d".formatted(folder.path(), from.state().step()));
            Trainer.End end;
            try (Follower follower = new Follower()) {
                end = run.resume(folder, from, follower);
            }
            return ended(end, folder);
        }
    }

    /** Shows progress, and listens for a request to stop. */
    private class Follower implements TrainingListener, AutoCloseable {

        private final Interruption stop =
                Interruption.ofProcess(
                        () ->
                                output.say(
                                        System.lineSeparator()
                                                + "Stopping after this step, with a checkpoint."
                                                + " Once more after two seconds to stop at once."),
                        () -> {});
        private final ProgressLine line =
                new ProgressLine(output.err(), output.terminal(), System::nanoTime);

        @Override
        public void preparing(String work, int number, int total) {
            if (!output.quiet() && !json) {
                line.preparing(work, number, total);
            }
        }

        @Override
        public void step(Progress progress) {
            if (!output.quiet() && !json) {
                line.accept(progress);
            }
        }

        @Override
        public boolean stops() {
            return stop.getAsBoolean();
        }

        @Override
        public void close() {
            line.close();
        }
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
            output.out().println(Json.document("anira.train/1", content));
        } else if (!results.isEmpty()) {
            output.out().print(EvaluationTable.table(results));
        }
        return switch (end) {
            case DONE -> ExitCode.DONE;
            case INTERRUPTED -> {
                output.say(
                        step == 0
                                ? "Stopped before the first step. Begin again: anira train %s"
                                        .formatted(folder.config())
                                : "Stopped after step %d. Go on with: anira train --resume %s"
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
            output.out().println(Json.document("anira.config/1", Map.of("settings", settings)));
        } else {
            output.out().print(ExperimentYaml.withOrigins(resolved));
        }
    }

    private int dryRun(ResolvedExperiment resolved) {
        RecurrentTransformer model = ExperimentModel.of(resolved);
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
        content.put("parameters", ExperimentModel.parameters(model));
        content.put(
                "latents",
                "[%d, %d, %d]".formatted(batch, model.length() - 1, model.settings().width()));
        content.put("training_memory_mib", ExperimentModel.trainingBytes(model, batch) >> 20);
        content.put("steps", experiment.training().steps());
        try (Session session = resolved.open()) {
            content.put("backend", experiment.backend().name());
            content.put("library", session.info().library());
            content.put("device", session.info().device());
            content.put("threads", session.info().threads());
            content.put("form", form(session.form()));
        }
        content.put("settings_hash", experiment.hash());
        if (json) {
            content.put("restrictions", resolved.restrictions());
            output.out().println(Json.document("anira.dry-run/1", content));
        } else {
            content.forEach((key, value) ->
                    output.out().printf(Locale.ROOT, "%-22s %s%n", key.replace('_', ' '), value));
            output.say("Nothing was written.");
        }
        return ExitCode.DONE;
    }

    private static String form(Form form) {
        return switch (form.kind()) {
            case COMPILED -> "compiled before the first step";
            case EAGER ->
                    form.detail().isEmpty() ? "eager" : "eager, not compiled: " + form.detail();
        };
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
