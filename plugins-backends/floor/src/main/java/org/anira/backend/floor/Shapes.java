package org.anira.backend.floor;

import org.anira.api.BackendException;

import java.util.Arrays;
import java.util.List;

/** Sizes of results, from sizes of operands; −1 stands for a size that varies and fits any. */
public final class Shapes {

    private static final long[] SCALAR = {};

    private Shapes() {}

    /** Thrown if sizes do not fit together; the caller, which knows the operands, names them. */
    static final class Misfit extends RuntimeException {
        private static final long serialVersionUID = 1;

        Misfit(String expected) {
            super(expected, null, false, false);
        }
    }

    /** Returns the sizes of a scalar: none. */
    public static long[] scalar() {
        return SCALAR;
    }

    /** Returns sizes as an array. */
    public static long[] array(List<Long> sizes) {
        long[] array = new long[sizes.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = sizes.get(i);
        }
        return array;
    }

    /** Returns sizes as a list. */
    public static List<Long> list(long[] sizes) {
        return Arrays.stream(sizes).boxed().toList();
    }

    /** Returns the number of elements; −1 if it varies. */
    public static long elements(long[] sizes) {
        long product = 1;
        for (long size : sizes) {
            if (size < 0) {
                return -1;
            }
            product = Math.multiplyExact(product, size);
        }
        return product;
    }

    /** Returns sizes followed by others. */
    public static long[] join(long[] leading, long... trailing) {
        long[] all = Arrays.copyOf(leading, leading.length + trailing.length);
        System.arraycopy(trailing, 0, all, leading.length, trailing.length);
        return all;
    }

    /** Returns sizes without those of one axis. */
    public static long[] without(long[] sizes, int axis) {
        long[] rest = new long[sizes.length - 1];
        System.arraycopy(sizes, 0, rest, 0, axis);
        System.arraycopy(sizes, axis + 1, rest, axis, rest.length - axis);
        return rest;
    }

    /** Returns sizes with a new one inserted at {@code axis}. */
    static long[] inserted(long[] sizes, int axis, long size) {
        long[] more = new long[sizes.length + 1];
        System.arraycopy(sizes, 0, more, 0, axis);
        more[axis] = size;
        System.arraycopy(sizes, axis, more, axis + 1, sizes.length - axis);
        return more;
    }

    /** Returns sizes with one of them replaced. */
    public static long[] with(long[] sizes, int axis, long size) {
        long[] changed = sizes.clone();
        changed[axis] = size;
        return changed;
    }

    /** Returns whether two sizes can be the same. */
    static boolean agree(long left, long right) {
        return left == right || left < 0 || right < 0;
    }

    /** Returns whether all sizes of two shapes can be the same. */
    static boolean agree(long[] left, long[] right) {
        boolean agree = left.length == right.length;
        for (int i = 0; agree && i < left.length; i++) {
            agree = agree(left[i], right[i]);
        }
        return agree;
    }

    /** Returns the sizes that two shapes broadcast to. */
    static long[] broadcast(long[] left, long[] right) {
        if (Arrays.equals(left, right)) {
            return left;
        }
        long[] sizes = new long[Math.max(left.length, right.length)];
        for (int back = 1; back <= sizes.length; back++) {
            long a = back <= left.length ? left[left.length - back] : 1;
            long b = back <= right.length ? right[right.length - back] : 1;
            if (a != 1 && b != 1 && !agree(a, b)) {
                throw new Misfit("sizes %d and %d differ, and neither is 1".formatted(a, b));
            }
            sizes[sizes.length - back] = a == 1 ? b : b == 1 || a >= 0 ? a : b;
        }
        return sizes;
    }

