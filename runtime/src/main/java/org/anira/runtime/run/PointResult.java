package org.anira.runtime.run;

import org.anira.runtime.statistics.Estimate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The result of one evaluation at one point of difficulty: a line of {@code evaluations.jsonl}.
 * Intervals are 95 %: Wilson's for accuracy, Student's t over samples for depths and scores.
 *
 * <p>An answer is counted under the point that the task assigns to it. The pass of its sample is
 * counted under every point where the sample has an answer.
 *
 * @param schema {@value #SCHEMA}
 * @param step of the checkpoint, or of training
 * @param rule the inference rule of the halting mechanism
 * @param execution the form of the recurrence that was computed
 * @param point value by axis, each a whole number or a name
 * @param trained whether the point was within the limits of training
 * @param n how many samples
 * @param correct how many answers were right
 * @param accuracy share of answers that were right; NaN if there are no answers
 * @param low lower end of accuracy's interval, in which the answers of one sample count as one
 *     observation; NaN if accuracy is
 * @param high upper end of accuracy's interval
 * @param chance accuracy of guessing, where the task knows it
 * @param constant accuracy of the best constant answer
 * @param constantAnswer that answer, as text
 * @param crossEntropy mean over the targets in these answers, or over all if there are none, in
 *     nats
 * @param meanDepth actual depth at the answer positions, steps
 * @param expectedDepth mean of E[d] at the answer positions, steps
 * @param expectedDepthAll mean of E[d] over all fed tokens, steps
 * @param freeExpectedDepth mean of E[d] at the answer positions in a free-running pass, in which no
 *     token leaves, if there was one
 * @param exits how many answer positions left at depth 1, 2, …
 * @param exitsAll how many fed tokens left at depth 1, 2, …
 * @param executionSteps token steps that were computed
 * @param decisions halting decisions that were made
 * @param tokens fed tokens
 * @param seconds wall-clock time of the counted passes over whole samples, including reading the
 *     results, without decoding
 * @param seed of the samples
 * @param answers how many answers; empty where each sample has one
 * @param scores mean of each of the scorer's numbers over the samples where it applies; empty if
 *     the task has no scorer
 * @param generation how the model continued the scorer's prompts; empty if there were no prompts
 */
public record PointResult(
        String schema,
        long step,
        String rule,
        String execution,
        Map<String, Object> point,
        boolean trained,
        long n,
        long correct,
        double accuracy,
        double low,
        double high,
        OptionalDouble chance,
        double constant,
        String constantAnswer,
        double crossEntropy,
        Estimate meanDepth,
        Estimate expectedDepth,
        double expectedDepthAll,
        OptionalDouble freeExpectedDepth,
        List<Long> exits,
        List<Long> exitsAll,
        long executionSteps,
        long decisions,
        long tokens,
        double seconds,
        long seed,
        OptionalLong answers,
        Optional<Map<String, Estimate>> scores,
        Optional<List<Generation>> generation) {

    /** The schema that this build writes and reads. */
    public static final String SCHEMA = "anira.evaluation/1";

    /**
     * Checks the numbers, turns those that are not finite into unknown ones, and copies the
     * collections.
     */
    public PointResult {
        Fields.count("step", step);
        Fields.count("n", n);
        Fields.count("answers", answers.orElse(n));
        Fields.count("correct", correct);
        if (correct > answers.orElse(n)) {
            throw new IllegalArgumentException(
                    "'correct' is %d of %d answers".formatted(correct, answers.orElse(n)));
        }
        accuracy = Fields.share("accuracy", Fields.known(accuracy));
        low = Fields.share("low", Fields.known(low));
        high = Fields.share("high", Fields.known(high));
        chance = Fields.known(chance);
        chance.ifPresent(value -> Fields.share("chance", value));
        constant = Fields.share("constant", Fields.known(constant));
        crossEntropy = Fields.known(crossEntropy);
        expectedDepthAll = Fields.known(expectedDepthAll);
        freeExpectedDepth = Fields.known(freeExpectedDepth);
        exits.forEach(count -> Fields.count("exits", (long) count));
        exitsAll.forEach(count -> Fields.count("exits_all", (long) count));
        Fields.count("execution_steps", executionSteps);
        Fields.count("decisions", decisions);
        Fields.count("tokens", tokens);
        Fields.finite("seconds", seconds);
        Fields.values("scores", scores.orElse(Map.of()));
        if (point.isEmpty()) {
            throw new IllegalArgumentException("'point' has no axis");
        }
        point.forEach((axis, value) -> {
            if (!(value instanceof Integer || value instanceof String)) {
                throw new IllegalArgumentException(
                        "'point.%s' is %s, expected a whole number or a name"
                                .formatted(axis, value));
            }
        });
        point = Collections.unmodifiableMap(new LinkedHashMap<>(point));
        exits = List.copyOf(exits);
        exitsAll = List.copyOf(exitsAll);
        scores = scores.map(each -> Collections.unmodifiableMap(new LinkedHashMap<>(each)));
        generation = generation.map(List::copyOf);
    }

    /** Returns how many answers were judged. */
    public long judged() {
        return answers.orElse(n);
    }
}
