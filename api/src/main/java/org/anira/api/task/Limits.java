package org.anira.api.task;

import org.anira.api.PublicApi;

/** The largest axis values allowed in training so far. The knob schedule raises them over a run. */
@FunctionalInterface
@PublicApi(since = "0.1")
public interface Limits {

    /** No limits but those of the axes. */
    Limits NONE = axis -> axis.most();

    /** Returns the largest value of {@code axis} allowed now, between its least and its most. */
    int most(Axis.Range axis);
}
