package org.anira.testkit;

import org.anira.api.PublicApi;
import org.anira.api.halting.Noise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What a {@link HaltingPass} is given: everything for each token, row-major.
 *
 * @param lead leading axes, [B, T] or [R]
 * @param width W
 * @param h0 [tokens · W], the prelude's output
 * @param states [D − 1][tokens · W]: what each step makes of a token that is still active
 * @param noise [tokens], or [tokens · D] for {@link Noise#GUMBEL}
 */
@PublicApi(since = "0.1")
public record HaltingInput(long[] lead, int width, double[] h0, double[][] states, double[] noise) {

    /**
     * Draws states from the normal law, and noise of the kind that a policy wants.
     *
     * @param random the source of the numbers
     * @param lead leading axes, [B, T] or [R]
     * @param width W
     * @param maxDepth D
     * @param kind the policy's {@link org.anira.api.halting.HaltingPolicy#noise}
     */
    public static HaltingInput draw(
            RandomGenerator random, long[] lead, int width, int maxDepth, Noise kind) {
        int tokens = (int) Arrays.stream(lead).reduce(1, Math::multiplyExact);
        double[][] states = new double[maxDepth - 1][];
        for (int d = 0; d < states.length; d++) {
            states[d] = normal(random, tokens * width);
        }
        double[] h0 = normal(random, tokens * width);
        return new HaltingInput(lead, width, h0, states, noise(random, kind, tokens, maxDepth));
    }

    private static double[] normal(RandomGenerator random, int count) {
        return IntStream.range(0, count).mapToDouble(_ -> (float) random.nextGaussian()).toArray();
    }

    private static double[] noise(RandomGenerator random, Noise kind, int tokens, int maxDepth) {
        return switch (kind) {
            case NONE -> new double[tokens];
            case UNIFORM -> IntStream.range(0, tokens).mapToDouble(_ -> open(random)).toArray();
            case GUMBEL ->
                    IntStream.range(0, tokens * maxDepth)
                            .mapToDouble(_ -> (float) -Math.log(-Math.log(open(random))))
                            .toArray();
        };
    }

    /** Returns a number from the open interval (0, 1), exact in float32. */
    private static double open(RandomGenerator random) {
        return (random.nextInt(1 << 23) + 0.5) / (1 << 23);
    }

    /** Returns the number of tokens. */
    public int tokens() {
        return h0.length / width;
    }

    /** Returns these with other noise, [tokens] or [tokens · D]. */
    public HaltingInput withNoise(double... other) {
        return new HaltingInput(lead, width, h0, states, other);
    }

    /** Returns these many times over, as rows [tokens · times], each with noise of its own. */
    public HaltingInput repeat(int times, RandomGenerator random, Noise kind) {
        int[] rows = IntStream.range(0, tokens() * times).map(row -> row / times).toArray();
        HaltingInput many = gather(new long[] {rows.length}, rows);
        return many.withNoise(noise(random, kind, rows.length, states.length + 1));
    }

    /** Returns these tokens, in this order, with other leading axes. */
    HaltingInput gather(long[] newLead, int... tokens) {
        double[][] moved =
                Arrays.stream(states).map(state -> rows(state, tokens)).toArray(double[][]::new);
        return new HaltingInput(newLead, width, rows(h0, tokens), moved, rows(noise, tokens));
    }

    private double[] rows(double[] values, int[] tokens) {
        int size = values.length / tokens();
        double[] rows = new double[tokens.length * size];
        for (int row = 0; row < tokens.length; row++) {
            System.arraycopy(values, tokens[row] * size, rows, row * size, size);
        }
        return rows;
    }

    /** Returns these with the token's states and h0 drawn anew. */
    HaltingInput redraw(RandomGenerator random, int token) {
        double[] newH0 = h0.clone();
        double[][] newStates = Arrays.stream(states).map(double[]::clone).toArray(double[][]::new);
        for (int i = token * width; i < (token + 1) * width; i++) {
            newH0[i] = random.nextGaussian();
            for (double[] state : newStates) {
                state[i] = random.nextGaussian();
            }
        }
        return new HaltingInput(lead, width, newH0, newStates, noise);
    }

    /** Returns these with other states after the steps, and the same h0. */
    HaltingInput withStates(double[][] others) {
        return new HaltingInput(lead, width, h0, others, noise);
    }

    /** Returns h0, the noise, and the states after each step. */
    Numbers[] tensors() {
        List<Numbers> inputs = new ArrayList<>();
        inputs.add(Numbers.floats(axes(width), h0));
        boolean one = noise.length == tokens();
        inputs.add(Numbers.floats(one ? lead : axes(noise.length / tokens()), noise));
        for (double[] state : states) {
            inputs.add(Numbers.floats(axes(width), state));
        }
        return inputs.toArray(Numbers[]::new);
    }

    private long[] axes(long last) {
        long[] axes = Arrays.copyOf(lead, lead.length + 1);
        axes[lead.length] = last;
        return axes;
    }
}
