package org.anira.api.tensor;

import org.anira.api.PublicApi;

/** A tensor that a session holds for each parameter; always float32, of the parameter's shape. */
@PublicApi(since = "0.1")
public enum Slot {
    /** The parameter itself. */
    VALUE,
    /** The sum of gradients since the last update; zeros after one. */
    GRADIENT,
    /** AdamW's running mean of gradients; zeros at first. */
    FIRST_MOMENT,
    /** AdamW's running mean of squared gradients; zeros at first. */
    SECOND_MOMENT
}
