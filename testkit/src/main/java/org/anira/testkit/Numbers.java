package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.reference.ReferenceSession;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Numbers with a type and a shape, on no backend.
 *
 * @param type FLOAT32, INT64 or BOOL; of a tensor that was read, any
 * @param shape sizes of the axes
 * @param values row-major; truth values are 0 and 1
 */
record Numbers(DType type, List<Long> shape, double[] values) {

    /** Returns numbers made from their places, row-major. */
    static Numbers of(DType type, long[] shape, IntToDoubleFunction law) {
        int count = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
        double[] values = IntStream.range(0, count).mapToDouble(law).toArray();
        if (type == DType.FLOAT32) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) values[i];
            }
        }
        return new Numbers(type, Arrays.stream(shape).boxed().toList(), values);
    }

    /** Returns FLOAT32 numbers. */
    static Numbers floats(long[] shape, double... values) {
        return of(DType.FLOAT32, shape, i -> values[i]);
    }

    /** Returns INT64 numbers. */
    static Numbers integers(long[] shape, int... values) {
        return of(DType.INT64, shape, i -> values[i]);
    }

    /** Returns truth values. */
    static Numbers truths(long[] shape, boolean... values) {
        return of(DType.BOOL, shape, i -> values[i] ? 1 : 0);
    }

    /** Returns what a tensor holds: unrounded if the session is the reference's. */
    static Numbers read(Session session, Tensor tensor) {
        double[] values =
                switch (tensor.type()) {
                    case FLOAT32, BFLOAT16 ->
                            session instanceof ReferenceSession reference
                                    ? reference.doubles(tensor)
                                    : widen(session.floats(tensor));
                    case INT64 ->
                            Arrays.stream(session.integers(tensor)).asDoubleStream().toArray();
                    case BOOL -> {
                        boolean[] truths = session.booleans(tensor);
                        yield IntStream.range(0, truths.length)
                                .mapToDouble(i -> truths[i] ? 1 : 0)
                                .toArray();
                    }
                };
        return new Numbers(tensor.type(), tensor.shape(), values);
    }

    private static double[] widen(float[] floats) {
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    /** Returns the numbers as a tensor of the innermost scope of a session. */
    Tensor on(Session session) {
        return switch (type) {
            case FLOAT32 -> session.tensor(narrow(), sizes());
            case INT64 ->
                    session.tensor(
                            Arrays.stream(values).mapToInt(value -> (int) value).toArray(),
                            sizes());
            case BOOL -> session.tensor(truths(), sizes());
            case BFLOAT16 ->
                    throw new IllegalStateException("BFLOAT16 is cast to inside a program");
        };
    }

    float[] narrow() {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private boolean[] truths() {
        boolean[] truths = new boolean[values.length];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = values[i] != 0;
        }
        return truths;
    }

    long[] sizes() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** Returns the declaration of an input of exactly this shape. */
    Input exactly(String name) {
        return Input.of(name, type, sizes());
    }

    /** Returns the declaration of an input that takes these; its first axis of several varies. */
    Input input(String name) {
        long[] axes = sizes();
        if (axes.length > 1) {
            axes[0] = -1;
        }
        return Input.of(name, type, axes);
    }

    /**
     * Fails unless the other has the same type and shape, and numbers as near as {@code tolerance}
     * times one plus their size; whole numbers and truth values must be the same.
     */
    void assertNear(Numbers actual, double tolerance, String what) {
        assertEquals(type, actual.type, () -> what + ": type");
        assertEquals(shape, actual.shape, () -> what + ": shape");
        for (int i = 0; i < values.length; i++) {
            double allowed = type.isFloat() ? tolerance * (1 + Math.abs(values[i])) : 0;
            boolean near = Math.abs(values[i] - actual.values[i]) <= allowed;
            if (!near && Double.compare(values[i], actual.values[i]) != 0) {
                fail(
                        "%s: element %d of %s is %s, expected %s within %.1e"
                                .formatted(what, i, shape, actual.values[i], values[i], allowed));
            }
        }
    }
}
