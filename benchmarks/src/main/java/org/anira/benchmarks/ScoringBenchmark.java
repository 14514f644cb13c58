package org.anira.benchmarks;

import org.anira.api.Settings;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Task;
import org.anira.task.lano.LanoProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Scores a prediction of a sentence of 350 symbols: its chart, the grammar's distribution at each
 * place and the comparison. The score is in milliseconds per sentence of one core.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class ScoringBenchmark {

    private static final int LENGTH = 350;

    /** Grammars, from an unambiguous one to very ambiguous ones. */
    @Param({"cfg3b", "cfg3f", "cfg3i"})
    private String grammar;

    private Scorer scorer;
    private Sample sample;
    private float[][] uniform;

    /** Draws sentences until one has the length. */
    @Setup
    public void draw() {
        LanoProvider provider = new LanoProvider();
        Task task =
                provider.create(
                        Settings.of("options", provider.options(), Map.of("grammar", grammar)));
        scorer = task.scorer().orElseThrow();
        for (int i = 0; sample == null || sample.tokens().length != LENGTH + 2; i++) {
            sample = task.sample(task.grid().getFirst(), new CounterRandom(1, "sentence", i));
        }
        uniform = new float[LENGTH + 1][task.vocabulary().size()];
        for (float[] row : uniform) {
            Arrays.fill(row, (float) -Math.log(row.length));
        }
    }

    /** Scores it. */
    @Benchmark
    public Map<String, Double> score() {
        return scorer.score(sample, uniform);
    }
}
