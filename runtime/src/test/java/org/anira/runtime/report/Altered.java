package org.anira.runtime.report;

import org.anira.runtime.run.PointResult;

import java.util.Map;

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

    private PointResult copy(String rule, Map<String, Object> point, long n, long correct) {
        return new PointResult(
                from.schema(),
                from.step(),
                rule,
                from.execution(),
                point,
                from.trained(),
                n,
                correct,
                (double) correct / n,
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
                from.scores(),
                from.generation());
    }
}
