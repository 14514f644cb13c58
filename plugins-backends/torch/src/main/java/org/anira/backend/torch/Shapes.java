package org.anira.backend.torch;

import org.anira.api.BackendException;

import java.util.Arrays;

/**
 * The shapes of results. They are computed here, so that what does not fit is refused before
 * libtorch sees it, in words that name the operands (SHP-001).
 */
final class Shapes {

    private Shapes() {}

    /** Returns the shape that both operands stretch to. */
    static long[] broadcast(String what, TorchTensor x, TorchTensor y) {
        return broadcast(x.sizes(), y.sizes(), "%s of %s and %s", what, x, y);
    }

    /** Returns the shape that two shapes stretch to. @param message what to say if they do not */
    static long[] broadcast(long[] x, long[] y, String message, Object... arguments) {
        if (Arrays.equals(x, y)) {
            return x;
        }
        long[] all = new long[Math.max(x.length, y.length)];
        for (int back = 1; back <= all.length; back++) {
            long m = back <= x.length ? x[x.length - back] : 1;
            long n = back <= y.length ? y[y.length - back] : 1;
            if (m != n && m != 1 && n != 1) {
                throw misfit(message.formatted(arguments));
            }
            all[all.length - back] = m == 1 ? n : m;
        }
        return all;
    }

    /** Returns a shape without an axis. */
    static long[] without(long[] sizes, int axis) {
        long[] rest = new long[sizes.length - 1];
        System.arraycopy(sizes, 0, rest, 0, axis);
        System.arraycopy(sizes, axis + 1, rest, axis, rest.length - axis);
        return rest;
    }

    /** Returns a shape with one axis of another size. */
    static long[] with(long[] sizes, int axis, long size) {
        long[] changed = sizes.clone();
        changed[axis] = size;
        return changed;
    }

    /** Returns one shape followed by another. */
    static long[] concat(long[] first, long... second) {
        long[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /** Returns the shape that is meant by sizes among which are 0 (keep) and −1 (the rest). */
    static long[] reshape(TorchTensor x, long[] wanted) {
        long[] sizes = wanted.clone();
        int rest = -1;
        long known = 1;
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == 0) {
                if (i >= x.rank()) {
                    throw misfit(
                            "reshape to %s keeps axis %d, which %s does not have"
                                    .formatted(Arrays.toString(wanted), i, x));
                }
                sizes[i] = x.sizes()[i];
            }
            if (sizes[i] < 0) {
                rest = rest < 0 && sizes[i] == -1 ? i : sizes.length;
            } else {
                known *= sizes[i];
            }
        }
        long elements = elements(x.sizes());
        if (rest < sizes.length && rest >= 0 && known > 0) {
            sizes[rest] = elements / known;
            known *= sizes[rest];
        }
        if (rest >= sizes.length || known != elements) {
            throw misfit("reshape to %s of %s".formatted(Arrays.toString(wanted), x));
        }
        return sizes;
    }

    /** Returns the shape with the axes in another order. */
    static long[] transpose(TorchTensor x, int[] order) {
        long[] sizes = new long[order.length];
        boolean[] seen = new boolean[x.rank()];
        boolean fits = order.length == x.rank();
        for (int i = 0; fits && i < order.length; i++) {
            int axis = order[i];
            fits = axis >= 0 && axis < seen.length && !seen[axis];
            if (fits) {
                seen[axis] = true;
                sizes[i] = x.sizes()[axis];
            }
        }
        if (!fits) {
            throw misfit("transpose to %s of %s".formatted(Arrays.toString(order), x));
        }
        return sizes;
    }

    /** Returns […, M, N] of […, M, K] and […, K, N]. */
    static long[] matmul(TorchTensor x, TorchTensor y) {
        int m = x.rank() - 2;
        int n = y.rank() - 2;
        if (m < 0 || n < 0) {
            throw misfit("matmul of %s and %s; both need two axes or more".formatted(x, y));
        }
        if (x.sizes()[m + 1] != y.sizes()[n]) {
            throw misfit("matmul of %s and %s; expected […, M, K] and […, K, N]".formatted(x, y));
        }
        long[] leading =
                broadcast(
                        Arrays.copyOf(x.sizes(), m),
                        Arrays.copyOf(y.sizes(), n),
                        "matmul of %s and %s",
                        x,
                        y);
        return concat(leading, x.sizes()[m], y.sizes()[n + 1]);
    }

    /** Returns […, out] of […, in] and [out, in]. */
    static long[] linear(TorchTensor x, TorchTensor weight) {
        int last = x.rank() - 1;
        if (last < 0 || weight.rank() != 2 || x.sizes()[last] != weight.sizes()[1]) {
            throw misfit(
                    "linear of %s with %s; expected […, in] and [out, in]".formatted(x, weight));
        }
        return with(x.sizes(), last, weight.sizes()[0]);
    }

    /** Returns the number of elements. */
    static long elements(long[] sizes) {
        long product = 1;
        for (long size : sizes) {
            product *= size;
        }
        return product;
    }

    static BackendException misfit(String problem) {
        return new BackendException("SHP-001", "Backend 'torch' was asked for " + problem);
    }
}
