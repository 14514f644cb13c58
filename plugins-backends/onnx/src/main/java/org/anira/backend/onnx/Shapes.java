package org.anira.backend.onnx;

import org.anira.api.BackendException;

import java.util.Arrays;

/** Sizes of results, from sizes of operands; −1 stands for a size that varies. */
final class Shapes {

    private Shapes() {}

    /** What does not fit together; the caller knows the operands. */
    static final class Misfit extends RuntimeException {
        private static final long serialVersionUID = 1;

        Misfit(String message) {
            super(message);
        }
    }

    /**
     * Returns the size of an axis in which two operands agree.
     *
     * @throws Misfit if they do not
     */
    static long same(long left, long right) {
        if (left >= 0 && right >= 0 && left != right) {
            throw new Misfit("sizes %d and %d differ".formatted(left, right));
        }
        return left < 0 ? right : left;
    }

    /** Returns the size that both have, −1 if they differ or one varies. */
    static long common(long left, long right) {
        return left == right ? left : -1;
    }

    /** Returns the sizes of two operands that broadcast. */
    static long[] broadcast(long[] left, long[] right) {
        long[] sizes = new long[Math.max(left.length, right.length)];
        for (int i = 1; i <= sizes.length; i++) {
            long a = i <= left.length ? left[left.length - i] : 1;
            long b = i <= right.length ? right[right.length - i] : 1;
            sizes[sizes.length - i] = a == 1 ? b : b == 1 ? a : same(a, b);
        }
        return sizes;
    }

    /** Returns the sizes of a matrix product. */
    static long[] product(long[] left, long[] right) {
        if (left.length < 2 || right.length < 2) {
            throw new Misfit("both need two axes or more");
        }
        same(left[left.length - 1], right[right.length - 2]);
        long[] leading =
                broadcast(
                        Arrays.copyOf(left, left.length - 2),
                        Arrays.copyOf(right, right.length - 2));
        return join(leading, left[left.length - 2], right[right.length - 1]);
    }

    /** Returns the sizes of a tensor reshaped: 0 keeps an axis, one −1 takes the rest. */
    static long[] reshaped(long[] from, long[] wanted) {
        long[] sizes = wanted.clone();
        int rest = -1;
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] == 0) {
                if (i >= from.length) {
                    throw new Misfit("it has no axis %d to keep".formatted(i));
                }
                sizes[i] = from[i];
            } else if (wanted[i] == -1) {
                if (rest >= 0) {
                    throw new Misfit("only one axis can take the rest");
                }
                rest = i;
            }
        }
        long have = count(from);
        long[] others = sizes.clone();
        if (rest >= 0) {
            others[rest] = 1;
        }
        long need = count(others);
        if (have >= 0 && need >= 0) {
            if (rest < 0 ? have != need : need == 0 || have % need != 0) {
                throw new Misfit("%d elements do not fill it".formatted(have));
            }
            if (rest >= 0) {
                sizes[rest] = have / need;
            }
        }
        return sizes;
    }

    /** Returns the number of elements, −1 if it varies. */
    static long count(long[] sizes) {
        return Arrays.stream(sizes).anyMatch(size -> size < 0)
                ? -1
                : Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    }

    /** Returns sizes with more of them at the end. */
    static long[] join(long[] leading, long... trailing) {
        long[] all = Arrays.copyOf(leading, leading.length + trailing.length);
        System.arraycopy(trailing, 0, all, leading.length, trailing.length);
        return all;
    }

    /** Returns sizes without those of one axis. */
    static long[] without(long[] sizes, int axis) {
        return join(Arrays.copyOf(sizes, axis), Arrays.copyOfRange(sizes, axis + 1, sizes.length));
    }

    /** Returns the error for numbers that do not fill a shape; nothing if they do. */
    static void requireCount(int values, long[] shape) {
        if (Arrays.stream(shape).anyMatch(n -> n < 0) || values != count(shape)) {
            throw new BackendException(
                    "SHP-001",
                    "A tensor of shape %s has %d elements, but %d values were given."
                            .formatted(Arrays.toString(shape), count(shape), values));
        }
    }
}
