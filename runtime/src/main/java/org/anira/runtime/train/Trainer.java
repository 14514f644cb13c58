package org.anira.runtime.train;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.TrainingException;
import org.anira.api.tensor.Form;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.Experiment;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.config.TrainingSettings;
import org.anira.runtime.config.TrainingSettings.Layout;
import org.anira.runtime.config.Use;
import org.anira.runtime.data.Loader;
import org.anira.runtime.data.TrainingData;
import org.anira.runtime.eval.Evaluator;
import org.anira.runtime.eval.Programs;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.CheckpointState;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.Metrics;
import org.anira.runtime.run.RunFolder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Trains a model and writes its run folder: metrics, evaluations, checkpoints. Learning rate, γ,
 * knob schedule, data and noise are functions of (seed, step), so a training that resumes from a
 * checkpoint computes the same numbers as one that was never interrupted. Belongs to the session's
 * thread.
 */
public final class Trainer {

    private final ResolvedExperiment resolved;
    private final Experiment experiment;
    private final RecurrentTransformer model;
    private final Session session;
    private final RunFolder folder;
    private final Map<String, String> plugins;
    private final TrainingSettings settings;
    private final TrainingData data;
    private final boolean skipping;
    private TrainingStep step;
    private Form form = Form.EAGER;
    private Optional<CheckpointState> resumed = Optional.empty();
    private Window window;

    /** How a training ended. */
    public enum End {
        /** All steps are done. */
        DONE,
        /** It was asked to stop, and has written a checkpoint. */
        INTERRUPTED
    }

    /**
     * Checks, before any work, that the halting mechanism allows the training and its evaluations
     * with these settings.
     *
     * @throws PluginException PLG-014 if it does not
     */
    public static void check(ResolvedExperiment resolved) {
        resolved.trainingExecution();
        if (resolved.experiment().training().layout() == Layout.PACKED) {
            resolved.require(Use.PACKING, "'training.layout=packed'");
        }
        Evaluator.check(resolved);
    }

    /**
     * Prepares a training that {@link #check} accepted.
     *
     * @param model the experiment's
     * @param session a new session, without parameters
     * @param folder the run's folder, whose lock the caller holds
     * @param plugins SHA-256 of the jars of each plug-in used, by id, for checkpoints
     */
    public Trainer(
            ResolvedExperiment resolved,
            RecurrentTransformer model,
            Session session,
            RunFolder folder,
            Map<String, String> plugins) {
        this.resolved = resolved;
        this.model = model;
        this.session = session;
        this.folder = folder;
        this.plugins = plugins;
        experiment = resolved.experiment();
        settings = experiment.training();
        window = new Window(model.settings().maxDepth());
        data =
                new TrainingData(
                        resolved.task(),
                        experiment.seed(),
                        settings,
                        model.mechanism().training().noise(),
                        model.settings().maxDepth());
        skipping = resolved.trainingExecution() == Execution.SKIPPING;
    }

    /** Returns which tokens this training computes. */
    public Execution execution() {
        return skipping ? Execution.SKIPPING : Execution.DENSE;
    }

    /**
     * Defines the session's parameters and finds the step to continue from. Called once, before
     * {@link #train}. Every file that may be damaged is read here, and nothing is written.
     *
     * @param from the checkpoint to resume from; empty for a new training
     * @throws DataException RUN-004 if the folder's files do not match the checkpoint or the model
     */
    public void load(Optional<Checkpoint> from) {
        if (from.isEmpty()) {
            Weights.initialise(session, model.parameters(), experiment.seed());
            return;
        }
        CheckpointState state = from.get().state();
        if (state.step() > settings.steps()) {
            throw from.get()
                    .damaged(
                            "it is of step %d, of a training of %d steps"
                                    .formatted(state.step(), settings.steps()));
        }
        try {
            window = Window.restore(model.settings().maxDepth(), state.sums());
        } catch (IllegalArgumentException e) {
            throw from.get().damaged(e.getMessage());
        }
        new Metrics(folder).requireEnd(state.metricsBytes());
        new Evaluations(folder).read();
        try (Arena arena = Arena.ofConfined()) {
            Weights.resume(session, model.parameters(), from.get().tensors(arena));
        }
        resumed = Optional.of(state);
    }

