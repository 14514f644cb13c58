package org.anira.runtime.eval;

import org.anira.api.PluginException;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.EvaluationSettings;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.config.Use;
import org.anira.runtime.data.Batch;
import org.anira.runtime.eval.Decoder.Prompt;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Generation;
import org.anira.runtime.run.PointResult;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Evaluates a model at every point of its task's grid. The samples of a point depend on the
 * evaluation's seed and on the point alone. Belongs to the session's thread.
 */
public final class Evaluator implements AutoCloseable {

    /** By how much probabilities may miss 1: bfloat16 has three digits. */
    private static final float TOLERANCE = 0.02f;

    private final Task task;
    private final RecurrentTransformer model;
    private final Session session;
    private final EvaluationSettings settings;
    private final String rule;
    private final Optional<Scorer> scorer;
    private final Programs programs;

    /**
     * An answer.
     *
     * @param tokens the decoded tokens, a stop token included
     * @param depths steps taken where each of them was predicted
     * @param expectedDepths E[d] where each of them was predicted
     */
    private record Answer(int[] tokens, int[] depths, float[] expectedDepths) {}

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
                        .allMatch(point -> readAtOnce(samples(task, point, seed, 0, 1)))) {
            resolved.require(
                    Use.DECODING,
                    "an evaluation of task '%s', whose answers have several tokens,"
                            .formatted(resolved.experiment().task().name()));
        }
    }

    /** Returns whether the pass over whole samples gives their answers, which have a token each. */
    private static boolean readAtOnce(List<Sample> samples) {
        return samples.stream()
                .flatMap(sample -> sample.spans().stream())
                .allMatch(span -> span.limit() == 1);
    }

    /**
     * Makes an evaluator of programs; close it, and it closes them.
     *
     * @param model what they were made from
     * @param session holds the model's parameters
     * @param rule the rule they hold
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
     * Draws samples at every point of the grid, and files each answer where the task says.
     *
     * @param step how far the model was trained, for the record
     * @param full whether, where the programs can, there is more than the pass over each sample and
     *     its answers: a second one, in which every token takes all D steps, gives the expected
     *     depth too, and the scorer's prompts are continued
     * @return one result for each point with samples: those of the grid in its order, then the
     *     others in the order of their values
     */
    public List<PointResult> evaluate(long step, boolean full) {
        Map<Point, Tally> tallies = new HashMap<>();
        for (Point point : task.grid()) {
            for (int from = 0; from < settings.samples(); from += settings.batch()) {
                int until = Math.min(settings.samples(), from + settings.batch());
                count(samples(task, point, settings.seed(), from, until), full, tallies);
            }
            if (full) {
                Optional.ofNullable(tallies.get(point)).ifPresent(tally -> generate(point, tally));
            }
        }
        List<Point> points =
                Stream.concat(
                                task.grid().stream(),
                                tallies.keySet().stream().sorted(Evaluator::compare))
                        .distinct()
                        .filter(tallies::containsKey)
                        .toList();
        Execution form = programs.skipping() ? Execution.SKIPPING : Execution.DENSE;
        String execution = form.name().toLowerCase(Locale.ROOT);
        return points.stream()
                .map(point ->
                        tallies.get(point)
                                .result(task, point, step, rule, execution, settings.seed()))
                .toList();
    }

    /**
     * Returns whether continuations are wanted of a task that may judge them, but these programs
     * cannot continue prompts.
     */
    public boolean leavesPrompts() {
        return wantsContinuations() && !programs.decodes();
    }

    private boolean wantsContinuations() {
        return scorer.isPresent() && settings.continuations() > 0;
    }

    /** Has the scorer's prompts continued, if it has some and the programs can. */
    private void generate(Point point, Tally tally) {
        if (wantsContinuations() && programs.decodes()) {
            List<Generation> all =
                    new Generator(scorer.get(), programs.decoder(), settings).at(point);
            if (!all.isEmpty()) {
                tally.generation(all);
            }
        }
    }

    /** Compares points axis by axis: numbers by size, names by their letters. */
    private static int compare(Point left, Point right) {
        for (String axis : left.values().keySet()) {
            Object value = left.values().get(axis);
            Object other = right.values().get(axis);
            int order =
                    value instanceof Integer number && other instanceof Integer more
                            ? number.compareTo(more)
                            : String.valueOf(value).compareTo(String.valueOf(other));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /**
     * What the frozen pass over whole samples gives.
     *
     * @param vocabulary V
     * @param logProbabilities [B · T · V]
     * @param depths [B · T]
     * @param expected [B · T]: E[d]
     * @param seconds wall-clock time of a sample
     */
    private record Pass(
            Batch batch,
            int vocabulary,
            float[] logProbabilities,
            int[] depths,
            float[] expected,
            double seconds) {

        int likeliest(int cell) {
            int best = cell * vocabulary;
            for (int i = best + 1; i < (cell + 1) * vocabulary; i++) {
                best = logProbabilities[i] > logProbabilities[best] ? i : best;
            }
            return best - cell * vocabulary;
        }

        /** Returns ln p of the next token at each position of a sample, [n − 1][V]. */
        float[][] distributions(int b) {
            float[][] rows = new float[batch.samples().get(b).tokens().length - 1][];
            for (int t = 0; t < rows.length; t++) {
                int from = (b * batch.length() + t) * vocabulary;
                rows[t] = Arrays.copyOfRange(logProbabilities, from, from + vocabulary);
            }
            return rows;
        }
    }

    private Pass pass(Batch batch) {
        try (Scope _ = session.scope()) {
            long start = System.nanoTime();
            List<Tensor> out = programs.frozen().run(inputs(batch));
            float[] logProbabilities = session.floats(out.get(0));
            int[] depths = session.integers(out.get(1));
            float[] expected = session.floats(out.get(2));
            double seconds = (System.nanoTime() - start) * 1e-9;
            checkExpected(batch, logProbabilities, expected);
            return new Pass(
                    batch,
                    logProbabilities.length / batch.tokens().length,
                    logProbabilities,
                    depths,
                    expected,
                    seconds / batch.size());
        }
    }

    /**
     * Holds the distribution of exits to what the API promises of it: that its mean lies in 1 … D.
     * Where the model's own numbers are not finite, neither is what a mechanism makes of them.
     */
    private void checkExpected(Batch batch, float[] logProbabilities, float[] expected) {
        int vocabulary = logProbabilities.length / expected.length;
        int maxDepth = model.settings().maxDepth();
        for (int cell = 0; cell < expected.length; cell++) {
            boolean inside =
                    expected[cell] > 1 - TOLERANCE * maxDepth
                            && expected[cell] < (1 + TOLERANCE) * maxDepth;
            if (batch.fed()[cell]
                    && !inside
                    && Float.isFinite(logProbabilities[cell * vocabulary])) {
                throw new PluginException(
                        "PLG-015",
                        "The %s breaks a promise: by its 'logExit' the expected depth of a token is %s, expected 1 to %d: log q is finite and its exponentials sum to 1. Report it to the plugin's author, or use another version."
                                .formatted(model.mechanism(), expected[cell], maxDepth));
            }
        }
    }

    private void count(List<Sample> samples, boolean freeRunning, Map<Point, Tally> tallies) {
        Batch batch = Batch.of(samples);
        Pass pass = pass(batch);
        Optional<float[]> freely =
                freeRunning
                        ? programs.free().map(program -> freeRunning(program, batch))
                        : Optional.empty();
        List<List<Answer>> answers = readAtOnce(samples) ? read(pass) : decode(samples);
        for (int b = 0; b < samples.size(); b++) {
            Sample sample = samples.get(b);
            Point[] owners = owners(sample);
            Set<Point> places = new LinkedHashSet<>();
            for (int s = 0; s < sample.spans().size(); s++) {
                places.add(task.point(sample, s));
            }
            if (places.isEmpty() || scorer.isPresent()) {
                places.add(sample.point());
            }
            for (Point place : places) {
                Tally tally = tallies.computeIfAbsent(place, _ -> newTally());
                countPass(pass, b, tally);
                countPlace(pass, b, owners, place, answers.get(b), freely, tally);
            }
            if (scorer.isPresent()) {
                tallies.get(sample.point())
                        .scores(scorer.get().score(sample, pass.distributions(b)));
            }
        }
    }

    private Tally newTally() {
        return new Tally(
                model.mechanism(),
                model.settings().maxDepth(),
                scorer.map(Scorer::names).orElse(List.of()));
    }

    /** Returns for each token of a sample the point at which its prediction counts. */
    private Point[] owners(Sample sample) {
        Point[] owners = new Point[sample.tokens().length];
        Arrays.fill(owners, sample.point());
        for (int s = 0; s < sample.spans().size(); s++) {
            Span span = sample.spans().get(s);
            Arrays.fill(owners, span.start(), span.end(), task.point(sample, s));
        }
        return owners;
    }

    private static void countPass(Pass pass, int b, Tally tally) {
        tally.sample(pass.seconds());
        int from = b * pass.batch().length();
        for (int i = from; i < from + pass.batch().length(); i++) {
            if (pass.batch().fed()[i]) {
                tally.token(pass.depths()[i], pass.expected()[i]);
            }
        }
    }

    /** Counts what a sample says of one point: its targets and answers that belong there. */
    private void countPlace(
            Pass pass,
            int b,
            Point[] owners,
            Point place,
            List<Answer> answers,
            Optional<float[]> freely,
            Tally tally) {
        Batch batch = pass.batch();
        Sample sample = batch.samples().get(b);
        int from = b * batch.length();
        for (int t = 0; t < batch.length(); t++) {
            int cell = from + t;
            if (batch.targetMask()[cell] != 0 && owners[t + 1].equals(place)) {
                int target = cell * pass.vocabulary() + batch.targets()[cell];
                tally.target(pass.logProbabilities()[target]);
            }
        }
        int[] positions = answerPositions(batch, b, place);
        if (positions.length == 0) {
            return;
        }
        freely.ifPresent(values -> tally.freeExpected(mean(values, positions)));
        if (sample.spans().isEmpty()) {
            tally.depths(
                    Arrays.stream(positions).map(i -> pass.depths()[i]).toArray(),
                    mean(pass.expected(), positions));
            return;
        }
        List<Integer> depths = new ArrayList<>();
        List<Float> expected = new ArrayList<>();
        for (int s = 0; s < sample.spans().size(); s++) {
            if (!task.point(sample, s).equals(place)) {
                continue;
            }
            Answer answer = answers.get(s);
            Span span = sample.spans().get(s);
            tally.answer(
                    task.grade(sample, s, answer.tokens()),
                    Arrays.stream(sample.tokens(), span.start(), span.end()).boxed().toList());
            for (int i = 0; i < answer.depths().length; i++) {
                depths.add(answer.depths()[i]);
                expected.add(answer.expectedDepths()[i]);
            }
        }
        tally.depths(
                depths.stream().mapToInt(Integer::intValue).toArray(),
                expected.stream().mapToDouble(Float::doubleValue).average().orElseThrow());
    }

    /** Returns the answers of one token each, which the pass over whole samples gives already. */
    private static List<List<Answer>> read(Pass pass) {
        List<List<Answer>> answers = new ArrayList<>();
        for (int b = 0; b < pass.batch().size(); b++) {
            List<Answer> own = new ArrayList<>();
            for (Span span : pass.batch().samples().get(b).spans()) {
                int cell = b * pass.batch().length() + span.start() - 1;
                own.add(
                        new Answer(
                                new int[] {pass.likeliest(cell)},
                                new int[] {pass.depths()[cell]},
                                new float[] {pass.expected()[cell]}));
            }
            answers.add(own);
        }
        return answers;
    }

    /** Decodes answers of several tokens, span by span; depths are those of the decoded tokens. */
    private List<List<Answer>> decode(List<Sample> samples) {
        List<List<Answer>> answers = new ArrayList<>();
        samples.forEach(_ -> answers.add(new ArrayList<>()));
        int most = samples.stream().mapToInt(sample -> sample.spans().size()).max().orElse(0);
        for (int s = 0; s < most; s++) {
            int span = s;
            List<Integer> rows =
                    IntStream.range(0, samples.size())
                            .filter(b -> span < samples.get(b).spans().size())
                            .boxed()
                            .toList();
            List<Prompt> prompts =
                    rows.stream()
                            .map(samples::get)
                            .map(sample -> Prompt.of(sample, sample.spans().get(span)))
                            .toList();
            List<Decoder.Continuation> decoded = programs.decoder().greedy(prompts);
            for (int i = 0; i < rows.size(); i++) {
                Decoder.Continuation each = decoded.get(i);
                answers.get(rows.get(i))
                        .add(new Answer(each.tokens(), each.depths(), each.expectedDepths()));
            }
        }
        return answers;
    }

    private float[] freeRunning(Executable free, Batch batch) {
        int[] everything = new int[batch.tokens().length];
        Arrays.fill(everything, model.settings().maxDepth());
        try (Scope _ = session.scope()) {
            List<Tensor> inputs = new ArrayList<>(inputs(batch));
            inputs.add(session.tensor(everything, batch.size(), batch.length()));
            return session.floats(free.run(inputs).get(2));
        }
    }

    private List<Tensor> inputs(Batch batch) {
        return List.of(
                session.tensor(batch.tokens(), batch.size(), batch.length()),
                session.tensor(batch.positions(), batch.size(), batch.length()),
                session.tensor(batch.fed(), batch.size(), batch.length()));
    }

    /**
     * Returns the cells at which a sample's answer tokens that count at a point are predicted; all
     * targets if it has no spans.
     */
    private int[] answerPositions(Batch batch, int b, Point place) {
        Sample sample = batch.samples().get(b);
        int from = b * batch.length();
        if (sample.spans().isEmpty()) {
            return IntStream.range(from, from + batch.length())
                    .filter(i -> batch.targetMask()[i] != 0)
                    .toArray();
        }
        return IntStream.range(0, sample.spans().size())
                .filter(s -> task.point(sample, s).equals(place))
                .mapToObj(sample.spans()::get)
                .flatMapToInt(
                        span -> IntStream.range(from + span.start() - 1, from + span.end() - 1))
                .toArray();
    }

    private static double mean(float[] values, int[] at) {
        return Arrays.stream(at).mapToDouble(i -> values[i]).average().orElseThrow();
    }

    @Override
    public void close() {
        programs.close();
    }
}
