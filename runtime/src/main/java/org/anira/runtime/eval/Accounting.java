package org.anira.runtime.eval;

import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.runtime.data.Batch;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Counts the results of passes and answers under the points of difficulty that the task assigns
 * them to.
 */
final class Accounting {

    private final Task task;
    private final RecurrentTransformer model;
    private final Optional<Scorer> scorer;
    private final Map<Point, Tally> tallies = new HashMap<>();

    Accounting(Task task, RecurrentTransformer model) {
        this.task = task;
        this.model = model;
        scorer = task.scorer();
    }

    /**
     * Counts a batch.
     *
     * @param answers the answers of each sample, in order
     * @param freely [B · T]: E[d] in a free-running pass, in which no token leaves
     */
    void count(Pass pass, List<List<Answer>> answers, Optional<float[]> freely) {
        List<Sample> samples = pass.batch().samples();
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
            if (scorer.isPresent() && scorer.get().readsDistributions()) {
                tallies.get(sample.point())
                        .scores(scorer.get().score(sample, pass.distributions(b)));
            }
        }
    }

    /** Returns the counts of a point, if there are any. */
    Optional<Tally> at(Point point) {
        return Optional.ofNullable(tallies.get(point));
    }

    /**
     * Returns the points with counts: those of the grid in its order, then the others in the order
     * of their values.
     */
    List<Point> points() {
        return Stream.concat(
                        task.grid().stream(), tallies.keySet().stream().sorted(Accounting::compare))
                .distinct()
                .filter(tallies::containsKey)
                .toList();
    }

    /** Compares points axis by axis: numbers by size, names alphabetically. */
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

    private Tally newTally() {
        return new Tally(
                model.mechanism(),
                model.settings().maxDepth(),
                scorer.map(Scorer::names).orElse(List.of()));
    }

    /** Returns for each token of a sample the point under which its prediction counts. */
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
        for (int t = 0; t < pass.batch().length(); t++) {
            int cell = pass.cell(b, t);
            if (pass.batch().fed()[cell]) {
                tally.token(pass.depths()[cell], pass.expected()[cell]);
            }
        }
    }

    /** Counts the targets and answers of a sample that belong to one point. */
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
        for (int t = 0; t < batch.length(); t++) {
            int cell = pass.cell(b, t);
            if (batch.targetMask()[cell] != 0 && owners[t + 1].equals(place)) {
                tally.target(pass.targetLogProbability()[cell]);
            }
        }
        int[] positions = answerPositions(pass, b, place);
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

    /**
     * Returns the cells that predict a sample's answer tokens counted under a point; all targets if
     * it has no spans.
     */
    private int[] answerPositions(Pass pass, int b, Point place) {
        Sample sample = pass.batch().samples().get(b);
        if (sample.spans().isEmpty()) {
            return IntStream.range(0, pass.batch().length())
                    .map(t -> pass.cell(b, t))
                    .filter(cell -> pass.batch().targetMask()[cell] != 0)
                    .toArray();
        }
        return IntStream.range(0, sample.spans().size())
                .filter(s -> task.point(sample, s).equals(place))
                .mapToObj(sample.spans()::get)
                .flatMapToInt(span -> IntStream.range(span.start() - 1, span.end() - 1))
                .map(t -> pass.cell(b, t))
                .toArray();
    }

    private static double mean(float[] values, int[] at) {
        return Arrays.stream(at).mapToDouble(i -> values[i]).average().orElseThrow();
    }
}
