package org.anira.runtime.model;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;

import java.util.ArrayList;
import java.util.List;

/**
 * Earlier tokens that are read from a cache, not fed again.
 *
 * @param valid [B, C], BOOL: false for padding
 * @param cache their keys and values
 */
public record Past(Tensor valid, Cache cache) implements TensorGroup {

    static final String VALID = "valid";

    @Override
    public List<Tensor> tensors() {
        return new GroupWriter().add(valid).add(cache).toList();
    }

    static Past read(GroupReader in, ModelSettings settings) {
        return new Past(in.next(), Cache.read(in, settings));
    }

    static List<Input> inputs(ModelSettings settings) {
        List<Input> inputs = new ArrayList<>();
        inputs.add(Input.of(VALID, DType.BOOL, -1, -1));
        inputs.addAll(Cache.inputs(settings));
        return inputs;
    }
}
