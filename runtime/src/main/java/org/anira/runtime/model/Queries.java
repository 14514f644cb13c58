package org.anira.runtime.model;

import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.Tensor;

/** Rows that attend: how they are grouped by sequence, and what each may attend to. */
interface Queries {

    /** Returns the rows grouped by sequence, [B, Q, …], for attention. */
    Tensor bySequence(Tensor rows);

    /** Returns rows from a tensor grouped by sequence. */
    Tensor fromSequences(Tensor grouped);

    /** Returns what the rows may attend to. */
    AttentionMask mask();
}
