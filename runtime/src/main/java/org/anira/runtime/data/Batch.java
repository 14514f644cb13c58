package org.anira.runtime.data;

import org.anira.api.task.Sample;
import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.List;

/**
 * Samples side by side, padded to the longest, row-major. A sample of n tokens is fed its first n −
 * 1; the prediction at t is of its token t + 1.
 *
 * @param samples the samples, one per row
 * @param length T, the most tokens fed of any sample
 * @param tokens [B · T]: what is fed, {@link Vocabulary#PAD} where nothing is
 * @param positions [B · T]: t
 * @param fed [B · T]: false for padding
 * @param targets [B · T]: the next token, PAD where nothing is fed
 * @param targetMask [B · T]: 1 where the loss is taken, else 0
 */
public record Batch(
        List<Sample> samples,
        int length,
        int[] tokens,
        int[] positions,
        boolean[] fed,
        int[] targets,
        float[] targetMask) {

    /** Lays samples side by side. */
    public static Batch of(List<Sample> samples) {
        int length = samples.stream().mapToInt(s -> s.tokens().length - 1).max().orElseThrow();
        int cells = samples.size() * length;
        int[] tokens = new int[cells];
        int[] positions = new int[cells];
        boolean[] fed = new boolean[cells];
        int[] targets = new int[cells];
        float[] targetMask = new float[cells];
        Arrays.fill(tokens, Vocabulary.PAD);
        Arrays.fill(targets, Vocabulary.PAD);
        for (int b = 0; b < samples.size(); b++) {
            Sample sample = samples.get(b);
            int n = sample.tokens().length - 1;
            int from = b * length;
            System.arraycopy(sample.tokens(), 0, tokens, from, n);
            System.arraycopy(sample.tokens(), 1, targets, from, n);
            Arrays.fill(fed, from, from + n, true);
            for (int t = 0; t < length; t++) {
                positions[from + t] = t;
                targetMask[from + t] = t < n && sample.target()[t + 1] ? 1 : 0;
            }
        }
        return new Batch(List.copyOf(samples), length, tokens, positions, fed, targets, targetMask);
    }

    /** Returns B. */
    public int size() {
        return samples.size();
    }

    /** Returns the number of tokens fed. */
    public long fedTokens() {
        return samples.stream().mapToLong(s -> s.tokens().length - 1).sum();
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
