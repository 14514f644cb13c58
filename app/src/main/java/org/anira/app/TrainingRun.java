package org.anira.app;

import org.anira.api.DataException;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.Choice;
import org.anira.runtime.config.Experiment;
import org.anira.runtime.config.ExperimentYaml;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.hash.Sha256;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.plugin.Kind;
import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Machine;
import org.anira.runtime.run.Provenance;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.RunLock;
import org.anira.runtime.run.ShellWords;
import org.anira.runtime.run.Status;
import org.anira.runtime.train.Progress;
import org.anira.runtime.train.Trainer;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One training in its run folder: what is noted before, during and after it. */
final class TrainingRun {

    /** How often the status names the step; writing it waits for the disk. */
    private static final Duration NOTED_EVERY = Duration.ofSeconds(10);

    private final Anira anira;
    private final Platform platform;
    private final ResolvedExperiment resolved;
    private final List<PluginSnapshot> plugins;
    private final List<String> command;

    /**
     * Checks what can be checked without a backend.
     *
     * @param command the command line, word by word
     */
    TrainingRun(Anira anira, Platform platform, ResolvedExperiment resolved, List<String> command) {
        this.anira = anira;
        this.platform = platform;
        this.resolved = resolved;
        this.command = command;
        resolved.require(Capability.TRAINING, "train", platform);
        Experiment experiment = resolved.experiment();
        if (experiment.model().precision() == Precision.BFLOAT16) {
            resolved.require(Capability.BFLOAT16, "model.precision=bfloat16", platform);
        }
        Trainer.check(resolved);
        resolved.restrictions().forEach(anira::say);
        Map<Kind<?>, String> names = new LinkedHashMap<>();
        names.put(Kind.TASK, experiment.task().name());
        names.put(Kind.HALTING, experiment.halting().choice().name());
        names.put(Kind.BACKEND, experiment.backend().name());
        plugins = platform.pluginsOf(names);
    }

    /**
     * Trains from the beginning. The backend is opened first, so that nothing is written where it
     * cannot work.
     *
     * @param newFolder makes the run folder
     * @param overrides what was typed beside the experiment's name
     */
    Trainer.End begin(
            Supplier<RunFolder> newFolder,
            List<String> overrides,
            Consumer<Progress> progress,
            BooleanSupplier stop,
            Consumer<RunFolder> made) {
        RecurrentTransformer model = Models.of(resolved);
        try (Session session = resolved.open()) {
            RunFolder folder = newFolder.get();
            try (RunLock _ = folder.lock()) {
                made.accept(folder);
                folder.write(folder.config(), ExperimentYaml.of(resolved.experiment()));
                folder.write(
                        folder.overrides(),
                        overrides.stream().map(each -> each + "\n").collect(Collectors.joining()));
                provenance(session).write(folder);
                return train(session, model, folder, Optional.empty(), progress, stop);
            }
        }
    }

    /**
     * Goes on with a training.
     *
     * @param folder whose lock the caller holds
     * @throws DataException RUN-008 if the settings are not those of the checkpoint
     */
    Trainer.End resume(
            RunFolder folder, Checkpoint from, Consumer<Progress> progress, BooleanSupplier stop) {
        if (!from.state().settingsHash().equals(resolved.experiment().hash())) {
            throw new DataException(
                    "RUN-008",
                    ("'%s' has other settings than the checkpoint of step %d was made with.\n"
                         + "Restore the file, or the version of anira that 'provenance.json' names,"
                         + " or begin a new run: anira train %s")
                            .formatted(folder.config(), from.state().step(), folder.config()));
        }
        RecurrentTransformer model = Models.of(resolved);
        try (Session session = resolved.open()) {
            return train(session, model, folder, Optional.of(from), progress, stop);
        }
    }

