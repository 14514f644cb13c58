package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.task.Axis;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/** What the parts of the task contract need to know, and what they do again and again. */
interface TaskTrial extends SettingsTrial {

    @Override
    TaskProvider provider();

    /** Returns whether an answer that is not the sample's own is right as well. */
    boolean valid(Task task, Sample sample, int span, int[] answer);

    /** Returns the tasks, for all settings it is tried with. */
    default List<Task> tasks() {
        return tried().stream().map(provider()::create).toList();
    }

    /** Returns the sample of an index, at a point that the training distribution draws. */
    static Sample training(Task task, long index) {
        CounterRandom random = Seed.random("contract training", index);
        return task.sample(task.draw(Limits.NONE, random), random);
    }

    /** Returns the sample of an index at a point. */
    static Sample at(Task task, Point point, long index) {
        return task.sample(point, Seed.random("contract at " + point, index));
    }

    /** Returns samples of training, and some of each point of the grid. */
    static List<Sample> samples(Task task, int training, int perPoint) {
        List<Sample> samples =
                new ArrayList<>(
                        IntStream.range(0, training).mapToObj(i -> training(task, i)).toList());
        for (Point point : task.grid()) {
            IntStream.range(0, perPoint).forEach(i -> samples.add(at(task, point, i)));
        }
        return samples;
    }

    /** Does something with each sample and each place of its spans. */
    static void eachSpan(List<Sample> samples, ObjIntConsumer<Sample> action) {
        for (Sample sample : samples) {
            for (int span = 0; span < sample.spans().size(); span++) {
                action.accept(sample, span);
            }
        }
    }

    /** Returns the sample's own answer to a span. */
    static int[] answer(Sample sample, int span) {
        Span place = sample.spans().get(span);
        return Arrays.copyOfRange(sample.tokens(), place.start(), place.end());
    }

    /** Fails unless a point has a value for each axis of a task, in their order. */
    static void assertHasTheAxes(Task task, Point point) {
        assertEquals(
                task.axes().stream().map(Axis::name).toList(),
                List.copyOf(point.values().keySet()),
                () -> "axes of the point " + point);
    }
}
