package org.anira.runtime.report;

import java.util.ArrayList;
import java.util.List;

/** All figures of a comparison. */
final class Figures {

    private Figures() {}

    /**
     * Returns them in the order in which a report shows them; those of accuracy only where the task
     * asks for answers.
     */
    static List<Figure> of(Comparison comparison) {
        AxisFigures axis = new AxisFigures(comparison);
        List<Figure> figures = new ArrayList<>();
        if (comparison.hasAnswers()) {
            figures.add(axis.accuracy());
        }
        figures.add(axis.depth());
        if (comparison.hasAnswers()) {
            figures.add(CostFigure.of(comparison));
        }
        figures.addAll(ExitFigures.of(comparison));
        TrainingFigure.of(comparison).ifPresent(figures::add);
        return figures;
    }
}
