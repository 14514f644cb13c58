package org.anira.runtime.experiment;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.SettingsException;
import org.anira.api.TrainingException;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Form;
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
import org.anira.runtime.train.Trainer;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The training of an experiment in a run folder, begun or resumed, with everything that is recorded
 * before, during and after it. It runs in the caller's thread to its end.
 */
public final class TrainingRun {

    /** How often the step is written to the status file, which waits for the disk. */
    private static final Duration NOTED_EVERY = Duration.ofSeconds(10);

    private final PluginProviders providers;
    private final ResolvedExperiment resolved;
    private final Invocation invocation;
    private final Messages messages;
    private final List<PluginSnapshot> plugins;

    /**
     * Checks what can be checked without a backend.
     *
     * @param providers the providers that the experiment was resolved with
     * @param invocation how this process is recorded
     * @throws BackendException BKD-002 if the backend cannot train as it is set
     * @throws PluginException PLG-014 if the mechanism does not allow what is set
     */
    public TrainingRun(
            PluginProviders providers,
            ResolvedExperiment resolved,
            Invocation invocation,
            Messages messages) {
        this.providers = providers;
        this.resolved = resolved;
        this.invocation = invocation;
        this.messages = messages;
        resolved.require(Capability.TRAINING, "train", providers);
        Experiment experiment = resolved.experiment();
        if (experiment.model().precision() == Precision.BFLOAT16) {
            resolved.require(Capability.BFLOAT16, "model.precision=bfloat16", providers);
        }
        Trainer.check(resolved);
        resolved.restrictions().forEach(messages::say);
        plugins = providers.pluginsOf(experiment);
    }

    /**
     * Trains from the beginning. The backend is opened first, so that nothing is written if that
     * fails.
     *
     * @param newFolder makes the run folder
     * @param overrides the overrides as typed
     * @throws SettingsException CFG-003 if the model is too large
     * @throws BackendException BKD-001 if the backend is not usable here
     * @throws DataException RUN-001 to RUN-006 for what is wrong with the folder
     * @throws TrainingException RUN-002 if the training diverges
     */
    public Trainer.End begin(
            Supplier<RunFolder> newFolder, List<String> overrides, TrainingListener listener) {
        RecurrentTransformer model = ExperimentModel.of(resolved);
        try (Session session = resolved.open()) {
            listener.opened(session);
            RunFolder folder = newFolder.get();
            try (RunLock _ = folder.lock()) {
                listener.made(folder);
                folder.write(folder.config(), ExperimentYaml.of(resolved.experiment()));
                folder.write(
                        folder.overrides(),
                        overrides.stream().map(each -> each + "\n").collect(Collectors.joining()));
                provenance(session).write(folder);
                return train(session, model, folder, Optional.empty(), listener);
            }
        }
    }

    /**
     * Resumes a training.
     *
     * @param folder the run's folder, whose lock the caller holds
     * @param from a checkpoint in it
     * @throws DataException RUN-008 if the settings are not those of the checkpoint, else as {@link
     *     #begin}
     */
    public Trainer.End resume(RunFolder folder, Checkpoint from, TrainingListener listener) {
        if (!from.state().settingsHash().equals(resolved.experiment().hash())) {
            throw new DataException(
                    "RUN-008",
                    ("'%s' has other settings than the checkpoint of step %d was made with.\n"
                         + "Restore the file, or the version of anira that 'provenance.json' names,"
                         + " or begin a new run: anira train %s")
                            .formatted(folder.config(), from.state().step(), folder.config()));
        }
        RecurrentTransformer model = ExperimentModel.of(resolved);
        try (Session session = resolved.open()) {
            listener.opened(session);
            return train(session, model, folder, Optional.of(from), listener);
        }
    }

