package org.anira.runtime.model;

import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Keys and values of one layer, both […, T, H, W/H], in the order of the tokens.
 *
 * @param keys the keys
 * @param values the values
 */
public record KeysValues(Tensor keys, Tensor values) {

    /** Returns the pair after one operation on both. */
    KeysValues map(UnaryOperator<Tensor> operation) {
        return new KeysValues(operation.apply(keys), operation.apply(values));
    }

    /** Returns these appended to those of earlier tokens. @param axis the axis of the tokens */
    KeysValues behind(Ops ops, int axis, KeysValues past) {
        return new KeysValues(
                ops.concat(axis, List.of(past.keys, keys)),
                ops.concat(axis, List.of(past.values, values)));
    }

    /** Rule R1: returns the new keys and values at the rows, the old ones elsewhere. */
    KeysValues over(Rows rows, KeysValues old) {
        return new KeysValues(rows.scatter(old.keys, keys), rows.scatter(old.values, values));
    }
}
