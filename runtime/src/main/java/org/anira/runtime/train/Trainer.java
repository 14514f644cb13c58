package org.anira.runtime.train;

import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.TrainingException;
import org.anira.api.halting.Noise;
import org.anira.api.task.Task;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.Experiment;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.config.TrainingSettings;
import org.anira.runtime.config.TrainingSettings.Layout;
import org.anira.runtime.config.Use;
import org.anira.runtime.data.Batch;
import org.anira.runtime.data.Loader;
import org.anira.runtime.data.TrainingBatch;
import org.anira.runtime.data.TrainingData;
import org.anira.runtime.eval.Evaluator;
import org.anira.runtime.eval.Programs;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.CheckpointState;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.EventFile;
import org.anira.runtime.run.Metrics;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.RunFolder;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Trains a model and writes its run folder: metrics, evaluations, checkpoints. Learning rate, γ,
 * knob schedule, data and noise are functions of (seed, step), so a training that resumes from a
 * checkpoint goes through the same numbers as one that was never interrupted. Belongs to the
 * session's thread.
 */
public final class Trainer {

    private final ResolvedExperiment resolved;
    private final Experiment experiment;
    private final Task task;
    private final RecurrentTransformer model;
    private final Session session;
    private final RunFolder folder;
    private final Map<String, String> plugins;
    private final TrainingSettings settings;
    private final TrainingData data;
    private final boolean skipping;
    private final boolean packed;
    private Optional<CheckpointState> resumed = Optional.empty();
    private Window window;
    private Map<String, Object> lastEvaluation = Map.of();

    /** How a training ended. */
    public enum End {
        /** All steps are done. */
        DONE,
        /** It was asked to stop, and has written a checkpoint. */
        INTERRUPTED
    }

    /**
     * Checks before any work that the halting mechanism allows a training and its evaluations as
     * they are set.
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
     * Prepares a training that {@link #check} lets pass.
     *
     * @param model the experiment's
     * @param session a new session, without parameters
     * @param folder whose lock the caller holds
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
        task = resolved.task();
        settings = experiment.training();
        packed = settings.layout() == Layout.PACKED;
        window = new Window(model.settings().maxDepth());
        data =
                new TrainingData(
                        task,
                        experiment.seed(),
                        settings,
                        model.mechanism().training().noise(),
                        model.settings().maxDepth());
        skipping = resolved.trainingExecution() == Execution.SKIPPING;
    }

    /** Returns the form of execution that this training computes. */
    public Execution execution() {
        return skipping ? Execution.SKIPPING : Execution.DENSE;
    }

    /**
     * Gives the session its parameters, and finds out where to go on from; called once, before
     * {@link #train}. All that may be damaged in the folder is read here, and nothing is written.
     *
     * @param from where to go on from; empty to begin
     * @throws DataException RUN-004 if the folder's files do not go with the checkpoint, or with
     *     the model
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
        lastEvaluation = state.lastEvaluation();
    }

    /**
     * Trains to the last step.
     *
     * @param progress hears of every step
     * @param stop asked after every step; true ends the training with a checkpoint
     * @throws TrainingException RUN-002 if a loss or gradient is not finite; the last checkpoint
     *     stays
     */
    public End train(Consumer<Progress> progress, BooleanSupplier stop) {
        Metrics metrics = new Metrics(folder);
        Checkpoints checkpoints = new Checkpoints(folder);
        Evaluations evaluations = new Evaluations(folder);
        long first = 1 + resumed.map(CheckpointState::step).orElse(0L);
        Clock clock = new Clock(first, settings.steps());
        try (Executable program =
                        session.compile(
                                model.training(skipping, packed, false),
                                model.trainingInputs(packed, false));
                Loader loader = new Loader(data, first, settings.steps());
                Evaluator evaluator =
                        new Evaluator(
                                task,
                                model,
                                session,
                                experiment.evaluation(),
                                resolved.rule(),
                                Programs.compile(
                                        session,
                                        model,
                                        resolved.rule(),
                                        resolved.evaluationExecution() == Execution.SKIPPING));
                EventFile events =
                        resumed.isPresent()
                                ? EventFile.resume(folder.events(), first)
                                : EventFile.create(folder.events())) {
            resumed.ifPresent(state -> {
                metrics.truncate(state.metricsBytes());
                evaluations.dropAfter(state.step());
                checkpoints.resumeAt(state.step());
            });
            for (long step = first; step <= settings.steps(); step++) {
                long fedBefore = window.fed();
                double loss = step(program, loader.next(), step);
                clock.step(window.fed() - fedBefore);
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
                if (step % settings.logEvery() == 0 || last) {
                    log(step, metrics, events, clock);
                    window = new Window(model.settings().maxDepth());
                }
                if (last || settings.evaluateEvery() > 0 && step % settings.evaluateEvery() == 0) {
                    lastEvaluation = evaluate(evaluator, step, last, metrics, evaluations, events);
                }
                if (last
                        || stopping
                        || settings.checkpointEvery() > 0
                                && step % settings.checkpointEvery() == 0) {
                    CheckpointState state =
                            new CheckpointState(
                                    step,
                                    experiment.seed(),
                                    step * settings.batch(),
                                    window.sums(),
                                    metrics.syncedLength(),
                                    lastEvaluation,
                                    experiment.hash(),
                                    plugins,
                                    model.settings().precision().name().toLowerCase(Locale.ROOT),
                                    session.info().threads(),
                                    settings.microBatch());
                    long now = step;
                    checkpoints.write(
                            state,
                            session.parameters(),
                            (name, slot, into) -> readFinite(name, slot, into, now),
                            settings.keepCheckpoints());
                }
                if (stopping && !last) {
                    return End.INTERRUPTED;
                }
            }
        }
        return End.DONE;
    }