    private Trainer.End train(
            Session session,
            RecurrentTransformer model,
            RunFolder folder,
            Optional<Checkpoint> from,
            TrainingListener listener) {
        // Read now, so that damage is found before hours of training.
        Provenance provenance = Provenance.read(folder);
        RunRecords records =
                new RunRecords(folder, from.map(each -> each.state().step()).orElse(0L));
        session.listen(new Heard(listener));
        Trainer trainer = new Trainer(resolved, model, session, folder, hashes());
        // Nothing of a resumed run is changed until all of it has been read.
        boolean begun = from.isEmpty();
        try {
            trainer.load(from);
            if (begun) {
                records.running();
            }
            Form form = trainer.prepare();
            from.ifPresent(checkpoint -> noteResumed(folder, checkpoint));
            begun = true;
            records.running();
            provenance = provenance.in(text(form));
            provenance.write(folder);
            folder.log("form: " + text(form));
            plugins.forEach(plugin -> folder.log("plug-in " + plugin.line()));
            String execution = "execution: " + trainer.execution().name().toLowerCase(Locale.ROOT);
            messages.detail(execution);
            folder.log(execution);
            resolved.restrictions().forEach(folder::log);
            Trainer.End end =
                    trainer.train(
                            progress -> {
                                records.step(progress.step());
                                listener.step(progress);
                            },
                            listener::stops);
            records.ended(end);
            provenance.endedAt(Instant.now()).write(folder);
            return end;
        } catch (CancellationException _) {
            if (begun) {
                records.ended(Trainer.End.INTERRUPTED);
            }
            return Trainer.End.INTERRUPTED;
        } catch (RuntimeException | Error e) {
            if (begun) {
                records.failed(e);
            }
            throw e;
        }
    }

    private static String text(Form form) {
        return "%s %s"
                .formatted(form.kind().name().toLowerCase(Locale.ROOT), form.detail())
                .strip();
    }

    private void noteResumed(RunFolder folder, Checkpoint from) {
        TrainedPlugins.of(folder, providers)
                .changes(resolved.experiment(), from.state().plugins())
                .forEach(change -> {
                    messages.say("Warning: " + change.message());
                    folder.log(change.message());
                });
        folder.log(
                "resumed after step %d: %s"
                        .formatted(from.state().step(), ShellWords.join(invocation.command())));
    }

    /** Passes on what the session says. */
    private final class Heard implements Session.Listener {

        private final TrainingListener listener;

        Heard(TrainingListener listener) {
            this.listener = listener;
        }

        @Override
        public void progress(String work, int number, int total) {
            listener.preparing(work, number, total);
        }

        @Override
        public void note(String text) {
            messages.say(text);
        }

        @Override
        public boolean stops() {
            return listener.stops();
        }
    }

    /** Records the progress of the training in the status and log of its folder. */
    private final class RunRecords {

        private final RunFolder folder;
        private long step;
        private Instant last = Instant.now();

        RunRecords(RunFolder folder, long step) {
            this.folder = folder;
            this.step = step;
        }

        void running() {
            folder.status(Status.running(step, ""));
        }

        void step(long done) {
            step = done;
            if (Instant.now().isAfter(last.plus(NOTED_EVERY))) {
                last = Instant.now();
                running();
            }
        }

        void ended(Trainer.End end) {
            Invocation.ExitCodes codes = invocation.exitCodes();
            folder.status(
                    switch (end) {
                        case DONE -> Status.ended(Status.State.DONE, step, codes.done(), "");
                        case INTERRUPTED ->
                                Status.ended(
                                        Status.State.INTERRUPTED,
                                        step,
                                        codes.interrupted(),
                                        "stopped on request");
                    });
            folder.log("%s after step %d".formatted(end.name().toLowerCase(Locale.ROOT), step));
        }

        /** Records a failure, if that is still possible: the disk may be what failed. */
        void failed(Throwable thrown) {
            try {
                folder.status(
                        Status.ended(
                                Status.State.FAILED,
                                step,
                                invocation.exitCodes().failed().applyAsInt(thrown),
                                String.valueOf(thrown.getMessage())));
                folder.log("failed after step %d: %s".formatted(step, thrown));
            } catch (DataException e) {
                thrown.addSuppressed(e);
            }
        }
    }

    private Provenance provenance(Session session) {
        Experiment experiment = resolved.experiment();
        Map<String, String> units = new LinkedHashMap<>();
        resolved.task().axes().forEach(axis -> units.put(axis.name(), axis.unit()));
        Session.Info info = session.info();
        return new Provenance(
                invocation.version(),
                invocation.commit(),
                invocation.command(),
                plugins.stream().map(PluginSnapshot::map).toList(),
                new Provenance.Backend(
                        experiment.backend().name(), info.library(), info.device(), info.threads()),
                Optional.empty(),
                Machine.current(),
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

    /**
     * Returns the SHA-256 of everything that determines the samples: the task's jars and its
     * settings.
     */
    private String taskHash() {
        Choice task = resolved.experiment().task();
        String plugin =
                providers.pluginsOf(Map.of(Kind.TASK, task.name())).stream()
                        .findFirst()
                        .flatMap(PluginSnapshot::sha256)
                        .orElse("");
        return Sha256.of(plugin + task);
    }
}
