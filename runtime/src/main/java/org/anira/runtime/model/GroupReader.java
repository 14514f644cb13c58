package org.anira.runtime.model;

import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the tensors of a {@link TensorGroup} one by one, in the order they were listed in. */
final class GroupReader {

    private final Iterator<Tensor> left;

    GroupReader(List<Tensor> all) {
        left = all.iterator();
    }

    Tensor next() {
        return left.next();
    }

    Optional<Tensor> nextIf(boolean present) {
        return present ? Optional.of(next()) : Optional.empty();
    }

    <G> Optional<G> nextIf(boolean present, Function<GroupReader, G> group) {
        return present ? Optional.of(group.apply(this)) : Optional.empty();
    }

    List<Tensor> next(int count) {
        List<Tensor> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(next());
        }
        return some;
    }

    /** Returns all that are left. */
    List<Tensor> rest() {
        List<Tensor> rest = new ArrayList<>();
        left.forEachRemaining(rest::add);
        return rest;
    }

    List<KeysValues> pairs(int count) {
        List<KeysValues> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pairs.add(new KeysValues(next(), next()));
        }
        return pairs;
    }

    /** Throws if tensors are left unread. */
    void end() {
        if (left.hasNext()) {
            throw new IllegalStateException("tensors are left over: " + left.next());
        }
    }
}
