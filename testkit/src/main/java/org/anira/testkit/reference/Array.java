package org.anira.testkit.reference;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A row-major array of numbers, without type, owner or life. Nobody changes {@code data} after
 * construction. Axes are counted from 0 here, and arguments are already known to fit.
 *
 * @param shape sizes of the axes, at least 1 each
 * @param data as many numbers as the sizes' product
 */
record Array(int[] shape, double[] data) {

    /** Returns an array without axes. */
    static Array scalar(double value) {
        return new Array(new int[0], new double[] {value});
    }

    /** Returns an array with the same number everywhere. */
    static Array full(int[] shape, double value) {
        double[] data = new double[count(shape)];
        Arrays.fill(data, value);
        return new Array(shape, data);
    }

    /** Returns 0, 1, … n − 1. */
    static Array range(int n) {
        return new Array(new int[] {n}, IntStream.range(0, n).asDoubleStream().toArray());
    }

    /** Returns the product of sizes. */
    static int count(int[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    int rank() {
        return shape.length;
    }

    // Element by element.

    Array map(DoubleUnaryOperator f) {
        double[] out = new double[data.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(data[i]);
        }
        return new Array(shape, out);
    }

    Array zip(Array other, DoubleBinaryOperator f) {
        int[] common = broadcast(shape, other.shape);
        double[] a = stretch(common).data;
        double[] b = other.stretch(common).data;
        double[] out = new double[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(a[i], b[i]);
        }
        return new Array(common, out);
    }

    Array where(Array condition, Array other) {
        int[] common = broadcast(broadcast(shape, other.shape), condition.shape);
        double[] a = stretch(common).data;
        double[] b = other.stretch(common).data;
        double[] chosen = condition.stretch(common).data;
        double[] out = new double[chosen.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = chosen[i] != 0 ? a[i] : b[i];
        }
        return new Array(common, out);
    }

    /** Returns whether two shapes broadcast. */
    static boolean fit(int[] a, int[] b) {
        for (int i = 1; i <= Math.min(a.length, b.length); i++) {
            int left = a[a.length - i];
            int right = b[b.length - i];
            if (left != right && left != 1 && right != 1) {
                return false;
            }
        }
        return true;
    }

    /** Returns the shape that two shapes broadcast to. */
    static int[] broadcast(int[] a, int[] b) {
        int[] common = (a.length >= b.length ? a : b).clone();
        for (int i = 1; i <= Math.min(a.length, b.length); i++) {
            common[common.length - i] = Math.max(a[a.length - i], b[b.length - i]);
        }
        return common;
    }

    /**
     * Returns this repeated along its axes of size 1, and along new leading axes, to fill a shape.
     */
    Array stretch(int[] to) {
        if (Arrays.equals(shape, to)) {
            return this;
        }
        int[] own = strides(shape);
        int[] steps = new int[to.length];
        int added = to.length - rank();
        for (int axis = 0; axis < rank(); axis++) {
            steps[axis + added] = shape[axis] == 1 ? 0 : own[axis];
        }
        return strided(to, steps, 0);
    }

    // Shape.

    Array reshape(int[] to) {
        return new Array(to, data);
    }

    Array transpose(int[] order) {
        int[] own = strides(shape);
        int[] sizes = Arrays.stream(order).map(axis -> shape[axis]).toArray();
        int[] steps = Arrays.stream(order).map(axis -> own[axis]).toArray();
        return strided(sizes, steps, 0);
    }

    Array slice(int axis, int from, int to) {
        int[] own = strides(shape);
        return strided(with(shape, axis, to - from), own, from * own[axis]);
    }

    static Array concat(int axis, List<Array> parts) {
        Array first = parts.getFirst();
        int length = parts.stream().mapToInt(part -> part.shape[axis]).sum();
        int outer = count(Arrays.copyOf(first.shape, axis));
        double[] out = new double[parts.stream().mapToInt(part -> part.data.length).sum()];
        int to = 0;
        for (int i = 0; i < outer; i++) {
            for (Array part : parts) {
                int block = part.data.length / outer;
                System.arraycopy(part.data, i * block, out, to, block);
                to += block;
            }
        }
        return new Array(with(first.shape, axis, length), out);
    }

    private static int[] with(int[] shape, int axis, int size) {
        int[] changed = shape.clone();
        changed[axis] = size;
        return changed;
    }

    static int[] without(int[] shape, int axis) {
        return IntStream.range(0, shape.length).filter(i -> i != axis).map(i -> shape[i]).toArray();
    }

    private static int[] strides(int[] shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }

    /**
     * Returns an array whose element (i, j, …) is the element at offset + i · strides[0] + j ·
     * strides[1] + … of this.
     */
    private Array strided(int[] sizes, int[] strides, int offset) {
        double[] out = new double[count(sizes)];
        int[] place = new int[sizes.length];
        int from = offset;
        for (int i = 0; i < out.length; i++) {
            out[i] = data[from];
            for (int axis = sizes.length - 1; axis >= 0; axis--) {
                from += strides[axis];
                if (++place[axis] < sizes[axis]) {
                    break;
                }
                from -= strides[axis] * sizes[axis];
                place[axis] = 0;
            }
        }
        return new Array(sizes, out);
    }

    // Along an axis.

    /** Returns one number for each lane along an axis, which disappears. */
    Array reduce(int axis, ToDoubleFunction<double[]> f) {
        Array lanes =
                scan(
                        axis,
                        lane -> {
                            lane[0] = f.applyAsDouble(lane);
                            return lane;
                        });
        return lanes.slice(axis, 0, 1).reshape(without(shape, axis));
    }

    /** Returns as many numbers for each lane along an axis as it has. */
    Array scan(int axis, UnaryOperator<double[]> f) {
        int length = shape[axis];
        int step = strides(shape)[axis];
        double[] out = new double[data.length];
        double[] lane = new double[length];
        for (int start = 0; start < data.length; start++) {
            if (start / step % length != 0) {
                continue;
            }
            for (int i = 0; i < length; i++) {
                lane[i] = data[start + i * step];
            }
            double[] result = f.apply(lane);
            for (int i = 0; i < length; i++) {
                out[start + i * step] = result[i];
            }
        }
        return new Array(shape, out);
    }

    // Products and look-ups.

    /** Returns [lead…, M, K] · [lead…, K, N]. */
    Array matmul(Array other) {
        int m = shape[rank() - 2];
        int k = shape[rank() - 1];
        int n = other.shape[other.rank() - 1];
        int[] lead =
                broadcast(
                        Arrays.copyOf(shape, rank() - 2),
                        Arrays.copyOf(other.shape, other.rank() - 2));
        double[] a = stretch(append(lead, m, k)).data;
        double[] b = other.stretch(append(lead, k, n)).data;
        double[] out = new double[count(lead) * m * n];
        for (int row = 0; row < out.length / n; row++) {
            for (int i = 0; i < k; i++) {
                double factor = a[row * k + i];
                int right = (row / m * k + i) * n;
                for (int column = 0; column < n; column++) {
                    out[row * n + column] += factor * b[right + column];
                }
            }
        }
        return new Array(append(lead, m, n), out);
    }

    /** Returns [lead…, in] · [out, in]ᵀ. */
    Array linear(Array weight) {
        int[] lead = Arrays.copyOf(shape, rank() - 1);
        Array rows = reshape(new int[] {count(lead), shape[rank() - 1]});
        Array product = rows.matmul(weight.transpose(new int[] {1, 0}));
        return product.reshape(append(lead, weight.shape[0]));
    }

    /** Returns the entries of the first axis at {@code index}. */
    Array lookup(Array index) {
        int block = data.length / shape[0];
        double[] out = new double[index.data.length * block];
        for (int i = 0; i < index.data.length; i++) {
            System.arraycopy(data, (int) index.data[i] * block, out, i * block, block);
        }
        return new Array(append(index.shape, Arrays.copyOfRange(shape, 1, rank())), out);
    }

    /** Returns one entry of the last axis for each place. */
    Array pick(Array index) {
        int n = shape[rank() - 1];
        int[] places = Arrays.copyOf(shape, rank() - 1);
        double[] chosen = index.stretch(places).data;
        double[] out = new double[chosen.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = data[i * n + (int) chosen[i]];
        }
        return new Array(places, out);
    }

    static int[] append(int[] shape, int... more) {
        int[] longer = Arrays.copyOf(shape, shape.length + more.length);
        System.arraycopy(more, 0, longer, shape.length, more.length);
        return longer;
    }
}
