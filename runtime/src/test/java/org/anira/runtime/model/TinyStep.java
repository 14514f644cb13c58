package org.anira.runtime.model;

import org.anira.api.halting.Noise;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.Session;

import java.util.List;
import java.util.Optional;

/**
 * What a training step of a {@link TinyModel} is given, drawn once: sequences of unequal length,
 * targets at some of their tokens, noise.
 *
 * @param tokens [B · T]
 * @param positions [B · T]
 * @param fed [B · T]
 * @param targets [B · T]
 * @param mask [B · T]
 * @param noise [B · T] or [B · T · D]
 */
record TinyStep(
        int[] tokens, int[] positions, boolean[] fed, int[] targets, float[] mask, float[] noise) {

    static final int LENGTH = 18;
    static final int[] LENGTHS = {18, 15, 16};
    static final float CROSS_ENTROPY_SCALE = 0.06f;
    static final float KL_SCALE = 0.04f;

    static TinyStep of(TinyModel tiny) {
        int cells = LENGTHS.length * LENGTH;
        List<int[]> sequences = tiny.sequences(5, LENGTHS);
        int[] tokens = new int[cells];
        int[] positions = new int[cells];
        boolean[] fed = new boolean[cells];
        int[] targets = new int[cells];
        float[] mask = new float[cells];
        CounterRandom random = new CounterRandom(9, "targets and noise", 0);
        for (int b = 0; b < LENGTHS.length; b++) {
            for (int t = 0; t < LENGTH; t++) {
                int at = b * LENGTH + t;
                positions[at] = t;
                targets[at] = random.nextInt(tiny.vocabulary());
                if (t < LENGTHS[b]) {
                    tokens[at] = sequences.get(b)[t];
                    fed[at] = true;
                    mask[at] = random.nextInt(3) > 0 ? 1 : 0;
                }
            }
        }
        float[] noise = new float[cells * (gumbel(tiny) ? TinyModel.DEPTH : 1)];
        for (int i = 0; i < noise.length; i++) {
            double uniform = random.nextDouble();
            noise[i] = (float) (gumbel(tiny) ? -Math.log(-Math.log(uniform)) : uniform);
        }
        return new TinyStep(tokens, positions, fed, targets, mask, noise);
    }

    private static boolean gumbel(TinyModel tiny) {
        return tiny.model().mechanism().training().noise() == Noise.GUMBEL;
    }

    /** Returns ln p of the prior, [D]. */
    static float[] logPrior() {
        float[] logPrior = new float[TinyModel.DEPTH];
        for (int d = 0; d < logPrior.length; d++) {
            logPrior[d] = -0.3f * d - 1.2f;
        }
        return logPrior;
    }

    /** Returns what a training step is fed. @param depths [B · T]: forced; empty for none */
    TrainingProgram.Feed feed(Session session, Optional<int[]> depths) {
        int size = LENGTHS.length;
        int noises = noise.length / tokens.length;
        return new TrainingProgram.Feed(
                Tokens.of(session, tokens, positions, fed, size, LENGTH),
                noises > 1
                        ? session.tensor(noise, size, LENGTH, noises)
                        : session.tensor(noise, size, LENGTH),
                session.tensor(targets, size, LENGTH),
                session.tensor(mask, size, LENGTH),
                session.tensor(logPrior(), TinyModel.DEPTH),
                session.tensor(new float[] {CROSS_ENTROPY_SCALE}),
                session.tensor(new float[] {KL_SCALE}),
                Optional.empty(),
                depths.map(forced -> session.tensor(forced, size, LENGTH)));
    }
}
