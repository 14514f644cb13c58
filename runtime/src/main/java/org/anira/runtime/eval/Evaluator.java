package org.anira.runtime.eval;

import org.anira.api.PluginException;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Task;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.EvaluationSettings;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.config.Use;
import org.anira.runtime.data.Batch;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Generation;
import org.anira.runtime.run.PointResult;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Evaluates a model at every point of its task's grid. The samples of a point depend on the
 * evaluation's seed and on the point alone. Belongs to the session's thread.
 */
public final class Evaluator implements AutoCloseable {

    /** The largest number of probabilities read back at once: 256 MiB. */
    private static final long MOST_PROBABILITIES = 1L << 26;

    private final Task task;
    private final RecurrentTransformer model;
    private final Session session;
    private final EvaluationSettings settings;
    private final String rule;
    private final Optional<Scorer> scorer;
    private final Programs programs;

    /**
     * Checks before any work that the halting mechanism allows an evaluation as it is set: answers
     * of several tokens are decoded.
     *
     * @throws PluginException PLG-014 if it does not
     */
    public static void check(ResolvedExperiment resolved) {
        resolved.evaluationExecution();
        Task task = resolved.task();
        long seed = resolved.experiment().evaluation().seed();
        boolean allowed = Use.DECODING.isAllowedBy(resolved.halting());
        if (!allowed
                && !task.grid().stream()
                        .allMatch(point -> Answer.readAtOnce(samples(task, point, seed, 0, 1)))) {
            resolved.require(
                    Use.DECODING,
                    "an evaluation of task '%s', whose answers have several tokens,"
                            .formatted(resolved.experiment().task().name()));
        }
    }

    /** Returns whether evaluations of a task read whole distributions: its scorer asks for them. */
    public static boolean readsDistributions(Task task) {
        return task.scorer().map(Scorer::readsDistributions).orElse(false);
    }

    /**
     * Makes an evaluator of programs; close it, and it closes them.
     *
     * @param model the model of the programs
     * @param session holds the model's parameters
     * @param rule the inference rule of the programs
     * @param programs the programs; they give distributions if {@link #readsDistributions}
     */
    public Evaluator(
            Task task,
            RecurrentTransformer model,
            Session session,
            EvaluationSettings settings,
            String rule,
            Programs programs) {
        this.task = task;
        this.model = model;
        this.session = session;
        this.settings = settings;
        this.rule = rule;
        scorer = task.scorer();
        this.programs = programs;
    }

    /**
     * Draws the test samples of a point.
     *
     * @param seed the evaluation's
     * @param from index of the first
     * @param until index after the last
     */
    public static List<Sample> samples(Task task, Point point, long seed, int from, int until) {
        String purpose = "test samples " + point;
        return IntStream.range(from, until)
                .mapToObj(i -> task.sample(point, new CounterRandom(seed, purpose, i)))
                .toList();
    }

    /**
     * Evaluates samples of every point of the grid, and counts each answer under the point that the
     * task assigns.
     *
     * @param step how far the model was trained, for the record
     * @param full whether to do more than a pass over each sample and its answers, where the
     *     programs can: a second, free-running pass, in which every token takes all D steps, gives
     *     another expected depth, and the scorer's prompts are continued
     * @return one result for each point with samples: those of the grid in its order, then the
     *     others in the order of their values
     */
    public List<PointResult> evaluate(long step, boolean full) {
        Accounting accounting = new Accounting(task, model);
        int batch = batch();
        for (Point point : task.grid()) {
            for (int from = 0; from < settings.samples(); from += batch) {
                int until = Math.min(settings.samples(), from + batch);
                count(samples(task, point, settings.seed(), from, until), full, accounting);
            }
            if (full) {
                accounting.at(point).ifPresent(tally -> generate(point, tally));
            }
        }
        Execution form = programs.skipping() ? Execution.SKIPPING : Execution.DENSE;
        String execution = form.name().toLowerCase(Locale.ROOT);
        return accounting.points().stream()
                .map(point ->
                        accounting
                                .at(point)
                                .orElseThrow()
                                .result(task, point, step, rule, execution, settings.seed()))
                .toList();
    }

    /** Returns how many samples are computed at once: fewer if their distributions are large. */
    private int batch() {
        if (!readsDistributions(task)) {
            return settings.batch();
        }
        long ofSample = (long) model.length() * model.vocabulary();
        return Math.clamp(MOST_PROBABILITIES / ofSample, 1, settings.batch());
    }

    private void count(List<Sample> samples, boolean freeRunning, Accounting accounting) {
        Batch batch = Batch.of(samples);
        Pass pass = Pass.compute(session, programs, model, batch);
        Optional<float[]> freely =
                freeRunning
                        ? Pass.freelyExpected(session, programs, model, batch)
                        : Optional.empty();
        List<List<Answer>> answers =
                Answer.readAtOnce(samples)
                        ? Answer.read(pass)
                        : Answer.decode(programs.decoder(), samples);
        accounting.count(pass, answers, freely);
    }

    /**
     * Returns whether the settings ask for continuations that the task may judge but these programs
     * cannot give.
     */
    public boolean leavesPrompts() {
        return wantsContinuations() && !programs.decodes();
    }

    private boolean wantsContinuations() {
        return scorer.isPresent() && settings.continuations() > 0;
    }

    /** Continues the scorer's prompts, if it has some and the programs can. */
    private void generate(Point point, Tally tally) {
        if (wantsContinuations() && programs.decodes()) {
            List<Generation> all =
                    new Generator(scorer.get(), programs.decoder(), settings).at(point);
            if (!all.isEmpty()) {
                tally.generation(all);
            }
        }
    }

    @Override
    public void close() {
        programs.close();
    }
}
