package org.anira.runtime.eval;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.task.Point;
import org.anira.api.task.Task;
import org.anira.runtime.run.Generation;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.statistics.Estimate;
import org.anira.runtime.statistics.Statistics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Counts the results of one point of difficulty: passes over the samples that count there, and
 * their answers.
 */
final class Tally {

    private final HaltingMechanism mechanism;
    private final int maxDepth;
    private final long[] exits;
    private final long[] exitsAll;
    private final Map<List<Integer>, Long> rightAnswers = new HashMap<>();
    private final Moments depths = new Moments();
    private final Moments expected = new Moments();
    private final Moments freeExpected = new Moments();
    private final Map<String, Moments> scores = new LinkedHashMap<>();
    private Optional<List<Generation>> generation = Optional.empty();
    private long samples;
    private long answers;
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
            return n == 0
                    ? new Estimate(Double.NaN, Double.NaN, Double.NaN)
                    : Statistics.mean(n, sum, squares);
        }
    }

    /**
     * Starts counting.
     *
     * @param scoreNames the scorer's numbers; none without a scorer
     */
    Tally(HaltingMechanism mechanism, int maxDepth, List<String> scoreNames) {
        this.mechanism = mechanism;
        this.maxDepth = maxDepth;
        exits = new long[maxDepth];
        exitsAll = new long[maxDepth];
        scoreNames.forEach(name -> scores.put(name, new Moments()));
    }

    /** Counts a sample. @param passed its share of the wall-clock time of its pass */
    void sample(double passed) {
        samples++;
        seconds += passed;
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

    /** Counts an answer. @param rightAnswer the one that the sample carries */
    void answer(boolean right, List<Integer> rightAnswer) {
        answers++;
        correct += right ? 1 : 0;
        rightAnswers.merge(rightAnswer, 1L, Long::sum);
    }

    /**
     * Counts what happened where a sample's answers were predicted.
     *
     * @param answerDepths steps taken, at least one position
     * @param meanExpected mean of E[d]
     */
    void depths(int[] answerDepths, double meanExpected) {
        for (int depth : answerDepths) {
            exits[depth - 1]++;
        }
        depths.add(Arrays.stream(answerDepths).average().orElseThrow());
        expected.add(meanExpected);
    }

    /** Counts the mean E[d] at a sample's answers in a free-running pass. */
    void freeExpected(double mean) {
        freeExpected.add(mean);
    }

    /** Counts a sample's scores; NaN where one does not apply. */
    void scores(Map<String, Double> values) {
        scores.forEach((name, moments) -> {
            double value = values.get(name);
            if (!Double.isNaN(value)) {
                moments.add(value);
            }
        });
    }

    /** Notes how prompts were continued. */
    void generation(List<Generation> all) {
        generation = Optional.of(all);
    }

    PointResult result(
            Task task, Point point, long step, String rule, String execution, long seed) {
        Map.Entry<List<Integer>, Long> constant =
                rightAnswers.entrySet().stream()
                        .max(
                                Map.Entry.<List<Integer>, Long>comparingByValue()
                                        .thenComparing(entry -> entry.getKey().toString()))
                        .orElse(Map.entry(List.of(), 0L));
        Estimate accuracy = Statistics.share(correct, answers, samples);
        Map<String, Estimate> means = new LinkedHashMap<>();
        scores.forEach((name, moments) -> means.put(name, moments.mean()));
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
                (double) constant.getValue() / answers,
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
                seed,
                answers == samples ? OptionalLong.empty() : OptionalLong.of(answers),
                means.isEmpty() ? Optional.empty() : Optional.of(means),
                generation);
    }

    private static String text(Task task, List<Integer> answer) {
        return String.join(
                " ", answer.stream().map(token -> task.vocabulary().text(token)).toList());
    }
}
