package org.anira.testkit;

import org.anira.api.tensor.DType;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The law of an operand's numbers. */
@FunctionalInterface
interface Operand {
    Numbers draw(RandomGenerator random);

    /** Uniform numbers. */
    static Operand uniform(double least, double most, long... shape) {
        return random -> Numbers.of(DType.FLOAT32, shape, _ -> random.nextDouble(least, most));
    }

    /**
     * Numbers at least 0.05 apart from each other, from 0 and from those of another {@code lane},
     * so that central differences meet no kink.
     */
    static Operand apart(int lane, long... shape) {
        return random -> {
            int count = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
            int[] order = IntStream.range(0, count).toArray();
            for (int i = count - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
            return Numbers.of(
                    DType.FLOAT32, shape, i -> 0.25 * (order[i] - count / 2) + 0.06 * (lane + 1));
        };
    }

    /** The same number everywhere. */
    static Operand full(double value, long... shape) {
        return _ -> Numbers.of(DType.FLOAT32, shape, _ -> value);
    }

    /** Whole numbers from {@code least} to {@code bound} − 1. */
    static Operand whole(int least, int bound, long... shape) {
        return random -> Numbers.of(DType.INT64, shape, _ -> random.nextInt(least, bound));
    }

    /** Truth values. */
    static Operand truth(long... shape) {
        return random -> Numbers.of(DType.BOOL, shape, _ -> random.nextInt(2));
    }
}
