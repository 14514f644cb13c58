package org.anira.runtime.data;

import org.anira.api.task.Sample;
import org.anira.runtime.config.TrainingSettings.Layout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A training sample.
 *
 * @param index its number among all samples of the training, from 0
 * @param sample the sample
 */
record TrainingSample(long index, Sample sample) {

    private static final Comparator<TrainingSample> BY_LENGTH =
            Comparator.comparingInt(TrainingSample::length);

    /** Returns how many of its tokens are fed. */
    int length() {
        return Batch.fed(sample);
    }

    /** Returns the samples of a step in rows. */
    static List<List<TrainingSample>> rows(Layout layout, List<TrainingSample> samples) {
        return switch (layout) {
            case PADDED -> samples.stream().map(List::of).toList();
            case BUCKETED -> samples.stream().sorted(BY_LENGTH).map(List::of).toList();
            case PACKED -> pack(samples);
        };
    }

    /**
     * Packs samples into few rows, none longer than the longest sample, by first fit decreasing
     * (Johnson 1973): the longest first, each into the first row with enough room.
     */
    private static List<List<TrainingSample>> pack(List<TrainingSample> samples) {
        List<TrainingSample> falling = samples.stream().sorted(BY_LENGTH.reversed()).toList();
        List<List<TrainingSample>> rows = new ArrayList<>();
        List<Integer> room = new ArrayList<>();
        for (TrainingSample drawn : falling) {
            int row = 0;
            while (row < rows.size() && room.get(row) < drawn.length()) {
                row++;
            }
            if (row == rows.size()) {
                rows.add(new ArrayList<>());
                room.add(falling.getFirst().length());
            }
            rows.get(row).add(drawn);
            room.set(row, room.get(row) - drawn.length());
        }
        return rows;
    }
}
