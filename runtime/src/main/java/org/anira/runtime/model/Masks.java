package org.anira.runtime.model;

import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;
import java.util.Optional;

/**
 * What queries may see: every valid token of the cache, and of the tokens fed now those at or
 * before the query. A padding token, which lies to the right, is so seen by padding only.
 */
final class Masks {

    /** Stands for −∞ in the sum with a score: its exponential is 0, and it makes no NaN. */
    private static final double FORBIDDEN = -1e9;

    private final Ops ops;
    private final Tensor fed;
    private final Optional<Tensor> past;
    private final AttentionMask all;

    /**
     * Makes the masks of a pass.
     *
     * @param fed [B, T], for its sizes
     * @param past [B, C], BOOL: which tokens of the cache are valid; empty without a cache
     */
    Masks(Ops ops, Tensor fed, Optional<Tensor> past) {
        this.ops = ops;
        this.fed = fed;
        this.past = past;
        Tensor index = ops.indices(fed, 1);
        all =
                past.isPresent()
                        ? of(index())
                        : new AttentionMask(
                                bias(index.unsqueeze(-1).greaterOrEqual(index))
                                        .unsqueeze(0)
                                        .unsqueeze(0),
                                true);
    }

    /** Returns where each token stands among those fed now, [B, T], INT64. */
    Tensor index() {
        return ops.zeros(fed, DType.INT64).add(ops.indices(fed, 1));
    }

    /** Returns the mask of all tokens. */
    AttentionMask all() {
        return all;
    }

    /**
     * Returns the mask of some queries. @param queryIndex [B, Q], INT64: where they stand among
     * those fed now
     */
    AttentionMask of(Tensor queryIndex) {
        Tensor now =
                bias(queryIndex.unsqueeze(-1).greaterOrEqual(ops.indices(fed, 1))); // [B, Q, T]
        Tensor bias =
                past.map(
                                valid -> {
                                    Tensor before = bias(valid).unsqueeze(1); // [B, 1, C]
                                    Tensor stretched =
                                            ops.zeros(queryIndex, DType.FLOAT32, 1)
                                                    .add(before); // [B, Q, C]
                                    return ops.concat(-1, List.of(stretched, now));
                                })
                        .orElse(now);
        return new AttentionMask(bias.unsqueeze(1), false);
    }

    private Tensor bias(Tensor allowed) {
        return ops.constant(0).where(allowed, ops.constant(FORBIDDEN));
    }
}
