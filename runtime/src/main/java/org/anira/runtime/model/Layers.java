package org.anira.runtime.model;

import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;

import java.util.List;
import java.util.function.UnaryOperator;

/** Layers that are applied one after the other, their weights bound for one run of a program. */
record Layers(List<Layer> layers) {

    /** Binds the weights of the layers of these names. */
    static Layers of(Ops ops, List<String> names, ModelSettings settings) {
        return new Layers(names.stream().map(name -> new Layer(ops, name, settings)).toList());
    }

    /** Where the keys and values lie that rows attend to. */
    @FunctionalInterface
    interface Memory {
        /**
         * Takes what a layer has computed of the rows in, and returns all that they attend to.
         *
         * @param layer counted from 0
         * @param fresh […, H, W/H] of the rows
         * @return [B, C, H, W/H]
         */
        KeysValues attended(int layer, KeysValues fresh);
    }

    /** Returns the rows after all layers. @param input […, W], float32 */
    Tensor apply(Tensor input, Rotary rotation, Queries rows, Memory memory) {
        return apply(input, rotation, rows, x -> x, rows, memory);
    }

    /**
     * Returns some of the rows after all layers. The last layer computes keys and values of all
     * rows, everything else of the wanted ones only.
     *
     * @param input […, W], float32
     * @param choice takes the wanted rows out of all
     * @param wanted how those attend
     */
    Tensor apply(
            Tensor input,
            Rotary rotation,
            Queries rows,
            UnaryOperator<Tensor> choice,
            Queries wanted,
            Memory memory) {
        Tensor x = layers.isEmpty() ? choice.apply(input) : input;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Layer.Heads heads = layer.heads(x, rotation);
            KeysValues all = memory.attended(i, heads.keysValues());
            x =
                    i < layers.size() - 1
                            ? layer.finish(x, heads.queries(), all, rows)
                            : layer.finish(
                                    choice.apply(x), choice.apply(heads.queries()), all, wanted);
        }
        return x;
    }
}
