package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.runtime.statistics.Estimate;
import org.anira.runtime.statistics.Statistics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

final class EvaluationsTests {

    @TempDir Path runs;

    private RunFolder run;
    private Evaluations evaluations;

    @BeforeEach
    void start() {
        run = RunFolder.create(runs, "a");
        evaluations = new Evaluations(run);
    }

    @Test
    void readsBackWhatItWrote() {
        List<PointResult> results =
                List.of(
                        result(100, OptionalDouble.of(0.5), OptionalDouble.of(2.25)),
                        result(200, OptionalDouble.empty(), OptionalDouble.empty()));
        evaluations.append(results.subList(0, 1));
        evaluations.append(results.subList(1, 2));
        assertEquals(results, evaluations.read());
    }

    @Test
    void readsBackNumbersThatAreNotFinite() {
        List<PointResult> results =
                List.of(
                        result(
                                100,
                                OptionalDouble.of(Double.NaN),
                                OptionalDouble.of(Double.POSITIVE_INFINITY)));
        evaluations.append(results);
        assertEquals(results, evaluations.read());
    }

    @Test
    void readsTextsThatEarlierBuildsWroteInPlaceOfNull() throws IOException {
        evaluations.append(List.of(result(100, OptionalDouble.of(0.5), OptionalDouble.of(2.25))));
        Files.writeString(
                run.evaluations(),
                Files.readString(run.evaluations())
                        .replaceFirst("\"accuracy\":[0-9.]+", "\"accuracy\":\"NaN\"")
                        .replaceFirst("\"low\":[0-9.]+", "\"low\":\"-Infinity\""));
        PointResult read = evaluations.read().getFirst();
        assertEquals(Double.NaN, read.accuracy());
        assertEquals(Double.NaN, read.low());
    }

    @Test
    void writesNullForWhatIsUnknown() throws IOException {
        evaluations.append(
                List.of(
                        result(
                                100,
                                OptionalDouble.of(Double.NaN),
                                OptionalDouble.of(Double.POSITIVE_INFINITY))));
        String line = Files.readString(run.evaluations());
        assertTrue(line.contains("\"chance\":null"), line);
        assertTrue(line.contains("\"free_expected_depth\":null"), line);
    }

    @Test
    void isEmptyBeforeTheFirst() {
        assertEquals(List.of(), evaluations.read());
    }

    @Test
    void keepsTheOrderOfThePoint() throws IOException {
        evaluations.append(List.of(result(100, OptionalDouble.empty(), OptionalDouble.empty())));
        String line = Files.readString(run.evaluations());
        assertTrue(line.contains("\"point\":{\"size\":8,\"algorithm\":\"bfs\"}"), line);
        assertTrue(line.startsWith("{\"schema\":\"anira.evaluation/1\",\"step\":100,"), line);
        assertTrue(line.contains("\"chance\":null"), line);
    }

    @Test
    void dropsWhatTrainingRepeats() {
        PointResult kept = result(100, OptionalDouble.empty(), OptionalDouble.empty());
        evaluations.append(
                List.of(kept, result(200, OptionalDouble.empty(), OptionalDouble.empty())));
        evaluations.dropAfter(100);
        assertEquals(List.of(kept), evaluations.read());
    }

    @Test
    void refusesAnotherSchema() throws IOException {
        evaluations.append(List.of(result(1, OptionalDouble.empty(), OptionalDouble.empty())));
        String line = Files.readString(run.evaluations());
        Files.writeString(run.evaluations(), line.replace("evaluation/1", "evaluation/9"));
        Thrown.message(
                "RUN-004",
                evaluations::read,
                "evaluations.jsonl",
                "schema anira.evaluation/9",
                "reads anira.evaluation/1");
    }

    /** Results of a build that did not have them yet. */
    @Test
    void whatMayBeEmptyMayBeMissing() throws IOException {
        evaluations.append(List.of(result(1, OptionalDouble.empty(), OptionalDouble.empty())));
        String line = Files.readString(run.evaluations());
        Files.writeString(run.evaluations(), line.replaceFirst(",\"answers\":.*", "}"));
        PointResult read = evaluations.read().getFirst();
        assertEquals(OptionalLong.empty(), read.answers());
        assertEquals(Optional.empty(), read.scores());
        assertEquals(Optional.empty(), read.generation());
    }

    @Test
    void refusesALineWithoutANumberItNeeds() throws IOException {
        evaluations.append(List.of(result(1, OptionalDouble.empty(), OptionalDouble.empty())));
        String line = Files.readString(run.evaluations());
        Files.writeString(run.evaluations(), line.replace("\"correct\":900,", ""));
        Thrown.message("RUN-004", evaluations::read, "damaged in line 1", "correct");
    }

    private static PointResult result(long step, OptionalDouble chance, OptionalDouble free) {
        Map<String, Object> point = new LinkedHashMap<>();
        point.put("size", 8);
        point.put("algorithm", "bfs");
        Estimate accuracy = Statistics.share(900, 1000);
        return new PointResult(
                PointResult.SCHEMA,
                step,
                "sample",
                "skipping",
                point,
                true,
                1000,
                900,
                accuracy.value(),
                accuracy.low(),
                accuracy.high(),
                chance,
                0.621,
                "0",
                0.31,
                Statistics.mean(1000, 2040, 5000),
                Statistics.mean(1000, 2100.5, 5100),
                1.7,
                free,
                List.of(300L, 400L, 300L),
                List.of(3000L, 4000L, 3000L),
                20_000,
                18_000,
                10_000,
                1.25,
                7,
                OptionalLong.of(2000),
                Optional.of(Map.of("kl (nats)", new Estimate(0.5, 0.25, 0.75))),
                Optional.of(
                        List.of(Generation.of("from nothing", Generation.SAMPLED, 20, 15, 19))));
    }
}
