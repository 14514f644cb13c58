package org.anira.runtime.data;

import org.anira.api.halting.Noise;
import org.anira.api.task.Axis;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Limits;
import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.anira.runtime.config.TrainingSettings;

import java.util.ArrayList;
import java.util.List;

/**
 * The samples of a training: sample i depends on the seed, on i, and on how far the knob schedule
 * has come at its step.
 *
 * @param task where samples come from
 * @param seed the run's seed
 * @param settings batch size and knob schedule
 */
public record TrainingData(Task task, long seed, TrainingSettings settings) {

    private static final long SAMPLES = CounterRandom.purpose("training samples");
    private static final long NOISE = CounterRandom.purpose("halting noise");

    /**
     * Returns the micro-batches of a step.
     *
     * @param step from 1
     */
    public List<Batch> batches(long step) {
        Limits limits = limits(step);
        CounterRandom random = new CounterRandom(seed, "training samples", 0);
        long first = (step - 1) * settings.batch();
        int most = settings.microBatch() == 0 ? settings.batch() : settings.microBatch();
        List<Batch> batches = new ArrayList<>();
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < settings.batch(); i++) {
            random.reseed(seed, SAMPLES, first + i);
            samples.add(task.sample(task.draw(limits, random), random));
            if (samples.size() == most || i == settings.batch() - 1) {
                batches.add(Batch.of(samples));
                samples.clear();
            }
        }
        return batches;
    }

    /**
     * Returns how far the knob schedule has come: the first axis rises from {@code knobFrom} to its
     * own largest.
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

    /**
     * Returns the noise of a micro-batch, row-major: [B · T], or [B · T · D] for {@link
     * Noise#GUMBEL}. Each sample has its own stream, so padding and accumulation change nothing.
     *
     * @param step from 1
     * @param offset number of samples of the step before this micro-batch
     */
    public float[] noise(Noise noise, int maxDepth, Batch batch, long step, int offset) {
        int perToken = noise == Noise.GUMBEL ? maxDepth : 1;
        float[] values = new float[batch.size() * batch.length() * perToken];
        if (noise == Noise.NONE) {
            return values;
        }
        CounterRandom random = new CounterRandom(seed, "halting noise", 0);
        for (int b = 0; b < batch.size(); b++) {
            random.reseed(seed, NOISE, (step - 1) * settings.batch() + offset + b);
            int from = b * batch.length() * perToken;
            int count = (batch.samples().get(b).tokens().length - 1) * perToken;
            for (int i = from; i < from + count; i++) {
                double uniform = ((random.nextLong() >>> 40) + 0.5) * 0x1p-24;
                values[i] =
                        (float) (noise == Noise.GUMBEL ? -Math.log(-Math.log(uniform)) : uniform);
            }
        }
        return values;
    }
}