    /** Reads what a checkpoint keeps, which is never something that training cannot go on from. */
    private void readFinite(String name, Slot slot, MemorySegment into, long step) {
        session.read(name, slot, into);
        if (slot != Slot.VALUE) {
            return;
        }
        for (long i = 0; i < into.byteSize() / Float.BYTES; i++) {
            float value = into.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            if (!Float.isFinite(value)) {
                throw diverged("Parameter '%s' has %s".formatted(name, value), step);
            }
        }
    }

    /** Takes one optimizer step. Returns its loss. */
    private double step(Executable program, List<TrainingBatch> batches, long step) {
        long targets = 0;
        long fed = 0;
        for (TrainingBatch each : batches) {
            targets += each.batch().targetCount();
            fed += each.batch().fedTokens();
        }
        double share = (step - 1.0) / settings.steps();
        double gamma = experiment.halting().gammaAt(share);
        float[] logPrior =
                logPrior(experiment.halting().baseAt(share), model.settings().maxDepth());
        float[] scales = {(float) (1.0 / targets), (float) (gamma / fed)};
        double loss = 0;
        double crossEntropy = 0;
        double divergence = 0;
        for (TrainingBatch each : batches) {
            try (Scope _ = session.scope()) {
                List<Tensor> out = program.differentiate(inputs(each, logPrior, scales));
                double part = session.floats(out.get(0))[0];
                loss += part;
                float crossEntropyHere = session.floats(out.get(1))[0];
                float divergenceHere = session.floats(out.get(3))[0];
                crossEntropy += crossEntropyHere;
                divergence += divergenceHere;
                window.add(
                        crossEntropyHere,
                        session.floats(out.get(2))[0],
                        divergenceHere,
                        session.floats(out.get(4))[0]);
                int[] depths = session.integers(out.get(5));
                for (int i = 0; i < depths.length; i++) {
                    if (each.batch().fed()[i]) {
                        window.depth(depths[i]);
                    }
                }
            }
        }
        if (!Double.isFinite(loss)) {
            String blame =
                    Double.isFinite(crossEntropy) && !Double.isFinite(divergence)
                            ? " by log q of %s".formatted(model.mechanism())
                            : "";
            throw diverged("Loss is %s%s".formatted(loss, blame), step);
        }
        double norm;
        try (Scope _ = session.scope()) {
            AdamW rule =
                    new AdamW(
                            settings.rateAt(step),
                            settings.beta1(),
                            settings.beta2(),
                            settings.epsilon(),
                            settings.weightDecay(),
                            settings.clip() == 0 ? Double.POSITIVE_INFINITY : settings.clip());
            norm = session.floats(session.update(rule, step))[0];
        }
        if (!Double.isFinite(norm)) {
            throw diverged("The norm of the gradient is %s".formatted(norm), step);
        }
        window.step(loss, norm, targets);
        return loss;
    }

