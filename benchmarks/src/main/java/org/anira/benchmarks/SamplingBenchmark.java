package org.anira.benchmarks;

import org.anira.api.Settings;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.anira.task.mano.ManoProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;

/**
 * Draws samples of MANO with 3 to 16 operators, as training does: a fresh key, a point and a sample
 * each time. The score is in samples per second of one core. Its anchor is {@code
 * benchmarks/peers/mano_samples.py}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class ManoSamplingBenchmark {

    private static final long PURPOSE = CounterRandom.purpose("train");

    private Task task;
    private CounterRandom random;
    private long index;

    /** Makes the task with its default settings. */
    @Setup
    public void open() {
        ManoProvider provider = new ManoProvider();
        task = provider.create(Settings.defaults(provider.options()));
        random = new CounterRandom(1, "train", 0);
    }

    /** Draws one sample. */
    @Benchmark
    public Sample sample() {
        random.reseed(1, PURPOSE, index++);
        return task.sample(task.draw(Limits.NONE, random), random);
    }
}
