package org.anira.runtime.eval;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.task.Point;
import org.anira.api.task.Task;
import org.anira.runtime.run.Estimate;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.Statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Counts what happens at one point of difficulty. A sample counts as right if all its spans are
 * answered right.
 */
final class Tally {

    private final HaltingMechanism mechanism;
    private final int maxDepth;
    private final long[] exits;
    private final long[] exitsAll;
    private final Map<List<List<Integer>>, Long> rightAnswers = new HashMap<>();
    private final Moments depths = new Moments();
    private final Moments expected = new Moments();
    private final Moments freeExpected = new Moments();
    private long samples;
    private long correct;
    private long tokens;
    private long executionSteps;
    private long decisions;
    private double expectedAll;
    private double crossEntropy;
    private long targets;
    private double seconds;

    /** Sums for a mean and its interval over samples. */
    private static final class Moments {
        private long n;
        private double sum;
        private double squares;

        void add(double value) {
            n++;
            sum += value;
            squares += value * value;
        }

        Estimate mean() {
            return Statistics.mean(n, sum, squares);
        }
    }

    Tally(HaltingMechanism mechanism, int maxDepth) {
        this.mechanism = mechanism;
        this.maxDepth = maxDepth;
        exits = new long[maxDepth];
        exitsAll = new long[maxDepth];
    }

    /** Counts a token that was fed. */
    void token(int depth, double expectedDepth) {
        tokens++;
        exitsAll[depth - 1]++;
        executionSteps += depth;
        expectedAll += expectedDepth;
        if (mechanism.behaviours().contains(HaltingBehaviour.LEARNED)) {
            decisions +=
                    mechanism.behaviours().contains(HaltingBehaviour.DECIDES_ONCE)
                            ? 1
                            : Math.min(depth, maxDepth - 1);
        }
    }

    /** Counts the prediction of a target. @param logProbability ln p of the right token */
    void target(double logProbability) {
        targets++;
        crossEntropy -= logProbability;
    }

    /** Counts a sample. @param rightAnswer its right answers, span by span */
    void sample(boolean right, List<List<Integer>> rightAnswer) {
        samples++;
        correct += right ? 1 : 0;
        rightAnswers.merge(rightAnswer, 1L, Long::sum);
    }

    /** Counts the depths at a sample's answer positions. */
    void answerDepths(int[] answerDepths) {
        for (int depth : answerDepths) {
            exits[depth - 1]++;
        }
        depths.add(Arrays.stream(answerDepths).average().orElseThrow());
    }

    /** Counts the mean E[d] at a sample's answer positions. */
    void answerExpected(double mean) {
        expected.add(mean);
    }

    /** Counts the mean E[d] at a sample's answer positions in a pass that nobody leaves. */
    void answerFreeExpected(double mean) {
        freeExpected.add(mean);
    }

    /** Adds wall-clock time of the pass. */
    void time(double passed) {
        seconds += passed;
    }

    PointResult result(
            Task task, Point point, long step, String rule, String execution, long seed) {
        Map.Entry<List<List<Integer>>, Long> constant =
                rightAnswers.entrySet().stream()
                        .max(
                                Map.Entry.<List<List<Integer>>, Long>comparingByValue()
                                        .thenComparing(entry -> entry.getKey().toString()))
                        .orElseThrow();
        Estimate accuracy = Statistics.share(correct, samples);
        return new PointResult(
                PointResult.SCHEMA,
                step,
                rule,
                execution,
                point.values(),
                task.trained(point),
                samples,
                correct,
                accuracy.value(),
                accuracy.low(),
                accuracy.high(),
                task.chance(point),
                (double) constant.getValue() / samples,
                text(task, constant.getKey()),
                crossEntropy / targets,
                depths.mean(),
                expected.mean(),
                expectedAll / tokens,
                freeExpected.n == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(freeExpected.mean().value()),
                Arrays.stream(exits).boxed().toList(),
                Arrays.stream(exitsAll).boxed().toList(),
                executionSteps,
                decisions,
                tokens,
                seconds,
                seed);
    }

    private static String text(Task task, List<List<Integer>> answer) {
        List<String> spans = new ArrayList<>();
        for (List<Integer> span : answer) {
            spans.add(
                    String.join(
                            " ",
                            span.stream().map(token -> task.vocabulary().text(token)).toList()));
        }
        return String.join(" | ", spans);
    }
}
