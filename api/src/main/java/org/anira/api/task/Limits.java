package org.anira.api.task;

/** How far training has opened the axes: the knob schedule raises the largest values over a run. */
@FunctionalInterface
public interface Limits {

    /** No limits but those of the axes. */
    Limits NONE = axis -> axis.most();

    /** Returns the largest value of {@code axis} allowed now, between its least and its most. */
    int most(Axis.Range axis);
}