    /** Returns the sizes of a reshape, in whose argument 0 keeps a size and −1 takes the rest. */
    static long[] reshape(long[] from, long[] wanted) {
        long[] sizes = wanted.clone();
        int rest = -1;
        for (int i = 0; i < sizes.length; i++) {
            if (wanted[i] == 0) {
                if (i >= from.length) {
                    throw new Misfit("it has no axis %d to keep".formatted(i));
                }
                sizes[i] = from[i];
            } else if (wanted[i] < 0) {
                if (rest >= 0 || wanted[i] < -1) {
                    throw new Misfit("one axis at most takes the rest, as −1");
                }
                rest = i;
            }
        }
        long have = elements(from);
        long need = elements(rest < 0 ? sizes : with(sizes, rest, 1));
        if (have >= 0 && need >= 0) {
            if (rest < 0 ? have != need : need == 0 || have % need != 0) {
                throw new Misfit("its %d elements do not fill that".formatted(have));
            }
            if (rest >= 0) {
                sizes[rest] = have / need;
            }
        }
        return sizes;
    }

    /** Returns the sizes with the axes in another order. */
    static long[] transpose(long[] from, int[] order) {
        long[] sizes = new long[from.length];
        boolean[] taken = new boolean[from.length];
        boolean fits = order.length == from.length;
        for (int i = 0; fits && i < order.length; i++) {
            fits = order[i] >= 0 && order[i] < from.length && !taken[order[i]];
            if (fits) {
                taken[order[i]] = true;
                sizes[i] = from[order[i]];
            }
        }
        if (!fits) {
            throw new Misfit("expected each axis once");
        }
        return sizes;
    }

    /** Returns […, M, N] of […, M, K] and […, K, N]. */
    static long[] matmul(long[] left, long[] right) {
        int m = left.length - 2;
        int k = right.length - 2;
        if (m < 0 || k < 0 || !agree(left[m + 1], right[k])) {
            throw new Misfit("expected […, M, K] and […, K, N]");
        }
        long[] leading = broadcast(Arrays.copyOf(left, m), Arrays.copyOf(right, k));
        return join(leading, left[m], right[k + 1]);
    }

    /** Returns […, out] of […, in] and [out, in]. */
    static long[] linear(long[] from, long[] weight) {
        int last = from.length - 1;
        if (last < 0 || weight.length != 2 || !agree(from[last], weight[1])) {
            throw new Misfit("expected […, in] and [out, in]");
        }
        return with(from, last, weight[0]);
    }

    /** Returns [I, …] of [N, …] and an index [I]. */
    static long[] lookup(long[] from, long[] index) {
        if (from.length == 0) {
            throw new Misfit("a scalar has no rows");
        }
        return join(index, Arrays.copyOfRange(from, 1, from.length));
    }

    /** Returns […] of […, N] and an index […] or a scalar. */
    static long[] pick(long[] from, long[] index) {
        if (from.length == 0) {
            throw new Misfit("a scalar has no entries");
        }
        long[] leading = Arrays.copyOf(from, from.length - 1);
        if (index.length > 0 && !agree(leading, index)) {
            throw new Misfit(
                    "expected an index of %s or a scalar".formatted(Arrays.toString(leading)));
        }
        return leading;
    }

    /** Returns the sizes of shapes concatenated along an axis. */
    static long[] concat(int axis, List<long[]> parts) {
        long[] sizes = parts.getFirst().clone();
        for (long[] part : parts.subList(1, parts.size())) {
            if (part.length != sizes.length || !agree(with(part, axis, -1), sizes)) {
                throw new Misfit("ranks and the other sizes must agree");
            }
            for (int i = 0; i < sizes.length; i++) {
                long size = part[i];
                sizes[i] =
                        i != axis
                                ? Math.max(sizes[i], size)
                                : sizes[i] < 0 || size < 0 ? -1 : sizes[i] + size;
            }
        }
        return sizes;
    }

    /** Returns the common sizes of two shapes; −1 where they differ. */
    static long[] common(long[] left, long[] right) {
        long[] both = left.clone();
        Arrays.setAll(both, axis -> left[axis] == right[axis] ? left[axis] : -1);
        return both;
    }

    /**
     * Checks that numbers fill a shape.
     *
     * @param count of the numbers
     * @throws BackendException SHP-001 if they do not
     */
    public static void requireCount(long count, long[] shape) {
        long size = elements(shape);
        if (count != size) {
            throw new BackendException(
                    "SHP-001",
                    "A tensor of shape %s has %s elements, but %d values were given."
                            .formatted(Arrays.toString(shape), size < 0 ? "no" : size, count));
        }
    }
}
