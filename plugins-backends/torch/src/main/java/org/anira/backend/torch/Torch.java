package org.anira.backend.torch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.anira.backend.floor.Device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * libtorch, as one thread calls it. Arguments and results of operators are passed in slots of 64
 * bits, which are used again and again: a call begins with {@link #arguments}, goes on with each
 * argument in order, and ends with {@link #call} or {@link #run}. What can fail on this side (is a
 * tensor still alive?) comes before {@link #arguments}.
 *
 * <p>Handles of tensors are not taken over; those returned are the caller's to delete. Failures are
 * BackendExceptions BKD-005 or SHP-001.
 */
final class Torch implements AutoCloseable {

    /** More than any operator has. */
    private static final int SLOTS = 24;

    /** More than any tensor has. */
    private static final int AXES = 32;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment slots = arena.allocate(JAVA_LONG, SLOTS);
    private final MemorySegment result = arena.allocate(JAVA_LONG);
    private final MemorySegment sizes = arena.allocate(JAVA_LONG, AXES);
    private final MemorySegment strides = arena.allocate(JAVA_LONG, AXES);
    private final long out = result.address();
    private int filled;

    // Operators.

    /** Begins the arguments of an operator. */
    Torch arguments() {
        filled = 0;
        return this;
    }

    /** Adds an integer, or a type by its number. */
    Torch integer(long value) {
        slots.setAtIndex(JAVA_LONG, filled++, value);
        return this;
    }

    /** Adds a float64 number. */
    Torch number(double value) {
        return integer(Double.doubleToRawLongBits(value));
    }

    /** Adds a truth value. */
    Torch truth(boolean value) {
        return integer(value ? 1 : 0);
    }

    /** Adds the absence of an optional argument. */
    Torch none() {
        return integer(0);
    }

    /** Adds a tensor. */
    Torch tensor(long handle) {
        return integer(handle(handle));
    }

    /** Adds a list of tensors. */
    Torch tensors(long... handles) {
        long list = list(handles.length);
        for (long handle : handles) {
            append(list, handle(handle));
        }
        return integer(list);
    }

    /** Adds a list of integers. */
    Torch integers(long... values) {
        long list = list(values.length);
        for (long value : values) {
            append(list, value);
        }
        return integer(list);
    }

    /** Says that the last argument is optional, and present. */
    Torch optional() {
        try {
            long memory = (long) Native.NEW.invokeExact(JAVA_LONG.byteSize());
            Native.MEMORY.set(JAVA_LONG, memory, slots.getAtIndex(JAVA_LONG, filled - 1));
            slots.setAtIndex(JAVA_LONG, filled - 1, memory);
            return this;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Calls an operator that gives a tensor, or a list that is an argument of another one. */
    long call(Operator operator) {
        run(operator);
        return slots.get(JAVA_LONG, 0);
    }

    /** Calls an operator that gives nothing. */
    void run(Operator operator) {
        try {
            Native.check(
                    (int)
                            Native.CALL.invokeExact(
                                    operator.address,
                                    operator.overload,
                                    slots.address(),
                                    Native.VERSION),
                    operator.toString());
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Calls an operator of one tensor. */
    long call(Operator operator, long x) {
        return arguments().tensor(x).call(operator);
    }

    /** Calls an operator of two tensors. */
    long call(Operator operator, long x, long y) {
        return arguments().tensor(x).tensor(y).call(operator);
    }

    /** Returns another handle of the same tensor. */
    long handle(long handle) {
        try {
            Native.check((int) Native.NEW_HANDLE.invokeExact(handle, out), "a tensor");
            return result.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    private long list(int size) {
        try {
            Native.check((int) Native.NEW_LIST.invokeExact((long) size, out), "a list");
            return result.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    private static void append(long list, long value) {
        try {
            Native.check((int) Native.APPEND.invokeExact(list, value), "a list");
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    // Operators with a function of their own: there is no slot for a number of any type.

    /** Returns x − factor · y, of floating-point tensors. */
    long subtract(long x, long y, double factor) {
        try {
            Native.check((int) Native.SUBTRACT.invokeExact(x, y, factor, out), "subtract");
            return result.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns the largest elements along an axis. */
    long max(long x, long axis) {
        try {
            sizes.set(JAVA_LONG, 0, axis);
            Native.check((int) Native.AMAX.invokeExact(x, sizes.address(), 1L, 0, out), "max");
            return result.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns a view of a part of an axis. */
    long narrow(long x, long axis, long from, long length) {
        try {
            Native.check((int) Native.NARROW.invokeExact(x, axis, from, length, out), "slice");
            return result.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    // Tensors.

    /** Returns a contiguous tensor with arbitrary elements. */
    long empty(long[] shape, int type, Device device) {
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            sizes.setAtIndex(JAVA_LONG, axis, shape[axis]);
            strides.setAtIndex(JAVA_LONG, axis, stride);
            stride *= Math.max(1, shape[axis]);
        }
        try {
            Native.check(
                    (int)
                            Native.EMPTY.invokeExact(
                                    (long) shape.length,
                                    sizes.address(),
                                    strides.address(),
                                    type,
                                    device.isCpu() ? Native.CPU : Native.CUDA,
                                    Math.max(0, device.index()),
                                    out),
                    "a tensor");
            return result.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns a contiguous tensor of zeros. */
    long zeros(long[] shape, int type, Device device) {
        long made = empty(shape, type, device);
        try {
            Native.check((int) Native.FILL_WITH_ZEROS.invokeExact(made), "zeros");
            return made;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns a copy in memory of its own. */
    long copy(long x) {
        try {
            Native.check((int) Native.CLONE.invokeExact(x, out), "a copy");
            return result.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Replaces the elements of a tensor by those of another, on whatever device each is. */
    void copy(long from, long to) {
        try {
            Native.check((int) Native.COPY.invokeExact(to, from, 0), "a copy");
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns the elements of a contiguous tensor of the CPU; valid while the tensor lives. */
    MemorySegment memory(long x, long bytes) {
        try {
            Native.check((int) Native.DATA.invokeExact(x, out), "the elements");
            return Native.MEMORY.asSlice(result.get(JAVA_LONG, 0), bytes);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns the number of elements. */
    long numberOfElements(long x) {
        try {
            Native.check(
                    (int) Native.NUMBER_OF_ELEMENTS.invokeExact(x, out), "the number of elements");
            return result.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns the sizes of the axes. */
    long[] sizes(long x) {
        try {
            Native.check((int) Native.AXES.invokeExact(x, out), "the number of axes");
            long[] found = new long[(int) result.get(JAVA_LONG, 0)];
            Native.check((int) Native.SIZES.invokeExact(x, out), "the sizes");
            long at = result.get(JAVA_LONG, 0);
            for (int axis = 0; axis < found.length; axis++) {
                found[axis] = Native.MEMORY.get(JAVA_LONG, at + axis * JAVA_LONG.byteSize());
            }
            return found;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns whether the elements lie row-major and without gaps. */
    boolean isContiguous(long x) {
        try {
            Native.check((int) Native.IS_CONTIGUOUS.invokeExact(x, out), "the layout");
            return result.get(JAVA_BYTE, 0) != 0;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Deletes a handle. */
    static void delete(long handle) {
        try {
            Native.check((int) Native.DELETE.invokeExact(handle), "the end of a tensor");
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    // Gradients.

    /** Makes a tensor a leaf that collects a gradient. */
    static void requireGradient(long leaf) {
        try {
            Native.check((int) Native.REQUIRE_GRADIENT.invokeExact(leaf, true), "gradients");
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /**
     * Returns the handle of a leaf's gradient, which belongs to the leaf and lives as long; it is
     * of no tensor while there is no gradient.
     */
    static long gradient(long leaf) {
        try {
            // A handle points to a pointer to the tensor.
            return (long) Native.GRADIENT.invokeExact(Native.MEMORY.get(JAVA_LONG, leaf));
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns whether a handle is of a tensor. */
    boolean isDefined(long handle) {
        try {
            Native.check((int) Native.IS_DEFINED.invokeExact(handle, out), "a gradient");
            return result.get(JAVA_BYTE, 0) != 0;
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Returns a handle of no tensor. */
    long undefined() {
        try {
            Native.check((int) Native.UNDEFINED.invokeExact(out), "no gradient");
            return result.get(JAVA_LONG, 0);
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    /** Makes the handle {@code to} one of the tensor of {@code from}. */
    static void assign(long from, long to) {
        try {
            Native.check((int) Native.ASSIGN.invokeExact(from, to), "a gradient");
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
