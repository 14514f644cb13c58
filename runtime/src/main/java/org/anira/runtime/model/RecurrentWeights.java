package org.anira.runtime.model;

import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Injection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The weights of the recurrence, bound for one run of a program: one set for all steps, or one for
 * each.
 */
final class RecurrentWeights {

    private final ModelSettings model;
    private final List<StepWeights> steps;

    /**
     * The weights of one step.
     *
     * @param injection how the prelude's output enters
     * @param map [W, 2W], for {@link Injection#CONCAT}
     */
    record StepWeights(Layers layers, Injection injection, Optional<Tensor> map) {

        /**
         * Returns the input of a step. @param h […, W], the state; @param h0 […, W], the prelude's
         * output
         */
        Tensor inject(Ops ops, Tensor h, Tensor h0) {
            return switch (injection) {
                case NONE -> h;
                case ADD -> h.add(h0);
                case CONCAT -> ops.concat(-1, List.of(h, h0)).linear(map.orElseThrow());
            };
        }
    }

    RecurrentWeights(Ops ops, ModelSettings model) {
        this.model = model;
        this.steps =
                names(model).stream()
                        .map(name ->
                                new StepWeights(
                                        Layers.of(
                                                ops,
                                                RecurrentTransformer.layers(
                                                        name, model.recurrent()),
                                                model),
                                        model.injection(),
                                        model.injection() == Injection.CONCAT
                                                ? Optional.of(ops.parameter(name + ".inject"))
                                                : Optional.empty()))
                        .toList();
    }

    static List<Parameter> parameters(ModelSettings model) {
        List<Parameter> all = new ArrayList<>();
        for (String name : names(model)) {
            if (model.injection() == Injection.CONCAT) {
                all.add(Parameter.linear(name + ".inject", model.width(), 2 * model.width(), 1));
            }
            for (int i = 0; i < model.recurrent(); i++) {
                all.addAll(Layer.parameters(name + "." + i, model));
            }
        }
        return all;
    }

    private static List<String> names(ModelSettings model) {
        return model.tied()
                ? List.of("recurrent")
                : IntStream.rangeClosed(1, model.maxDepth()).mapToObj(d -> "step" + d).toList();
    }

    ModelSettings model() {
        return model;
    }

    /** Returns the weights of step d, counted from 1. */
    StepWeights step(int d) {
        return steps.get(model.tied() ? 0 : d - 1);
    }
}
