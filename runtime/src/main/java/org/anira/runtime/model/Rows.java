package org.anira.runtime.model;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

/**
 * The tokens that are computed in a step. The two forms of execution, dense and skipping, are two
 * implementations of this interface, and the model is written once.
 */
sealed interface Rows extends Queries {

    /** Returns the rows of a tensor [B, T, …]. */
    Tensor gather(Tensor full);

    /** Returns {@code base} [B, T, …] with the rows replaced. */
    Tensor scatter(Tensor base, Tensor rows);

    /**
     * Returns {@code base} [B, T, …] with {@code rows · weight} added to the rows; {@code weight}
     * […] is per row.
     */
    Tensor accumulate(Tensor base, Tensor rows, Tensor weight);

    /** All tokens of all sequences, each sequence causal. */
    static Rows all(Masks masks) {
        return new All(masks.all());
    }

    /** Every token is computed; the results of inactive ones are dropped. */
    static Rows dense(Tensor active, Masks masks) {
        return new Dense(active, active.cast(DType.FLOAT32), masks.all());
    }

    /** Only the active tokens are computed. */
    static Rows skipping(Ops ops, Tensor active, Masks masks) {
        ActiveRows rows = ops.activeRows(active);
        return new Skipping(ops, rows, masks.of(rows));
    }

    /** Returns a tensor [B, T] with as many trailing axes of size 1 as {@code like} has more. */
    private static Tensor stretch(Tensor mask, Tensor like) {
        Tensor result = mask;
        while (result.rank() < like.rank()) {
            result = result.unsqueeze(-1);
        }
        return result;
    }

    /** All tokens. */
    record All(AttentionMask mask) implements Rows {
        @Override
        public Tensor gather(Tensor full) {
            return full;
        }

        @Override
        public Tensor scatter(Tensor base, Tensor rows) {
            return rows;
        }

        @Override
        public Tensor accumulate(Tensor base, Tensor rows, Tensor weight) {
            return base.add(rows.multiply(weight.unsqueeze(-1)));
        }

        @Override
        public Tensor bySequence(Tensor rows) {
            return rows;
        }

        @Override
        public Tensor fromSequences(Tensor grouped) {
            return grouped;
        }
    }

    /** All tokens, with a mask of the active ones. */
    record Dense(Tensor active, Tensor weight, AttentionMask mask) implements Rows {
        @Override
        public Tensor gather(Tensor full) {
            return full;
        }

        @Override
        public Tensor scatter(Tensor base, Tensor rows) {
            return rows.where(stretch(active, base), base);
        }

        @Override
        public Tensor accumulate(Tensor base, Tensor rows, Tensor share) {
            return base.add(rows.multiply(share.multiply(weight).unsqueeze(-1)));
        }

        @Override
        public Tensor bySequence(Tensor rows) {
            return rows;
        }

        @Override
        public Tensor fromSequences(Tensor grouped) {
            return grouped;
        }
    }

    /** The active tokens. */
    record Skipping(Ops ops, ActiveRows rows, AttentionMask mask) implements Rows {
        @Override
        public Tensor gather(Tensor full) {
            return full.flatten().lookup(rows.token());
        }

        @Override
        public Tensor scatter(Tensor base, Tensor values) {
            return ops.putRows(base, values, rows);
        }

        @Override
        public Tensor accumulate(Tensor base, Tensor values, Tensor weight) {
            return scatter(base, gather(base).add(values.multiply(weight.unsqueeze(-1))));
        }

        @Override
        public Tensor bySequence(Tensor values) {
            return values.lookup(rows.query());
        }

        @Override
        public Tensor fromSequences(Tensor grouped) {
            return grouped.flatten().lookup(rows.place());
        }
    }
}
