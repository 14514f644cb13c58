package org.anira.api.task;

import org.anira.api.PublicApi;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * A source of samples whose difficulty is known. Immutable: all methods may be called from several
 * threads at once, and everything random comes from the generator that is passed in.
 *
 * <p>If the length of answers varies among the samples of a point, each answer ends with a stop
 * token. The stop token is part of the answer, is a target, and is among the stops of its {@link
 * Span}. An answer is decoded until a stop token or the span's limit, and is graded as decoded. So
 * an answer without a stop token runs to the limit and is never right.
 */
@PublicApi(since = "0.1")
public interface Task {

    /** Returns its tokens. */
    Vocabulary vocabulary();

    /** Returns its axes of difficulty; the first one is the horizontal axis of figures. */
    List<Axis> axes();

    /** Draws a point from the training distribution. */
    Point draw(Limits limits, RandomGenerator random);

    /** Returns the points to evaluate at, in order: sizes seen and unseen in training. */
    List<Point> grid();

    /**
     * Returns whether a point of the grid, or of an answer, lies inside the range of the training
     * distribution.
     */
    boolean trained(Point point);

    /**
     * Draws a sample.
     *
     * @param point one that {@link #draw} or {@link #grid} returned
     */
    Sample sample(Point point, RandomGenerator random);

    /**
     * Returns an upper bound of the number of tokens of a sample, at any point of training or of
     * the grid.
     */
    int longest();

    /**
     * Returns whether {@code answer} is right for a span. A span may have other right answers than
     * the one in the sample.
     *
     * @param span index into {@link Sample#spans}
     * @param answer the decoded tokens, the stop token included if there was one
     */
    boolean grade(Sample sample, int span, int[] answer);

    /**
     * Returns the point under which an answer is counted: the sample's own, unless the answers of
     * one sample differ in difficulty.
     *
     * @param span index into {@link Sample#spans}
     */
    default Point point(Sample sample, int span) {
        return sample.point();
    }

    /**
     * Returns the probability that a blind guess among the plausible answers is right; empty where
     * that is undefined.
     */
    default OptionalDouble chance(Point point) {
        return OptionalDouble.empty();
    }

    /** Returns the difficulty of each token; computed on demand, never while sampling. */
    default List<Feature> features(Sample sample) {
        return List.of();
    }

    /** Returns the scorer of distributions and continuations, if the task has one. */
    default Optional<Scorer> scorer() {
        return Optional.empty();
    }

    /**
     * Returns a description for {@code describe}: what is asked, how it is written, and an example.
     */
    String description();
}
