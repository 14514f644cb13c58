package org.anira.task.clrstext;

import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The training distribution: first a group, then one of its entries, both uniformly among those
 * whose length is allowed. An entry that stands there twice is twice as likely.
 */
final class Mixture {

    private final Place[][] groups;

    /** Makes one of groups that each have an entry. */
    Mixture(List<List<Place>> groups) {
        this.groups =
                groups.stream()
                        .map(group ->
                                group.stream()
                                        .sorted(Comparator.comparingInt(Place::length))
                                        .toArray(Place[]::new))
                        .sorted(Comparator.comparingInt(group -> group[0].length()))
                        .toArray(Place[][]::new);
    }

    /** Draws an entry no longer than {@code most}, which is at least the shortest of all. */
    Place draw(int most, RandomGenerator random) {
        int open = 1;
        while (open < groups.length && groups[open][0].length() <= most) {
            open++;
        }
        Place[] group = groups[random.nextInt(open)];
        return group[random.nextInt(allowed(group, most))];
    }

    /** Returns how many entries of a group are no longer than {@code most}. */
    private static int allowed(Place[] group, int most) {
        int low = 0;
        int high = group.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (group[middle].length() <= most) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
