package org.anira.runtime.data;

import org.anira.api.task.Sample;
import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.List;

/**
 * Samples in rows, row-major, padded to the longest row. A sample of n tokens is fed its first n −
 * 1; the prediction at t is of its token t + 1. Where a row holds several samples, {@link
 * Vocabulary#BOS}, the first token of each, separates them, and none sees another.
 *
 * @param samples the samples
 * @param cells for each sample the index of its first token in {@code tokens}
 * @param size B, the number of rows
 * @param length T, the most tokens fed of any row
 * @param tokens [B · T]: the tokens fed, {@link Vocabulary#PAD} for padding
 * @param positions [B · T]: the place in the sample
 * @param starts [B · T]: the place in the row at which the token's sample begins
 * @param fed [B · T]: false for padding
 * @param targets [B · T]: the next token, PAD for padding
 * @param targetMask [B · T]: 1 where the loss is taken, else 0
 */
public record Batch(
        List<Sample> samples,
        int[] cells,
        int size,
        int length,
        int[] tokens,
        int[] positions,
        int[] starts,
        boolean[] fed,
        int[] targets,
        float[] targetMask) {

    /** Gives each sample a row of its own. */
    public static Batch of(List<Sample> samples) {
        return ofRows(samples.stream().map(List::of).toList());
    }

    /** Packs samples into rows, one row for each list. */
    public static Batch ofRows(List<List<Sample>> rows) {
        int length =
                rows.stream()
                        .mapToInt(row -> row.stream().mapToInt(Batch::fed).sum())
                        .max()
                        .orElseThrow();
        int size = rows.size() * length;
        Batch batch =
                new Batch(
                        rows.stream().flatMap(List::stream).toList(),
                        new int[rows.stream().mapToInt(List::size).sum()],
                        rows.size(),
                        length,
                        new int[size],
                        new int[size],
                        new int[size],
                        new boolean[size],
                        new int[size],
                        new float[size]);
        Arrays.fill(batch.tokens, Vocabulary.PAD);
        Arrays.fill(batch.targets, Vocabulary.PAD);
        int number = 0;
        for (int b = 0; b < rows.size(); b++) {
            int start = 0;
            for (Sample sample : rows.get(b)) {
                batch.cells[number++] = b * length + start;
                batch.lay(sample, b * length, start);
                start += fed(sample);
            }
            batch.pad(b * length, start);
        }
        return batch;
    }

    private void lay(Sample sample, int row, int start) {
        int from = row + start;
        int n = fed(sample);
        System.arraycopy(sample.tokens(), 0, tokens, from, n);
        System.arraycopy(sample.tokens(), 1, targets, from, n);
        Arrays.fill(fed, from, from + n, true);
        for (int t = 0; t < n; t++) {
            positions[from + t] = t;
            starts[from + t] = start;
            targetMask[from + t] = sample.target()[t + 1] ? 1 : 0;
        }
    }

    /**
     * The positions of padding count from the beginning of the row, and padding attends to what
     * lies before it.
     */
    private void pad(int row, int start) {
        for (int t = start; t < length; t++) {
            positions[row + t] = t;
        }
    }

    /** Returns how many tokens of a sample are fed. */
    static int fed(Sample sample) {
        return sample.tokens().length - 1;
    }

    /** Returns the number of tokens fed. */
    public long fedTokens() {
        return samples.stream().mapToLong(Batch::fed).sum();
    }

    /** Returns the number of targets. */
    public long targetCount() {
        long count = 0;
        for (float mask : targetMask) {
            count += mask == 0 ? 0 : 1;
        }
        return count;
    }
}
