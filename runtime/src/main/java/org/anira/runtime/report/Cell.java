package org.anira.runtime.report;

import org.anira.runtime.run.PointResult;
import org.anira.runtime.statistics.Estimate;
import org.anira.runtime.statistics.Statistics;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The results at one value of the first axis: a run's result at a point, or several pooled over the
 * other axes and over runs that differ only in the seed.
 *
 * @param value the axis value, as written
 * @param trained whether all pooled results lie in the training range
 * @param n samples
 * @param correct answers that were right
 * @param accuracy share of answers that were right, with Wilson's 95 % interval over the pooled
 *     samples
 * @param chance accuracy of guessing, where the task knows it
 * @param constant accuracy of the best constant answer
 * @param depth mean actual depth at the answers, in steps, with its 95 % interval
 * @param expectedDepth mean of E[d] at the answers, in steps, with its 95 % interval
 * @param exits answers by exit depth, from depth 1 on
 * @param execution token steps that were computed
 * @param decisions halting decisions that were made
 * @param tokens fed tokens
 * @param seconds wall-clock time of the evaluation
 */
record Cell(
        String value,
        boolean trained,
        long n,
        long correct,
        Estimate accuracy,
        OptionalDouble chance,
        double constant,
        Estimate depth,
        Estimate expectedDepth,
        long[] exits,
        long execution,
        long decisions,
        long tokens,
        double seconds) {

    /** Pools several results at one axis value, weighted by their samples. */
    static Cell pool(String value, List<PointResult> results) {
        long n = sum(results, PointResult::n);
        long correct = sum(results, PointResult::correct);
        return new Cell(
                value,
                results.stream().allMatch(PointResult::trained),
                n,
                correct,
                Statistics.share(correct, sum(results, PointResult::judged), n),
                results.stream().allMatch(result -> result.chance().isPresent())
                        ? OptionalDouble.of(
                                average(results, result -> result.chance().getAsDouble()))
                        : OptionalDouble.empty(),
                average(results, PointResult::constant),
                mean(results, PointResult::meanDepth),
                mean(results, PointResult::expectedDepth),
                exits(results),
                sum(results, PointResult::executionSteps),
                sum(results, PointResult::decisions),
                sum(results, PointResult::tokens),
                results.stream().mapToDouble(PointResult::seconds).sum());
    }

    private static long sum(List<PointResult> results, ToLongFunction<PointResult> count) {
        return results.stream().mapToLong(count).sum();
    }

    /** Returns the mean over all samples. */
    private static double average(List<PointResult> results, ToDoubleFunction<PointResult> part) {
        if (results.size() == 1) {
            return part.applyAsDouble(results.getFirst());
        }
        double n = sum(results, PointResult::n);
        return results.stream()
                .mapToDouble(result -> part.applyAsDouble(result) * result.n() / n)
                .sum();
    }

    /**
     * Returns the mean over all samples with its interval; the results are independent, so the
     * squares of their errors add up.
     */
    private static Estimate mean(List<PointResult> results, Function<PointResult, Estimate> part) {
        if (results.size() == 1) {
            return part.apply(results.getFirst());
        }
        double n = sum(results, PointResult::n);
        double mean = average(results, result -> part.apply(result).value());
        double squares = 0;
        for (PointResult result : results) {
            Estimate estimate = part.apply(result);
            double share = result.n() / n;
            squares += Math.pow(share * (estimate.high() - estimate.low()) / 2, 2);
        }
        return new Estimate(mean, mean - Math.sqrt(squares), mean + Math.sqrt(squares));
    }

    private static long[] exits(List<PointResult> results) {
        int deepest = results.stream().mapToInt(result -> result.exits().size()).max().orElse(0);
        long[] exits = new long[deepest];
        for (PointResult result : results) {
            for (int d = 0; d < result.exits().size(); d++) {
                exits[d] += result.exits().get(d);
            }
        }
        return exits;
    }

    /** Returns the share of answers that left at a depth, counted from 1. */
    double share(int depth) {
        return depth > exits.length
                ? 0
                : (double) exits[depth - 1] / Math.max(1, Arrays.stream(exits).sum());
    }
}