    private Trainer.End train(
            Session session,
            RecurrentTransformer model,
            RunFolder folder,
            Optional<Checkpoint> from,
            Consumer<Progress> progress,
            BooleanSupplier stop) {
        // Read before hours of training rather than after.
        Provenance provenance = Provenance.read(folder);
        long[] step = {from.map(checkpoint -> checkpoint.state().step()).orElse(0L)};
        Instant[] noted = {Instant.now()};
        Trainer trainer = new Trainer(resolved, model, session, folder, hashes());
        // A run that goes on is as it was until all of it has been read.
        boolean begun = from.isEmpty();
        try {
            trainer.load(from);
            from.ifPresent(checkpoint -> noteResumed(folder, checkpoint));
            begun = true;
            folder.status(Status.running(step[0], ""));
            plugins.forEach(plugin -> folder.log("plug-in " + PluginsCommand.line(plugin)));
            String execution = "execution: " + trainer.execution().name().toLowerCase(Locale.ROOT);
            anira.detail(execution);
            folder.log(execution);
            resolved.restrictions().forEach(folder::log);
            Trainer.End end =
                    trainer.train(
                            each -> {
                                step[0] = each.step();
                                if (Instant.now().isAfter(noted[0].plus(NOTED_EVERY))) {
                                    noted[0] = Instant.now();
                                    folder.status(Status.running(step[0], ""));
                                }
                                progress.accept(each);
                            },
                            stop);
            switch (end) {
                case DONE ->
                        folder.status(Status.ended(Status.State.DONE, step[0], ExitCode.DONE, ""));
                case INTERRUPTED ->
                        folder.status(
                                Status.ended(
                                        Status.State.INTERRUPTED,
                                        step[0],
                                        ExitCode.INTERRUPTED,
                                        "stopped on request"));
            }
            folder.log("%s after step %d".formatted(end.name().toLowerCase(Locale.ROOT), step[0]));
            provenance.endedAt(Instant.now()).write(folder);
            return end;
        } catch (RuntimeException | Error e) {
            if (begun) {
                failed(folder, step[0], e);
            }
            throw e;
        }
    }

    private void noteResumed(RunFolder folder, Checkpoint from) {
        RunPlugins.of(folder, platform)
                .changes(resolved.experiment(), from.state().plugins())
                .forEach(change -> {
                    anira.say("Warning: " + change.message());
                    folder.log(change.message());
                });
        folder.log(
                "resumed after step %d: %s"
                        .formatted(from.state().step(), ShellWords.join(command)));
    }

    /** Notes that the training failed, if that is still possible: what failed may be the disk. */
    private static void failed(RunFolder folder, long step, Throwable thrown) {
        try {
            folder.status(
                    Status.ended(
                            Status.State.FAILED,
                            step,
                            ExitCode.of(thrown),
                            String.valueOf(thrown.getMessage())));
            folder.log("failed after step %d: %s".formatted(step, thrown));
        } catch (DataException e) {
            thrown.addSuppressed(e);
        }
    }

    private Provenance provenance(Session session) {
        Experiment experiment = resolved.experiment();
        Map<String, String> units = new LinkedHashMap<>();
        resolved.task().axes().forEach(axis -> units.put(axis.name(), axis.unit()));
        Session.Info info = session.info();
        return new Provenance(
                Versions.anira(),
                Versions.commit(),
                command,
                plugins.stream().map(PluginsCommand::map).toList(),
                new Provenance.Backend(
                        experiment.backend().name(), info.library(), info.device(), info.threads()),
                Machine.here(),
                Map.of("training", experiment.seed(), "evaluation", experiment.evaluation().seed()),
                taskHash(),
                Optional.of(units),
                Optional.empty(),
                Instant.now(),
                Optional.empty());
    }

    /** Returns the SHA-256 of each plug-in, by its id. */
    private Map<String, String> hashes() {
        Map<String, String> hashes = new LinkedHashMap<>();
        for (PluginSnapshot plugin : plugins) {
            hashes.put(plugin.id(), plugin.sha256().orElse(""));
        }
        return hashes;
    }

    /** Returns the SHA-256 of what determines the samples: the task's jars and its settings. */
    private String taskHash() {
        Choice task = resolved.experiment().task();
        String plugin = platform.pluginOf(Kind.TASK, task.name()).sha256().orElse("");
        return Sha256.of(plugin + task);
    }
}
