package org.anira.api.task;

import org.anira.api.PublicApi;

import java.util.List;

/**
 * One sample. The receiver owns it. The arrays are not copied and must not be changed.
 *
 * @param point where it was drawn
 * @param tokens [T]: what is read and predicted, {@link Vocabulary#BOS} first; T at least 2
 * @param target [T]: true where the loss is taken, at the index of the token that is predicted;
 *     never index 0
 * @param spans the answers, in order; none for a task that only scores distributions
 */
@PublicApi(since = "0.1")
public record Sample(Point point, int[] tokens, boolean[] target, List<Span> spans) {}
