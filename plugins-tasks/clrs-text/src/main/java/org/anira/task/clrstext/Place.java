package org.anira.task.clrstext;

import org.anira.api.task.Point;

import java.util.List;

/**
 * An exercise at one length, and all that its samples share.
 *
 * @param drawers the members of the exercise that have inputs of this length
 * @param trained whether training draws it
 * @param limit upper bound of the tokens of an answer
 * @param longest upper bound of the tokens of a sample
 */
record Place(
        Exercise exercise,
        int length,
        List<Algorithm> drawers,
        boolean trained,
        Point point,
        int limit,
        int longest) {}
