package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Activities;
import org.anira.task.clrstext.Input.Tasks;

import java.util.Arrays;

/** Greedy choices. Results and states are masks of what is chosen. */
final class Greedy {

    private Greedy() {}

    /** Chooses activities that do not overlap, by finish time (Gavril 1972). */
    static int[] activities(Activities activities, Trace trace) {
        int[] selected = new int[activities.start().length];
        trace.push(selected);
        double free = Double.NEGATIVE_INFINITY;
        for (int i : Sorting.ascending(activities.finish())) {
            if (activities.start()[i] >= free) {
                selected[i] = 1;
                free = activities.finish()[i];
            }
            trace.push(selected);
        }
        return selected;
    }

    /**
     * Chooses tasks by weight (after Lawler 1985): the first, and each next whose deadline is later
     * than the number of those chosen. This is the benchmark's rule; it is not the full test of
     * independence.
     */
    static int[] tasks(Tasks tasks, Trace trace) {
        int[] selected = new int[tasks.deadline().length];
        trace.push(selected);
        double[] lightness = Arrays.stream(tasks.weight()).map(weight -> -weight).toArray();
        int chosen = 0;
        for (int i : Sorting.ascending(lightness)) {
            if (chosen < tasks.deadline()[i]) {
                selected[i] = 1;
                chosen++;
            }
            trace.push(selected);
        }
        return selected;
    }
}
