package org.anira.runtime.eval;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.EvaluationSettings;
import org.anira.runtime.config.Execution;
import org.anira.runtime.data.Batch;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.PointResult;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Evaluates a model at every point of its task's grid. The samples of a point depend on the
 * evaluation's seed and on the point alone. Belongs to the session's thread.
 */
public final class Evaluator implements AutoCloseable {

    private final Task task;
    private final RecurrentTransformer model;
    private final Session session;
    private final EvaluationSettings settings;
    private final String rule;
    private final boolean skipping;
    private final Executable frozen;
    private final Executable free;

    /**
     * Makes an evaluator; close it.
     *
     * @param session holds the model's parameters
     * @param rule one of the mechanism's inference rules
     */
    public Evaluator(
            Task task,
            RecurrentTransformer model,
            Session session,
            EvaluationSettings settings,
            String rule) {
        this.task = task;
        this.model = model;
        this.session = session;
        this.settings = settings;
        this.rule = rule;
        skipping = settings.execution() != Execution.DENSE;
        frozen =
                session.compile(
                        model.evaluation(rule, skipping, false), model.evaluationInputs(false));
        free = session.compile(model.evaluation(rule, false, true), model.evaluationInputs(true));
    }

    /**
     * Evaluates at every point of the grid.
     *
     * @param step how far the model was trained, for the record
     * @param freeRunning whether a second pass, in which every token takes all D steps, gives the
     *     expected depth too
     */
    public List<PointResult> evaluate(long step, boolean freeRunning) {
        return task.grid().stream().map(point -> evaluate(point, step, freeRunning)).toList();
    }

    private PointResult evaluate(Point point, long step, boolean freeRunning) {
        Tally tally = new Tally(model.mechanism(), model.settings().maxDepth());
        String purpose = "test samples " + point;
        for (int from = 0; from < settings.samples(); from += settings.batch()) {
            List<Sample> samples = new ArrayList<>();
            for (int i = from; i < Math.min(settings.samples(), from + settings.batch()); i++) {
                samples.add(task.sample(point, new CounterRandom(settings.seed(), purpose, i)));
            }
            pass(samples, tally, freeRunning);
        }
        Execution form = skipping ? Execution.SKIPPING : Execution.DENSE;
        return tally.result(
                task, point, step, rule, form.name().toLowerCase(Locale.ROOT), settings.seed());
    }

    private void pass(List<Sample> samples, Tally tally, boolean freeRunning) {
        Batch batch = Batch.of(samples);
        float[] logProbabilities;
        int[] depths;
        float[] expected;
        try (Scope _ = session.scope()) {
            long start = System.nanoTime();
            List<Tensor> out = frozen.run(inputs(batch));
            logProbabilities = session.floats(out.get(0));
            depths = session.integers(out.get(1));
            expected = session.floats(out.get(2));
            tally.time((System.nanoTime() - start) * 1e-9);
        }
        int vocabulary = logProbabilities.length / batch.tokens().length;
        for (int i = 0; i < batch.tokens().length; i++) {
            if (batch.fed()[i]) {
                tally.token(depths[i], expected[i]);
            }
            if (batch.targetMask()[i] != 0) {
                tally.target(logProbabilities[i * vocabulary + batch.targets()[i]]);
            }
        }
        if (freeRunning) {
            float[] freely = freeRunning(batch);
            for (int b = 0; b < batch.size(); b++) {
                tally.answerFreeExpected(mean(freely, answerPositions(batch, b)));
            }
        }
        boolean oneToken =
                samples.stream()
                        .flatMap(sample -> sample.spans().stream())
                        .allMatch(span -> span.limit() == 1);
        if (oneToken) {
            for (int b = 0; b < batch.size(); b++) {
                int[] positions = answerPositions(batch, b);
                tally.answerDepths(Arrays.stream(positions).map(i -> depths[i]).toArray());
                tally.answerExpected(mean(expected, positions));
                Sample sample = samples.get(b);
                boolean right = true;
                for (int s = 0; s < sample.spans().size(); s++) {
                    int at = b * batch.length() + sample.spans().get(s).start() - 1;
                    right &=
                            task.grade(
                                    sample,
                                    s,
                                    new int[] {likeliest(logProbabilities, at, vocabulary)});
                }
                tally.sample(right, rightAnswers(sample));
            }
        } else {
            decode(samples, tally);
        }
    }

    /** Decodes answers of several tokens, span by span; depths are those of the decoded tokens. */
    private void decode(List<Sample> samples, Tally tally) {
        int size = samples.size();
        boolean[] right = new boolean[size];
        Arrays.fill(right, true);
        List<List<Answers.Answer>> all = new ArrayList<>();
        samples.forEach(sample -> all.add(new ArrayList<>()));
        int most = samples.stream().mapToInt(s -> s.spans().size()).max().orElse(0);
        for (int s = 0; s < most; s++) {
            int span = s;
            List<Integer> rows = new ArrayList<>();
            for (int b = 0; b < size; b++) {
                if (span < samples.get(b).spans().size()) {
                    rows.add(b);
                }
            }
            List<Sample> asked = rows.stream().map(samples::get).toList();
            List<Span> spans = asked.stream().map(sample -> sample.spans().get(span)).toList();
            List<Answers.Answer> answers =
                    Answers.decode(session, model, rule, skipping, asked, spans);
            for (int i = 0; i < rows.size(); i++) {
                int b = rows.get(i);
                right[b] &= task.grade(samples.get(b), span, answers.get(i).tokens());
                all.get(b).add(answers.get(i));
            }
        }
        for (int b = 0; b < size; b++) {
            tally.sample(right[b], rightAnswers(samples.get(b)));
            if (!all.get(b).isEmpty()) {
                tally.answerDepths(
                        all.get(b).stream()
                                .flatMapToInt(answer -> Arrays.stream(answer.depths()))
                                .toArray());
                tally.answerExpected(
                        all.get(b).stream()
                                .flatMap(answer ->
                                        IntStream.range(0, answer.expectedDepths().length)
                                                .mapToObj(i -> answer.expectedDepths()[i]))
                                .mapToDouble(Float::doubleValue)
                                .average()
                                .orElseThrow());
            }
        }
    }

    private float[] freeRunning(Batch batch) {
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
     * Returns the cells at which a sample's answer tokens are predicted; all targets if it has no
     * spans.
     */
    private static int[] answerPositions(Batch batch, int b) {
        Sample sample = batch.samples().get(b);
        int from = b * batch.length();
        if (sample.spans().isEmpty()) {
            return IntStream.range(from, from + batch.length())
                    .filter(i -> batch.targetMask()[i] != 0)
                    .toArray();
        }
        return sample.spans().stream()
                .flatMapToInt(
                        span -> IntStream.range(from + span.start() - 1, from + span.end() - 1))
                .toArray();
    }

    private static List<List<Integer>> rightAnswers(Sample sample) {
        return sample.spans().stream()
                .map(span ->
                        Arrays.stream(sample.tokens(), span.start(), span.end()).boxed().toList())
                .toList();
    }

    private static double mean(float[] values, int[] at) {
        return Arrays.stream(at).mapToDouble(i -> values[i]).average().orElseThrow();
    }

    private static int likeliest(float[] rows, int row, int size) {
        int best = row * size;
        for (int i = best + 1; i < (row + 1) * size; i++) {
            best = rows[i] > rows[best] ? i : best;
        }
        return best - row * size;
    }

    @Override
    public void close() {
        frozen.close();
        free.close();
    }
}
