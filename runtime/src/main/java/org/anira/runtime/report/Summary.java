package org.anira.runtime.report;

import org.anira.runtime.statistics.Estimate;
import org.anira.runtime.statistics.Statistics;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The results of a run, or of several that differ only in the seed, over the whole grid; each axis
 * value has the same weight.
 *
 * @param n samples
 * @param accuracy mean accuracy over all axis values
 * @param trainedAccuracy the same over those in the training range, if any are
 * @param constant mean accuracy of the best constant answer
 * @param depth mean actual depth at the answers, steps
 * @param expectedDepth mean expected depth at the answers, steps
 * @param correlation Spearman's correlation of the actual depth of single answers with the first
 *     axis; empty for an axis of names and where depth or axis do not vary
 * @param stepsPerToken execution: token steps per fed token
 * @param decisionsPerToken halting decisions per fed token
 * @param seconds wall-clock time of the evaluation
 * @param tokens fed tokens
 */
public record Summary(
        long n,
        Estimate accuracy,
        Optional<Estimate> trainedAccuracy,
        double constant,
        Estimate depth,
        Estimate expectedDepth,
        Optional<Estimate> correlation,
        double stepsPerToken,
        double decisionsPerToken,
        double seconds,
        long tokens) {

    static Summary of(List<Cell> cells, AxisScale scale) {
        List<Cell> trained = cells.stream().filter(Cell::trained).toList();
        long tokens = cells.stream().mapToLong(Cell::tokens).sum();
        return new Summary(
                cells.stream().mapToLong(Cell::n).sum(),
                mean(cells, Cell::accuracy),
                trained.isEmpty() ? Optional.empty() : Optional.of(mean(trained, Cell::accuracy)),
                cells.stream().mapToDouble(Cell::constant).average().orElseThrow(),
                mean(cells, Cell::depth),
                mean(cells, Cell::expectedDepth),
                scale.numeric() ? correlation(cells) : Optional.empty(),
                (double) cells.stream().mapToLong(Cell::execution).sum() / tokens,
                (double) cells.stream().mapToLong(Cell::decisions).sum() / tokens,
                cells.stream().mapToDouble(Cell::seconds).sum(),
                tokens);
    }

    /**
     * Returns the mean of independent estimates; the squared half-widths of their intervals add up.
     */
    private static Estimate mean(List<Cell> cells, Function<Cell, Estimate> part) {
        double mean = 0;
        double squares = 0;
        for (Cell cell : cells) {
            Estimate estimate = part.apply(cell);
            mean += estimate.value() / cells.size();
            squares += Math.pow((estimate.high() - estimate.low()) / 2 / cells.size(), 2);
        }
        return new Estimate(mean, mean - Math.sqrt(squares), mean + Math.sqrt(squares));
    }

    private static Optional<Estimate> correlation(List<Cell> cells) {
        int deepest = cells.stream().mapToInt(cell -> cell.exits().length).max().orElse(0);
        long[][] counts =
                cells.stream()
                        .map(cell -> Arrays.copyOf(cell.exits(), deepest))
                        .toArray(long[][]::new);
        return Optional.of(Statistics.spearman(counts)).filter(rho -> !Double.isNaN(rho.value()));
    }
}
