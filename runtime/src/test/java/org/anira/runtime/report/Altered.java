package org.anira.runtime.report;

import org.anira.runtime.run.Generation;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.statistics.Estimate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes results that differ from another in one respect. */
record Altered(PointResult from) {

    PointResult correct(long correct) {
        return copy(from.rule(), from.point(), from.n(), correct);
    }

    /** Returns one of other samples, all answered wrong. */
    PointResult samples(long n) {
        return copy(from.rule(), from.point(), n, 0);
    }

    PointResult rule(String rule) {
        return copy(rule, from.point(), from.n(), from.correct());
    }

    PointResult point(Map<String, Object> point) {
        return copy(from.rule(), point, from.n(), from.correct());
    }

    /** Returns one of a task that asks for no answers, with a score and continuations. */
    PointResult withoutAnswers() {
        return copy(
                from.rule(),
                from.point(),
                from.n(),
                0,
                new Estimate(Double.NaN, Double.NaN, Double.NaN),
                Double.NaN,
                OptionalLong.of(0),
                Optional.of(Map.of("distance", new Estimate(0.5, 0.25, 0.75))),
                Optional.of(
                        List.of(Generation.of("from nothing", Generation.SAMPLED, 20, 15, 19))));
    }

    private PointResult copy(String rule, Map<String, Object> point, long n, long correct) {
        return copy(
                rule,
                point,
                n,
                correct,
                new Estimate((double) correct / n, from.low(), from.high()),
                from.constant(),
                from.answers(),
                from.scores(),
                from.generation());
    }

    private PointResult copy(
            String rule,
            Map<String, Object> point,
            long n,
            long correct,
            Estimate accuracy,
            double constant,
            OptionalLong answers,
            Optional<Map<String, Estimate>> scores,
            Optional<List<Generation>> generation) {
        return new PointResult(
                from.schema(),
                from.step(),
                rule,
                from.execution(),
                point,
                from.trained(),
                n,
                correct,
                accuracy.value(),
                accuracy.low(),
                accuracy.high(),
                from.chance(),
                constant,
                from.constantAnswer(),
                from.crossEntropy(),
                from.meanDepth(),
                from.expectedDepth(),
                from.expectedDepthAll(),
                from.freeExpectedDepth(),
                from.exits(),
                from.exitsAll(),
                from.executionSteps(),
                from.decisions(),
                from.tokens(),
                from.seconds(),
                from.seed(),
                answers,
                scores,
                generation);
    }
}
