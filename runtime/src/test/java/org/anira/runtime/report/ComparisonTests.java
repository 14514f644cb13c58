package org.anira.runtime.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.DataException;
import org.anira.api.SettingsException;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class ComparisonTests {

    @TempDir Path folder;

    private RunFolder run(SyntheticRun run) {
        return run.write(folder.resolve(run.mechanism() + "-" + run.seed()));
    }

    private static Comparison compare(RunFolder... runs) {
        return Comparison.of(List.of(runs));
    }

    private static List<PointResult> last(RunFolder run) {
        return new Evaluations(run)
                .read().stream().filter(result -> result.step() == 1000).toList();
    }

    @Test
    void runsThatDifferInTheSeedAloneAreOneGroup() {
        Comparison comparison =
                compare(
                        run(SyntheticRun.of("a", 1)),
                        run(SyntheticRun.of("b", 1)),
                        run(SyntheticRun.of("a", 2)));

        assertEquals(List.of("a", "b"), List.copyOf(comparison.summaries().keySet()));
        assertEquals(List.of("1", "2"), comparison.groups().getFirst().seeds());
    }

    @Test
    void aSingleRunIsShownWithItsOwnNumbers() {
        RunFolder run = run(SyntheticRun.of("a", 1));

        List<Cell> cells = compare(run).groups().getFirst().cells();

        List<PointResult> results = last(run);
        assertEquals(8, cells.size());
        for (int i = 0; i < 8; i++) {
            assertEquals(results.get(i).accuracy(), cells.get(i).accuracy().value());
            assertEquals(results.get(i).low(), cells.get(i).accuracy().low());
            assertEquals(results.get(i).high(), cells.get(i).accuracy().high());
            assertEquals(results.get(i).meanDepth(), cells.get(i).depth());
            assertEquals(results.get(i).expectedDepth(), cells.get(i).expectedDepth());
            assertEquals(results.get(i).constant(), cells.get(i).constant());
        }
    }

    @Test
    void aSmallLaterEvaluationDoesNotHideAFullOne() {
        RunFolder run = run(SyntheticRun.of("a", 1));
        PointResult full = last(run).getFirst();
        new Evaluations(run)
                .append(
                        List.of(
                                new Altered(full).samples(full.n() / 2),
                                new Altered(full).correct(full.correct() - 1),
                                new Altered(full).samples(full.n() / 4)));

        Cell cell = compare(run).groups().getFirst().cells().getFirst();

        assertEquals(full.n(), cell.n());
        assertEquals((full.correct() - 1.0) / full.n(), cell.accuracy().value(), 1e-12);
    }

    @Test
    void seedsArePooledByTheirSamples() {
        RunFolder first = run(SyntheticRun.of("a", 1));
        RunFolder second = run(SyntheticRun.of("a", 2));

        Cell cell = compare(first, second).groups().getFirst().cells().get(4);

        PointResult a = last(first).get(4);
        PointResult b = last(second).get(4);
        assertEquals(800, cell.n());
        assertEquals((a.correct() + b.correct()) / 800.0, cell.accuracy().value(), 1e-15);
        assertEquals(
                (a.meanDepth().value() + b.meanDepth().value()) / 2, cell.depth().value(), 1e-12);
        double half =
                Math.hypot(
                                a.meanDepth().high() - a.meanDepth().low(),
                                b.meanDepth().high() - b.meanDepth().low())
                        / 4;
        assertEquals(cell.depth().value() + half, cell.depth().high(), 1e-12);
        assertEquals(a.exits().getFirst() + b.exits().getFirst(), cell.exits()[0]);
    }

    @Test
    void theTableHasTheNumbersOfTheRuns() {
        RunFolder run = run(SyntheticRun.of("a", 1));

        List<String> lines = Tables.csv(compare(run)).lines().toList();

        List<String> head = List.of(lines.getFirst().split(","));
        assertEquals(9, lines.size());
        for (int i = 1; i < lines.size(); i++) {
            List<String> line = List.of(lines.get(i).split(","));
            PointResult result = last(run).get(i - 1);
            assertEquals(head.size(), line.size());
            assertEquals(result.point().get("size").toString(), line.get(head.indexOf("size")));
            assertEquals(result.correct(), Long.parseLong(line.get(head.indexOf("correct"))));
            assertEquals(result.accuracy(), Double.parseDouble(line.get(head.indexOf("accuracy"))));
            assertEquals(
                    result.meanDepth().high(),
                    Double.parseDouble(line.get(head.indexOf("depth_high"))));
            assertEquals(result.exits().get(2), Long.parseLong(line.get(head.indexOf("exits_3"))));
            assertEquals(run.path().toString(), line.get(head.indexOf("run")));
        }
    }

    @Test
    void theDocumentHasTheNumbersOfTheRuns() {
        RunFolder run = run(SyntheticRun.of("a", 1));

        JsonNode json = JsonMapper.shared().readTree(compare(run).json());

        assertEquals("anira.comparison/1", json.path("schema").asString());
        JsonNode group = json.path("groups").path(0);
        JsonNode points = group.path("runs").path(0).path("points");
        assertEquals(8, points.size());
        assertEquals(last(run).get(3).accuracy(), points.path(3).path("accuracy").asDouble());
        assertEquals(
                last(run).get(3).meanDepth().value(),
                group.path("cells").path(3).path("depth").path("value").asDouble());
    }

    @Test
    void correlationEqualsThatOfTheSingleAnswers() {
        RunFolder run = run(SyntheticRun.of("a", 1));
        List<double[]> pairs = new ArrayList<>();
        for (PointResult result : last(run)) {
            for (int d = 0; d < result.exits().size(); d++) {
                for (int i = 0; i < result.exits().get(d); i++) {
                    pairs.add(new double[] {(Integer) result.point().get("size"), d + 1});
                }
            }
        }

        double rho = compare(run).summaries().get("a").correlation().orElseThrow().value();

        assertEquals(pearson(ranks(pairs, 0), ranks(pairs, 1)), rho, 1e-12);
    }

    private static double[] ranks(List<double[]> pairs, int part) {
        return pairs.stream()
                .mapToDouble(pair -> {
                    long below = pairs.stream().filter(other -> other[part] < pair[part]).count();
                    long equal = pairs.stream().filter(other -> other[part] == pair[part]).count();
                    return below + (equal + 1) / 2.0;
                })
                .toArray();
    }

    private static double pearson(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }

    @Test
    void aLaterEvaluationOfTheSameStepReplacesAnEarlierOne() {
        RunFolder run = run(SyntheticRun.of("a", 1));
        new Evaluations(run).append(List.of(new Altered(last(run).getFirst()).correct(123)));

        assertEquals(123, compare(run).groups().getFirst().cells().getFirst().correct());
    }

    @Test
    void eachInferenceRuleIsAGroupOfItsOwn() {
        RunFolder run = run(SyntheticRun.of("a", 1));
        new Evaluations(run)
                .append(
                        last(run).stream()
                                .map(result -> new Altered(result).rule("median"))
                                .toList());

        assertEquals(
                List.of("a (mode)", "a (median)"), List.copyOf(compare(run).summaries().keySet()));
    }

    @Test
    void groupsOfOneMechanismAreToldApartByWhatDiffers() throws IOException {
        RunFolder one = run(SyntheticRun.of("a", 1));
        RunFolder other = SyntheticRun.of("a", 1).write(folder.resolve("other"));
        Files.writeString(
                other.config(), Files.readString(other.config()).replace("0.003", "0.01"));

        Comparison comparison = compare(one, other);

        assertEquals(
                List.of("a (gamma 0.003)", "a (gamma 0.01)"),
                List.copyOf(comparison.summaries().keySet()));
        assertEquals(Map.of("halting.gamma", List.of("0.003", "0.01")), comparison.differences());
    }

    @Test
    void otherAxesThanTheFirstArePooled() {
        RunFolder run = SyntheticRun.of("a", 1).empty(folder.resolve("two"));
        PointResult result = last(run(SyntheticRun.of("a", 1))).getFirst();
        List<PointResult> results = new ArrayList<>();
        for (String shape : List.of("tree", "chain")) {
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("size", 3);
            point.put("shape", shape);
            results.add(new Altered(result).point(point));
        }
        new Evaluations(run).append(results);

        List<Cell> cells = compare(run).groups().getFirst().cells();

        assertEquals(1, cells.size());
        assertEquals(2 * result.n(), cells.getFirst().n());
    }

    @Test
    void anAxisOfNamesHasNoCorrelation() {
        RunFolder run = SyntheticRun.of("a", 1).empty(folder.resolve("names"));
        List<PointResult> results = last(run(SyntheticRun.of("a", 1)));
        new Evaluations(run)
                .append(
                        List.of(
                                new Altered(results.getFirst()).point(Map.of("algorithm", "sort")),
                                new Altered(results.getLast())
                                        .point(Map.of("algorithm", "search"))));

        Comparison comparison = compare(run);

        assertEquals(List.of("sort", "search"), comparison.scale().values());
        assertTrue(comparison.summaries().get("a").correlation().isEmpty());
    }

    @Test
    void aDepthThatDoesNotRiseIsSaid() {
        Comparison comparison =
                compare(
                        run(SyntheticRun.of("a", 1)),
                        run(SyntheticRun.of("b", 1).slope(-0.2)),
                        run(SyntheticRun.fixed(4, 1)));

        String remarks = String.join("\n", comparison.remarks());

        assertTrue(remarks.contains("a: actual depth rises with size"), remarks);
        assertTrue(remarks.contains("b: actual depth falls with size"), remarks);
        assertTrue(
                remarks.contains("constant-4: all answers have the same actual depth, 4"), remarks);
    }

    @Test
    void oneValueOfTheAxisShowsNoTrend() {
        RunFolder run = SyntheticRun.of("a", 1).empty(folder.resolve("one"));
        new Evaluations(run).append(List.of(last(run(SyntheticRun.of("a", 1))).getFirst()));

        String remarks = String.join("\n", compare(run).remarks());

        assertTrue(remarks.contains("size = 1 alone was evaluated, so no trend"), remarks);
    }

    @Test
    void anAccuracyNoBetterThanOneAnswerIsSaid() {
        RunFolder run = SyntheticRun.of("a", 1).empty(folder.resolve("untaught"));
        new Evaluations(run)
                .append(
                        last(run(SyntheticRun.of("a", 1))).stream()
                                .map(result -> new Altered(result).correct(40))
                                .toList());

        String remarks = String.join("\n", compare(run).remarks());

        assertTrue(
                remarks.contains("a: accuracy 0.100 is not significantly above that of the best"),
                remarks);
    }

    @Test
    void theUnitOfTheAxisIsThatOfTheRuns() {
        assertEquals("size (operators)", compare(run(SyntheticRun.of("a", 1))).scale().label());
    }

    @Test
    void runsOfDifferentJarsAreSaid() throws IOException {
        RunFolder first = run(SyntheticRun.of("a", 1));
        RunFolder second = run(SyntheticRun.of("a", 2));
        Files.writeString(
                second.provenance(),
                Files.readString(second.provenance()).replace("ab".repeat(32), "cd".repeat(32)));

        String remarks = String.join("\n", compare(first, second).remarks());

        assertTrue(
                remarks.contains(
                        "The runs were not trained with the same plugin: 'a' 1.0 (a.jar, SHA-256"
                                + " abababababab…) and 'a' 1.0 (a.jar, SHA-256 cdcdcdcdcdcd…)."),
                remarks);
    }

    @Test
    void runsOfTheSameJarsAreNotSaidToDiffer() {
        String remarks =
                String.join(
                        "\n",
                        compare(run(SyntheticRun.of("a", 1)), run(SyntheticRun.of("a", 2)))
                                .remarks());

        assertFalse(remarks.contains("plugin"), remarks);
    }

    @Test
    void anUnfinishedRunIsSaid() {
        RunFolder run = run(SyntheticRun.of("a", 1));
        run.status(Status.ended(Status.State.INTERRUPTED, 700, 130, ""));

        String remarks = String.join("\n", compare(run).remarks());

        assertTrue(remarks.contains("is not finished: interrupted at step 700 of 1000"), remarks);
    }

    @Test
    void theSameSeedTwiceIsSaid() {
        RunFolder run = run(SyntheticRun.of("a", 1));
        RunFolder again = SyntheticRun.of("a", 1).write(folder.resolve("again"));

        String remarks = String.join("\n", compare(run, again).remarks());

        assertTrue(remarks.contains("a: seed 1 occurs more than once"), remarks);
    }

    @Test
    void constantDepthWithoutDecisionsIsFixed() {
        Comparison comparison =
                compare(run(SyntheticRun.of("a", 1)), run(SyntheticRun.fixed(4, 1)));

        assertFalse(comparison.groups().getFirst().fixed());
        assertTrue(comparison.groups().getLast().fixed());
    }

    @Test
    void runsOfDifferentTasksAreRefused() {
        RunFolder sums = run(SyntheticRun.of("a", 1));
        RunFolder words = run(SyntheticRun.of("b", 1).task("words"));

        SettingsException e = assertThrows(SettingsException.class, () -> compare(sums, words));

        assertEquals("CFG-008", e.code());
        assertEquals(
                "Runs of different tasks cannot be compared: '%s' is of 'sums', '%s' of 'words'. Compare them one by one."
                        .formatted(sums.path(), words.path()),
                e.getMessage());
    }

    @Test
    void runsAlongDifferentAxesAreRefused() {
        RunFolder run = run(SyntheticRun.of("a", 1));
        RunFolder other = SyntheticRun.of("b", 1).empty(folder.resolve("other"));
        new Evaluations(other)
                .append(List.of(new Altered(last(run).getFirst()).point(Map.of("n", 3))));

        SettingsException e = assertThrows(SettingsException.class, () -> compare(run, other));

        assertEquals("CFG-008", e.code());
        assertTrue(
                e.getMessage()
                        .contains(
                                "'%s' has [size], '%s' has [n]"
                                        .formatted(run.path(), other.path())),
                e.getMessage());
    }

    @Test
    void aRunWithoutEvaluationsOrCheckpointsIsRefused() {
        RunFolder run = SyntheticRun.of("a", 1).empty(folder.resolve("new"));

        DataException e = assertThrows(DataException.class, () -> compare(run));

        assertEquals("RUN-007", e.code());
        assertEquals(
                "Run '%s' has no evaluations, so there is nothing to compare. It has no checkpoint either: leave it out, or train again: anira train %s"
                        .formatted(run.path(), run.config()),
                e.getMessage());
    }

    @Test
    void nothingToCompareIsRefused() {
        SettingsException e = assertThrows(SettingsException.class, () -> compare());

        assertEquals("CFG-008", e.code());
    }
}
