package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.train.Weights;
import org.anira.testkit.Slots;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A model small enough to try everything on, with halting heads scaled so that tokens differ in
 * depth.
 *
 * @param model what is tried
 * @param vocabulary V
 */
public record TinyModel(RecurrentTransformer model, int vocabulary) {

    public static final int DEPTH = 6;
    private static final int VOCABULARY = 40;

    /** What one evaluation gives. */
    public record Outcome(float[] logits, int[] depths, float[] expected) {}

    public static TinyModel of(String mechanism, Injection injection, int recurrent, boolean tied) {
        HaltingProvider halting = BuiltIn.halting(mechanism);
        ModelSettings settings =
                new ModelSettings(
                        16,
                        2,
                        32,
                        DEPTH,
                        1,
                        recurrent,
                        1,
                        injection,
                        tied,
                        1e-5,
                        10000,
                        Precision.FLOAT32);
        return new TinyModel(
                new RecurrentTransformer(
                        settings,
                        VOCABULARY,
                        80,
                        halting.create(16, DEPTH, Settings.defaults(halting.options()))),
                VOCABULARY);
    }

    /** Gives a session weights of which all depths come. */
    public void define(Session session, long seed) {
        Weights.initialise(session, model.parameters(), seed);
        for (Parameter parameter : model.mechanism().parameters()) {
            if (parameter.name().equals("halting.output")) {
                CounterRandom random = new CounterRandom(seed, "spread", 0);
                float[] values = new float[(int) parameter.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (0.7 * random.nextGaussian());
                }
                Slots.write(session, parameter.name(), Slot.VALUE, values);
            }
        }
    }

    /**
     * Asserts that all depths occur, and at least three in each sequence: else equality of results
     * would say little.
     *
     * @param depths [B · T], row-major
     * @param length T
     * @param lengths how many tokens of each sequence are no padding
     */
    static void assertDepthsDiffer(int[] depths, int length, int... lengths) {
        TreeSet<Integer> all = new TreeSet<>();
        for (int b = 0; b < lengths.length; b++) {
            TreeSet<Integer> own = new TreeSet<>();
            for (int t = 0; t < lengths[b]; t++) {
                own.add(depths[b * length + t]);
            }
            assertTrue(own.size() >= 3, "sequence " + b + " has depths " + own);
            all.addAll(own);
        }
        assertEquals(DEPTH, all.size(), "depths that occur: " + all);
    }

    /** Returns token sequences of the given lengths. */
    public List<int[]> sequences(long seed, int... lengths) {
        return IntStream.range(0, lengths.length)
                .mapToObj(b -> {
                    CounterRandom random = new CounterRandom(seed, "tokens", b);
                    return IntStream.range(0, lengths[b])
                            .map(t -> t == 0 ? 1 : 3 + random.nextInt(vocabulary - 3))
                            .toArray();
                })
                .toList();
    }

    /** Evaluates sequences side by side, padded to {@code length}. */
    public Outcome evaluate(Session session, List<int[]> sequences, int length, boolean skipping) {
        int size = sequences.size();
        int[] tokens = new int[size * length];
        int[] positions = new int[size * length];
        boolean[] fed = new boolean[size * length];
        for (int b = 0; b < size; b++) {
            int[] row = sequences.get(b);
            System.arraycopy(row, 0, tokens, b * length, row.length);
            Arrays.fill(fed, b * length, b * length + row.length, true);
            for (int t = 0; t < length; t++) {
                positions[b * length + t] = t;
            }
        }
        String rule = model.mechanism().rules().getFirst();
        try (Executable program =
                        session.compile(
                                model.evaluation(rule, skipping, false),
                                model.evaluationInputs(false));
                Scope _ = session.scope()) {
            List<Tensor> out =
                    program.run(
                            List.of(
                                    session.tensor(tokens, size, length),
                                    session.tensor(positions, size, length),
                                    session.tensor(fed, size, length)));
            return new Outcome(
                    session.floats(out.get(3)),
                    session.integers(out.get(1)),
                    session.floats(out.get(2)));
        }
    }
}
