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
 * <p>An answer whose length varies among the samples of a point ends with a stop token, which is
 * part of it, a target, and among the stops of its {@link Span}: an answer is decoded until a stop
 * token or the span's limit, and graded as decoded, so that one which ends nowhere goes on to the
 * limit and is never right.
 */
@PublicApi(since = "0.1")
public interface Task {

    /** Returns its tokens. */
    Vocabulary vocabulary();

    /** Returns its axes of difficulty; the first is the one that figures draw along. */
    List<Axis> axes();

    /** Draws a point by the training law. */
    Point draw(Limits limits, RandomGenerator random);

    /** Returns the points to evaluate at, in order: sizes seen and unseen in training. */
    List<Point> grid();

    /**
     * Returns whether a point of the grid, or of an answer, lies inside the training law's range.
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
     * Returns whether {@code answer} is right for a span, which need not be the one answer the
     * sample carries.
     *
     * @param span index into {@link Sample#spans}
     * @param answer the decoded tokens, the stop token included if there was one
     */
    boolean grade(Sample sample, int span, int[] answer);

    /**
     * Returns the point at which an answer counts. It is the sample's own, unless the answers of
     * one sample differ in difficulty.
     *
     * @param span index into {@link Sample#spans}
     */
    default Point point(Sample sample, int span) {
        return sample.point();
    }

    /**
     * Returns the probability that a blind guess among the plausible answers is right, where that
     * means something.
     */
    default OptionalDouble chance(Point point) {
        return OptionalDouble.empty();
    }

    /** Returns the difficulty of each token; computed on demand, never while sampling. */
    default List<Feature> features(Sample sample) {
        return List.of();
    }

    /** Returns the judge of distributions and continuations, if the task has one. */
    default Optional<Scorer> scorer() {
        return Optional.empty();
    }

    /**
     * Returns a description for {@code describe}: what is asked, how it is written, and an example.
     */
    String description();
}
