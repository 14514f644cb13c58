package org.anira.runtime.model;

import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Keys and values of one layer, of one shape: […, T, H, W/H], of the tokens in their order.
 *
 * @param keys what queries are compared with
 * @param values what they read
 */
public record KeysValues(Tensor keys, Tensor values) {

    /** Returns the pair after one operation on both. */
    KeysValues map(UnaryOperator<Tensor> operation) {
        return new KeysValues(operation.apply(keys), operation.apply(values));
    }

    /** Returns these behind those of earlier tokens. @param axis the tokens' */
    KeysValues behind(Ops ops, int axis, KeysValues past) {
        return new KeysValues(
                ops.concat(axis, List.of(past.keys, keys)),
                ops.concat(axis, List.of(past.values, values)));
    }

    /** Rule R1: the rows have new keys and values, the others keep theirs. */
    KeysValues over(Rows rows, KeysValues old) {
        return new KeysValues(rows.scatter(old.keys, keys), rows.scatter(old.values, values));
    }
}
