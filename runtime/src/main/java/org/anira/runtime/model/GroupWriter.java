package org.anira.runtime.model;

import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists the tensors of a {@link TensorGroup}; {@link GroupReader} reads them in the same order. */
final class GroupWriter {

    private final List<Tensor> all = new ArrayList<>();

    GroupWriter add(Tensor... tensors) {
        all.addAll(List.of(tensors));
        return this;
    }

    GroupWriter add(Optional<Tensor> tensor) {
        tensor.ifPresent(all::add);
        return this;
    }

    GroupWriter add(TensorGroup group) {
        all.addAll(group.tensors());
        return this;
    }

    GroupWriter addAll(List<Tensor> tensors) {
        all.addAll(tensors);
        return this;
    }

    GroupWriter addPairs(List<KeysValues> pairs) {
        pairs.forEach(pair -> add(pair.keys(), pair.values()));
        return this;
    }

    List<Tensor> toList() {
        return List.copyOf(all);
    }
}
