package org.anira.benchmarks;

import org.anira.api.Settings;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.task.brevo.BrevoProvider;
import org.anira.task.clrstext.ClrsTextProvider;
import org.anira.task.depo.DepoProvider;
import org.anira.task.lano.LanoProvider;
import org.anira.task.mano.ManoProvider;
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

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Draws samples of a task, as training does: a fresh key, a point and a sample each time. The score
 * is in samples per second of one core. Its anchor is {@code benchmarks/peers/samples.py}, for
 * CLRS-Text the reference itself, {@code benchmarks/peers/clrs_text_samples.py}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class SamplingBenchmark {

    private static final long PURPOSE = CounterRandom.purpose("train");

    /**
     * MANO with 3 to 16 operators; BREVO with 3 to 30 nodes or 30 of them; DEPO with up to 30 words
     * of one token and 8 steps, or DEPO2 with up to 125 of five to seven and 16 steps; LANO's
     * cfg3b; CLRS-Text's 30 algorithms at length 8.
     */
    @Param({"mano", "brevo", "brevo-30", "brevo-multi", "depo", "depo2", "lano", "clrs-text"})
    private String task;

    private Task source;
    private CounterRandom random;
    private long index;

    /** Makes the task. */
    @Setup
    public void open() {
        source =
                switch (task) {
                    case "mano" -> make(new ManoProvider(), Map.of());
                    case "brevo" -> make(new BrevoProvider(), Map.of());
                    case "brevo-30" ->
                            make(new BrevoProvider(), Map.of("min-nodes", 30, "max-nodes", 30));
                    case "brevo-multi" -> make(new BrevoProvider(), Map.of("form", "multi"));
                    case "depo" -> make(new DepoProvider(), Map.of());
                    case "depo2" ->
                            make(
                                    new DepoProvider(),
                                    Map.of("words", "long", "max-nodes", 125, "max-steps", 16));
                    case "clrs-text" ->
                            make(new ClrsTextProvider(), Map.of("form", "answers", "lengths", "8"));
                    default -> make(new LanoProvider(), Map.of());
                };
        random = new CounterRandom(1, "train", 0);
    }

    private static Task make(TaskProvider provider, Map<String, ?> options) {
        return provider.create(Settings.of("options", provider.options(), options));
    }

    /** Draws one sample. */
    @Benchmark
    public Sample sample() {
        random.reseed(1, PURPOSE, index++);
        return source.sample(source.draw(Limits.NONE, random), random);
    }
}
