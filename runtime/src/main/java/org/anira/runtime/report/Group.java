package org.anira.runtime.report;

import org.anira.runtime.run.PointResult;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs that differ only in the seed, evaluated with the same rule: one line in a figure.
 *
 * @param label its name in figures and tables
 * @param rule the inference rule
 * @param runs its runs, in the order given
 * @param cells the results at each value of the first axis, the runs pooled
 * @param bySeed the cells of each run
 * @param summary over the whole grid, the runs pooled
 * @param seedSummaries the summary of each run
 */
record Group(
        String label,
        String rule,
        List<Run> runs,
        List<Cell> cells,
        List<List<Cell>> bySeed,
        Summary summary,
        List<Summary> seedSummaries) {

    /**
     * Gathers a group's results.
     *
     * @param scale the values of the first axis, in order
     */
    static Group of(String label, String rule, List<Run> runs, AxisScale scale) {
        List<List<Cell>> bySeed =
                runs.stream().map(run -> cells(List.of(run), rule, scale)).toList();
        List<Cell> cells = cells(runs, rule, scale);
        return new Group(
                label,
                rule,
                List.copyOf(runs),
                cells,
                bySeed,
                Summary.of(cells, scale),
                bySeed.stream().map(each -> Summary.of(each, scale)).toList());
    }

    private static List<Cell> cells(List<Run> runs, String rule, AxisScale scale) {
        List<PointResult> results =
                runs.stream().flatMap(run -> run.results(run.step(), rule).stream()).toList();
        List<Cell> cells = new ArrayList<>();
        for (String value : scale.values()) {
            List<PointResult> here =
                    results.stream()
                            .filter(result ->
                                    result.point().get(scale.name()).toString().equals(value))
                            .toList();
            if (!here.isEmpty()) {
                cells.add(Cell.pool(value, here));
            }
        }
        return List.copyOf(cells);
    }

    /** Returns the training seeds. */
    List<String> seeds() {
        return runs.stream().map(Run::seed).toList();
    }

    /** Returns them in words: {@code seed 1} or {@code seeds 1, 2}. */
    String seedsInWords() {
        return "%s %s".formatted(runs.size() == 1 ? "seed" : "seeds", String.join(", ", seeds()));
    }

    /** Returns the name of the halting mechanism. */
    String mechanism() {
        return runs.getFirst().setting("halting.name");
    }

    /**
     * Returns whether the depth is fixed: no halting head is called, and all answers leave at one
     * depth.
     */
    boolean fixed() {
        long depths =
                IntStream.rangeClosed(1, deepest())
                        .filter(depth -> cells.stream().anyMatch(cell -> cell.share(depth) > 0))
                        .count();
        return depths == 1 && cells.stream().allMatch(cell -> cell.decisions() == 0);
    }

    /** Returns the deepest exit in the results. */
    int deepest() {
        return cells.stream().mapToInt(cell -> cell.exits().length).max().orElse(0);
    }
}
