package org.anira.runtime.data;

import org.anira.api.halting.Noise;
import org.anira.api.task.Axis;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Task;
import org.anira.runtime.config.TrainingSettings;

import java.util.ArrayList;
import java.util.List;

/**
 * The samples of a training: sample i depends on the seed, on i, and on the knob schedule at its
 * step. Thread-safe.
 *
 * @param task where samples come from
 * @param seed the run's seed
 * @param settings batch size, layout and knob schedule
 * @param noise the noise that the halting mechanism wants for each token
 * @param maxDepth D
 */
public record TrainingData(
        Task task, long seed, TrainingSettings settings, Noise noise, int maxDepth) {

    private static final long SAMPLES = CounterRandom.purpose("training samples");
    private static final long NOISE = CounterRandom.purpose("halting noise");

    /**
     * Returns the batches whose gradients make up a step.
     *
     * @param step from 1
     */
    public List<TrainingBatch> batches(long step) {
        List<List<TrainingSample>> rows = TrainingSample.rows(settings.layout(), draw(step));
        int most = settings.microBatch() == 0 ? rows.size() : settings.microBatch();
        List<TrainingBatch> batches = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += most) {
            List<List<TrainingSample>> part =
                    rows.subList(from, Math.min(rows.size(), from + most));
            Batch batch =
                    Batch.ofRows(
                            part.stream()
                                    .map(row -> row.stream().map(TrainingSample::sample).toList())
                                    .toList());
            batches.add(new TrainingBatch(batch, noise(batch, part)));
        }
        return batches;
    }

    private List<TrainingSample> draw(long step) {
        Limits limits = limits(step);
        CounterRandom random = new CounterRandom(seed, "training samples", 0);
        long first = (step - 1) * settings.batch();
        List<TrainingSample> drawn = new ArrayList<>();
        for (long i = first; i < first + settings.batch(); i++) {
            random.reseed(seed, SAMPLES, i);
            drawn.add(new TrainingSample(i, task.sample(task.draw(limits, random), random)));
        }
        return drawn;
    }

    /**
     * Returns the limits of the knob schedule at a step: the first axis rises from {@code knobFrom}
     * to its largest value.
     */
    private Limits limits(long step) {
        if (settings.knobFrom() == 0 || !(task.axes().getFirst() instanceof Axis.Range knob)) {
            return Limits.NONE;
        }
        double share =
                settings.knobUntil() == 0
                        ? 1
                        : Math.min(1, (step - 1) / (settings.knobUntil() * settings.steps()));
        int from = Math.clamp(settings.knobFrom(), knob.least(), knob.most());
        int most = from + (int) Math.floor(share * (knob.most() - from));
        return axis -> axis.name().equals(knob.name()) ? most : axis.most();
    }

    /** Each sample has its own random stream, so layout and accumulation change no number. */
    private float[] noise(Batch batch, List<List<TrainingSample>> rows) {
        int perToken = noise == Noise.GUMBEL ? maxDepth : 1;
        float[] values = new float[batch.tokens().length * perToken];
        if (noise == Noise.NONE) {
            return values;
        }
        CounterRandom random = new CounterRandom(seed, "halting noise", 0);
        List<TrainingSample> samples = rows.stream().flatMap(List::stream).toList();
        for (int s = 0; s < samples.size(); s++) {
            random.reseed(seed, NOISE, samples.get(s).index());
            int from = batch.cells()[s] * perToken;
            int count = samples.get(s).length() * perToken;
            for (int i = from; i < from + count; i++) {
                double uniform = ((random.nextLong() >>> 40) + 0.5) * 0x1p-24;
                values[i] =
                        (float) (noise == Noise.GUMBEL ? -Math.log(-Math.log(uniform)) : uniform);
            }
        }
        return values;
    }
}
