package org.anira.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Vocabulary;
import org.anira.runtime.config.TrainingSettings.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** In every layout each sample is there once, whole, and its cells say whose they are. */
class TrainingSampleTests {

    private static List<TrainingSample> samples(long seed, int count) {
        List<TrainingSample> drawn = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CounterRandom random = new CounterRandom(seed, "samples", i);
            int[] tokens = new int[2 + random.nextInt(15)];
            boolean[] target = new boolean[tokens.length];
            tokens[0] = Vocabulary.BOS;
            for (int t = 1; t < tokens.length; t++) {
                tokens[t] = 3 + random.nextInt(50);
                target[t] = random.nextInt(2) == 0;
            }
            drawn.add(
                    new TrainingSample(i, new Sample(Point.of("n", i), tokens, target, List.of())));
        }
        return drawn;
    }

    @ParameterizedTest
    @EnumSource
    void everySampleIsThereOnce(Layout layout) {
        for (long seed = 1; seed <= 20; seed++) {
            List<TrainingSample> samples = samples(seed, 23);
            List<List<TrainingSample>> rows = TrainingSample.rows(layout, samples);
            long[] indices =
                    rows.stream()
                            .flatMap(List::stream)
                            .mapToLong(TrainingSample::index)
                            .sorted()
                            .toArray();
            assertArrayEquals(IntStream.range(0, 23).asLongStream().toArray(), indices);
        }
    }

    @ParameterizedTest
    @EnumSource
    void cellsSayWhoseTheyAre(Layout layout) {
        List<List<TrainingSample>> rows = TrainingSample.rows(layout, samples(7, 23));
        Batch batch =
                Batch.ofRows(
                        rows.stream()
                                .map(row -> row.stream().map(TrainingSample::sample).toList())
                                .toList());
        assertEquals(batch.size() * batch.length(), batch.tokens().length);
        boolean[] fed = new boolean[batch.tokens().length];
        for (int s = 0; s < batch.samples().size(); s++) {
            Sample sample = batch.samples().get(s);
            int from = batch.cells()[s];
            for (int t = 0; t < sample.tokens().length - 1; t++) {
                int cell = from + t;
                fed[cell] = true;
                assertEquals(sample.tokens()[t], batch.tokens()[cell]);
                assertEquals(sample.tokens()[t + 1], batch.targets()[cell]);
                assertEquals(sample.target()[t + 1] ? 1 : 0, batch.targetMask()[cell]);
                assertEquals(t, batch.positions()[cell]);
                assertEquals(from % batch.length(), batch.starts()[cell]);
                assertEquals(from / batch.length(), cell / batch.length());
            }
        }
        assertArrayEquals(fed, batch.fed());
        for (int cell = 0; cell < fed.length; cell++) {
            if (!fed[cell]) {
                assertEquals(Vocabulary.PAD, batch.tokens()[cell]);
                assertEquals(0, batch.targetMask()[cell]);
                assertEquals(0, batch.starts()[cell]);
            }
        }
        assertEquals(IntStream.range(0, fed.length).filter(i -> fed[i]).count(), batch.fedTokens());
    }

    @Test
    void bucketsRiseInLength() {
        int[] lengths =
                TrainingSample.rows(Layout.BUCKETED, samples(3, 40)).stream()
                        .mapToInt(row -> row.getFirst().length())
                        .toArray();
        int[] rising = lengths.clone();
        Arrays.sort(rising);
        assertArrayEquals(rising, lengths);
    }

    /** First fit decreasing needs at most 11/9 of the fewest rows possible, and 6/9 more. */
    @Test
    void packedRowsAreFewAndNoneIsLongerThanTheLongestSample() {
        for (long seed = 1; seed <= 50; seed++) {
            List<TrainingSample> samples = samples(seed, 60);
            List<List<TrainingSample>> rows = TrainingSample.rows(Layout.PACKED, samples);
            int longest = samples.stream().mapToInt(TrainingSample::length).max().orElseThrow();
            int all = samples.stream().mapToInt(TrainingSample::length).sum();
            for (List<TrainingSample> row : rows) {
                assertTrue(row.stream().mapToInt(TrainingSample::length).sum() <= longest);
            }
            int fewest = Math.ceilDiv(all, longest);
            assertTrue(
                    rows.size() <= 11 * fewest / 9.0 + 6 / 9.0 + 1,
                    "%d rows".formatted(rows.size()));
        }
    }
}