    private List<Tensor> inputs(TrainingBatch given, float[] logPrior, float[] scales) {
        Batch batch = given.batch();
        int b = batch.size();
        int t = batch.length();
        int maxDepth = model.settings().maxDepth();
        List<Tensor> inputs =
                new ArrayList<>(
                        List.of(
                                session.tensor(batch.tokens(), b, t),
                                session.tensor(batch.positions(), b, t),
                                session.tensor(batch.fed(), b, t),
                                data.noise() == Noise.GUMBEL
                                        ? session.tensor(given.noise(), b, t, maxDepth)
                                        : session.tensor(given.noise(), b, t),
                                session.tensor(batch.targets(), b, t),
                                session.tensor(batch.targetMask(), b, t),
                                session.tensor(logPrior, maxDepth),
                                session.tensor(scales, 2)));
        if (packed) {
            inputs.add(session.tensor(batch.starts(), b, t));
        }
        return inputs;
    }

    /** Returns ln p_b(d), d = 1 … D, with p_b(d) ∝ b^(−d). */
    static float[] logPrior(double base, int maxDepth) {
        double sum = 0;
        for (int d = 1; d <= maxDepth; d++) {
            sum += Math.exp(-d * Math.log(base));
        }
        float[] log = new float[maxDepth];
        for (int d = 1; d <= maxDepth; d++) {
            log[d - 1] = (float) (-d * Math.log(base) - Math.log(sum));
        }
        return log;
    }

    private void log(long step, Metrics metrics, EventFile events, Clock clock) {
        double share = (step - 1.0) / settings.steps();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("split", "train");
        line.putAll(window.means());
        line.put("learning_rate", settings.rateAt(step));
        line.put("gamma", experiment.halting().gammaAt(share));
        line.put("prior_base", experiment.halting().baseAt(share));
        metrics.append(
                line,
                Map.of("seconds", clock.seconds(), "tokens_per_second", clock.tokensPerSecond()));
        Map<String, Number> scalars = new LinkedHashMap<>();
        line.forEach((name, value) -> {
            if (value instanceof Number number && !name.equals("step")) {
                scalars.put("train/" + name, number);
            }
        });
        events.scalars(step, scalars);
        events.depths(step, "train/depth", window.depthCounts());
    }

    private Map<String, Object> evaluate(
            Evaluator evaluator,
            long step,
            boolean last,
            Metrics metrics,
            Evaluations evaluations,
            EventFile events) {
        List<PointResult> results = evaluator.evaluate(step, last);
        evaluations.append(results);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step);
        line.put("split", "evaluation");
        line.put(
                "accuracy",
                results.stream().mapToDouble(PointResult::accuracy).average().orElseThrow());
        line.put(
                "mean_depth",
                results.stream().mapToDouble(r -> r.meanDepth().value()).average().orElseThrow());
        line.put(
                "cross_entropy",
                results.stream().mapToDouble(PointResult::crossEntropy).average().orElseThrow());
        metrics.append(line, Map.of());
        Map<String, Number> scalars = new LinkedHashMap<>();
        for (PointResult result : results) {
            String point = result.point().toString();
            scalars.put("evaluation/accuracy/" + point, result.accuracy());
            scalars.put("evaluation/mean_depth/" + point, result.meanDepth().value());
        }
        events.scalars(step, scalars);
        return line;
    }

    /**
     * Stops a training whose numbers are not finite, and leaves statistics of its tensors behind.
     */
    private TrainingException diverged(String what, long step) {
        List<Map<String, Object>> statistics = new ArrayList<>();
        session.parameters()
                .forEach(parameter -> {
                    for (Slot slot : List.of(Slot.VALUE, Slot.GRADIENT)) {
                        statistics.add(Diagnosis.of(session, parameter, slot));
                    }
                });
        String file = folder.diagnose(step, statistics).toString();
        List<Long> steps = new Checkpoints(folder).steps();
        return new TrainingException(
                "RUN-002",
                "%s at step %d (seed %d). %s Tensor statistics: %s\nTry a lower training.learning-rate or training.clip."
                        .formatted(
                                what,
                                step,
                                experiment.seed(),
                                steps.isEmpty()
                                        ? "There is no checkpoint yet."
                                        : "Last good checkpoint: step %d."
                                                .formatted(steps.getLast()),
                                file));
    }

    /** Time since the training began or resumed. */
    private static final class Clock {
        private final long start = System.nanoTime();
        private final long first;
        private final long steps;
        private long tokens;

        Clock(long first, long steps) {
            this.first = first;
            this.steps = steps;
        }

        void step(long fed) {
            tokens += fed;
        }

        double seconds() {
            return (System.nanoTime() - start) * 1e-9;
        }

        double tokensPerSecond() {
            return tokens / seconds();
        }

        Duration left(long step) {
            return Duration.ofMillis(
                    (long) (1000 * seconds() / (step - first + 1) * (steps - step)));
        }
    }
}
