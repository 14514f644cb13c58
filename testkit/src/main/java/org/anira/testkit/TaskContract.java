package org.anira.testkit;

import org.anira.api.Settings;
import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;

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
public abstract class TaskContract
        implements CreationContract, SamplingContract, GradingContract, DescriptionContract {

    /** For subclasses. */
    protected TaskContract() {}

    @Override
    public abstract TaskProvider provider();

    /** Returns the defaults alone; override to try more. */
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
}