    /**
     * Makes ready for the first step; compiling may take minutes. A resumed training goes on in the
     * form that it began with. Called once, after {@link #load}.
     *
     * @return how the steps are computed
     * @throws BackendException BKD-006 if the form of a resumed training cannot be had
     * @throws java.util.concurrent.CancellationException if the session's listener stops it
     */
    public Form prepare() {
        step = new TrainingStep(model, session, settings, skipping);
        form = step.prepare(resumed.map(CheckpointState::formOrEager));
        return form;
    }

    /**
     * Trains to the last step.
     *
     * @param progress called after every step
     * @param stop called after every step; true ends the training with a checkpoint
     * @throws TrainingException RUN-002 if a loss or gradient is not finite; the last checkpoint
     *     stays
     */
    public End train(Consumer<Progress> progress, BooleanSupplier stop) {
        long first = 1 + resumed.map(CheckpointState::step).orElse(0L);
        Clock clock = new Clock(first, settings.steps());
        try (TrainingStep trainingStep = step;
                Loader loader = new Loader(data, first, settings.steps());
                Evaluator evaluator = evaluator();
                Journal journal = new Journal(folder, resumed, first)) {
            Checkpoints checkpoints = new Checkpoints(folder);
            resumed.ifPresent(state -> checkpoints.resumeAt(state.step()));
            for (long step = first; step <= settings.steps(); step++) {
                TrainingStep.Coefficients coefficients =
                        TrainingStep.Coefficients.at(experiment, step);
                long fedBefore = window.fed();
                double loss = take(trainingStep, loader, step, coefficients, journal);
                clock.fed(window.fed() - fedBefore);
                progress.accept(
                        new Progress(
                                step,
                                settings.steps(),
                                loss,
                                window.meanDepth(),
                                window.highDepth(),
                                clock.tokensPerSecond(),
                                clock.left(step)));
                boolean last = step == settings.steps();
                boolean stopping = stop.getAsBoolean();
                if (last || step % settings.logEvery() == 0) {
                    journal.log(step, coefficients, window, clock);
                    window = new Window(model.settings().maxDepth());
                }
                if (last || isDue(step, settings.evaluateEvery())) {
                    journal.evaluated(step, evaluator.evaluate(step, last));
                }
                if (last || stopping || isDue(step, settings.checkpointEvery())) {
                    save(step, checkpoints, journal);
                }
                if (stopping && !last) {
                    return End.INTERRUPTED;
                }
            }
        }
        return End.DONE;
    }

    private double take(
            TrainingStep trainingStep,
            Loader loader,
            long step,
            TrainingStep.Coefficients coefficients,
            Journal journal) {
        try {
            return trainingStep.take(loader.next(), step, coefficients, window);
        } catch (TrainingStep.Divergence e) {
            throw journal.diverged(e.getMessage(), step, experiment.seed(), session);
        }
    }

    private void save(long step, Checkpoints checkpoints, Journal journal) {
        try {
            checkpoints.write(
                    state(step, journal),
                    session.parameters(),
                    this::readFinite,
                    settings.keepCheckpoints());
        } catch (TrainingStep.Divergence e) {
            throw journal.diverged(e.getMessage(), step, experiment.seed(), session);
        }
    }

    /** Reads a tensor to save; throws if a weight is not finite. */
    private void readFinite(String name, Slot slot, MemorySegment into) {
        session.read(name, slot, into);
        if (slot != Slot.VALUE) {
            return;
        }
        for (long i = 0; i < into.byteSize() / Float.BYTES; i++) {
            float value = into.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (!Float.isFinite(value)) {
                throw new TrainingStep.Divergence("Parameter '%s' has %s".formatted(name, value));
            }
        }
    }

    private static boolean isDue(long step, long every) {
        return every > 0 && step % every == 0;
    }

    private Evaluator evaluator() {
        boolean skips = resolved.evaluationExecution() == Execution.SKIPPING;
        return new Evaluator(
                resolved.task(),
                model,
                session,
                experiment.evaluation(),
                resolved.rule(),
                Programs.compile(
                        session,
                        model,
                        resolved.rule(),
                        skips,
                        Evaluator.readsDistributions(resolved.task())));
    }

    private CheckpointState state(long step, Journal journal) {
        return new CheckpointState(
                step,
                experiment.seed(),
                step * settings.batch(),
                window.sums(),
                journal.syncedMetrics(),
                journal.lastEvaluation(),
                experiment.hash(),
                plugins,
                model.settings().precision().name().toLowerCase(Locale.ROOT),
                session.info().threads(),
                settings.microBatch(),
                Optional.of(form.kind().name().toLowerCase(Locale.ROOT)));
    }
}
