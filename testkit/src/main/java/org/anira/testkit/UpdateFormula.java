package org.anira.testkit;

import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.Slot;

import java.util.Map;

/** The update of {@link AdamW} in float64, as its documentation writes it. */
final class UpdateFormula {

    private UpdateFormula() {}

    /**
     * Updates values and moments by the formula, sets the gradients to zero, and returns their
     * norm.
     *
     * @param step the number of the update, from 1
     * @param shapes sizes of the axes of each parameter
     * @param all what each slot of each parameter holds; changed in place
     */
    static double apply(
            AdamW rule,
            long step,
            Map<String, long[]> shapes,
            Map<String, Map<Slot, double[]>> all) {
        double squares = 0;
        for (Map<Slot, double[]> slots : all.values()) {
            for (double g : slots.get(Slot.GRADIENT)) {
                squares += g * g;
            }
        }
        double norm = Math.sqrt(squares);
        double scale = Math.min(1, rule.clip() / (norm + 1e-6));
        all.forEach((name, slots) -> {
            double[] x = slots.get(Slot.VALUE);
            double[] gradient = slots.get(Slot.GRADIENT);
            double[] m = slots.get(Slot.FIRST_MOMENT);
            double[] v = slots.get(Slot.SECOND_MOMENT);
            for (int i = 0; i < x.length; i++) {
                double g = gradient[i] * scale;
                m[i] = rule.beta1() * m[i] + (1 - rule.beta1()) * g;
                v[i] = rule.beta2() * v[i] + (1 - rule.beta2()) * g * g;
                if (shapes.get(name).length >= 2) {
                    x[i] *= 1 - rule.rate() * rule.decay();
                }
                double mean = m[i] / (1 - Math.pow(rule.beta1(), step));
                double square = v[i] / (1 - Math.pow(rule.beta2(), step));
                x[i] -= rule.rate() * mean / (Math.sqrt(square) + rule.epsilon());
                gradient[i] = 0;
            }
        });
        return norm;
    }
}
