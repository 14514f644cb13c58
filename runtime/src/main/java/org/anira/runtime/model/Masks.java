package org.anira.runtime.model;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;
import java.util.Optional;

/**
 * The attention masks of a pass. A query may attend to every valid token of the cache, and to the
 * tokens fed now at or before it; where a row holds several samples, only to those of its own
 * sample. Padding lies to the right, so only padding attends to it.
 */
final class Masks {

    /** Stands for −∞ in the sum with a score: its exponential is 0, and it makes no NaN. */
    private static final double FORBIDDEN = -1e9;

    private final Ops ops;
    private final Tensor fed;
    private final Optional<Tensor> starts;
    private final Optional<Tensor> past;
    private final AttentionMask all;

    /**
     * Makes the masks of a pass.
     *
     * @param fed [B, T], for its sizes
     * @param starts [B, T], INT64: the place in the row at which each token's sample begins; empty
     *     where every row is one sample
     * @param past [B, C], BOOL: which tokens of the cache are valid; empty without a cache
     */
    Masks(Ops ops, Tensor fed, Optional<Tensor> starts, Optional<Tensor> past) {
        this.ops = ops;
        this.fed = fed;
        this.starts = starts;
        this.past = past;
        Tensor index = ops.indices(fed, 1);
        all =
                past.isPresent() || starts.isPresent()
                        ? of(index(), starts)
                        : new AttentionMask(
                                bias(index.unsqueeze(-1).greaterOrEqual(index))
                                        .unsqueeze(0)
                                        .unsqueeze(0),
                                true);
    }

    /** Returns the mask of all tokens. */
    AttentionMask all() {
        return all;
    }

    /** Returns the mask of some tokens, [B, 1, Q, C + T]. */
    AttentionMask of(ActiveRows rows) {
        return of(bySequence(index(), rows), starts.map(places -> bySequence(places, rows)));
    }

    /** Returns where each token stands among those fed now, [B, T], INT64. */
    private Tensor index() {
        return ops.zeros(fed, DType.INT64).add(ops.indices(fed, 1));
    }

    private static Tensor bySequence(Tensor perToken, ActiveRows rows) {
        return perToken.flatten().lookup(rows.token()).lookup(rows.query()); // [B, Q]
    }

    /**
     * Returns the mask of some queries.
     *
     * @param at [B, Q], INT64: where they stand among those fed now
     * @param from [B, Q], INT64: where their samples begin
     */
    private AttentionMask of(Tensor at, Optional<Tensor> from) {
        Tensor keys = ops.indices(fed, 1);
        Tensor before = at.unsqueeze(-1).greaterOrEqual(keys); // [B, Q, T]
        Tensor now =
                bias(
                        from.map(first -> before.and(keys.greaterOrEqual(first.unsqueeze(-1))))
                                .orElse(before));
        Tensor bias =
                past.map(
                                valid -> {
                                    Tensor old = bias(valid).unsqueeze(1); // [B, 1, C]
                                    Tensor stretched =
                                            ops.zeros(at, DType.FLOAT32, 1).add(old); // [B, Q, C]
                                    return ops.concat(-1, List.of(stretched, now));
                                })
                        .orElse(now);
        return new AttentionMask(bias.unsqueeze(1), false);
    }

    private Tensor bias(Tensor allowed) {
        return bias(ops, allowed);
    }

    /** Returns what is added to scores: nothing where allowed (BOOL), else far below 0. */
    static Tensor bias(Ops ops, Tensor allowed) {
        return ops.constant(0).where(allowed, ops.constant(FORBIDDEN));
    }
}
