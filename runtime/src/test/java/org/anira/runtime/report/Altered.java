package org.anira.runtime.report;

import org.anira.runtime.run.PointResult;

import java.util.Map;

/** Makes results that differ from another in one respect. */
record Altered(PointResult from) {

    PointResult correct(long correct) {
        return copy(from.rule(), from.point(), correct);
    }

    PointResult rule(String rule) {
        return copy(rule, from.point(), from.correct());
    }

    PointResult point(Map<String, Object> point) {
        return copy(from.rule(), point, from.correct());
    }

    private PointResult copy(String rule, Map<String, Object> point, long correct) {
        return new PointResult(
                from.schema(),
                from.step(),
                rule,
                from.execution(),
                point,
                from.trained(),
                from.n(),
                correct,
                (double) correct / from.n(),
                from.low(),
                from.high(),
                from.chance(),
                from.constant(),
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
                from.answers(),
                from.scores());
    }
}
