package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.PublicApi;
import org.anira.api.Settings;
import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * All that {@code org.anira.api.task} promises of a task. A subclass says which, and with which
 * settings:
 *
 * <pre>{@code
 * class ExampleTaskTests extends TaskContract {
 *     @Override
 *     public TaskProvider provider() {
 *         return new ExampleProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>A task with several right answers overrides {@link #valid}.
 */
@PublicApi(since = "0.1")
public abstract class TaskContract
        implements CreationContract, SamplingContract, GradingContract, DescriptionContract {

    /** Longest sample that is drawn at the ends of ranges, in tokens. */
    private static final int CHEAP = 20_000;

    /** For subclasses. */
    protected TaskContract() {}

    @Override
    public abstract TaskProvider provider();

    /**
     * Returns the defaults; override to try others. Values of flags and choices that none of them
     * has are tried too, each with the first that it fits.
     */
    @Override
    public List<Settings> settings() {
        return List.of(Settings.defaults(provider().options()));
    }

    /** Returns settings that differ from the defaults in these values. */
    protected final Settings with(Map<String, ?> values) {
        return Settings.of("task.options", provider().options(), values);
    }

    /**
     * Returns whether an answer that is not the sample's own is right as well, worked out without
     * the grader. This one says no: the answer is the only one.
     */
    @Override
    public boolean valid(Task task, Sample sample, int span, int[] answer) {
        return false;
    }

    @Override
    public void create(Settings settings) {
        provider().create(settings);
    }

    /** Draws a sample of training and one of the last point of the grid, unless they are long. */
    @Override
    public void use(Settings settings) {
        Task task = provider().create(settings);
        if (task.longest() <= CHEAP) {
            for (Sample sample :
                    List.of(
                            TaskTrial.training(task, 0),
                            TaskTrial.at(task, task.grid().getLast(), 0))) {
                int[] tokens = sample.tokens();
                assertTrue(
                        tokens.length <= task.longest(),
                        () ->
                                "%d tokens, the longest is %d"
                                        .formatted(tokens.length, task.longest()));
                assertTrue(
                        Arrays.stream(tokens).allMatch(t -> t < task.vocabulary().size()),
                        () -> "a token is none of the vocabulary: " + Arrays.toString(tokens));
                TaskTrial.eachSpan(
                        List.of(sample),
                        (_, span) ->
                                assertTrue(
                                        task.grade(sample, span, TaskTrial.answer(sample, span)),
                                        "the sample's own answer is wrong"));
            }
        }
    }
}
