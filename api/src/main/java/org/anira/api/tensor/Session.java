package org.anira.api.tensor;

import org.anira.api.BackendException;

import java.nio.file.Path;
import java.util.List;

/**
 * An opened backend on one device: it holds parameters, makes tensors and runs programs. Belongs to
 * the thread that opened it. Closing it frees everything.
 */
public interface Session extends AutoCloseable {

    /** Returns what computes, for provenance. */
    Info info();

    /**
     * What computes.
     *
     * @param library name and version of the native library, such as {@code PyTorch 2.7.1}
     * @param device such as {@code cpu} or {@code cuda:0 (NVIDIA …)}
     * @param threads number of threads of one operation on the CPU
     */
    record Info(String library, String device, int threads) {}

    /** Opens a scope inside the innermost one. All tensors are made in a scope. */
    Scope scope();

    /** Returns the number of tensors alive, parameters and their slots included. */
    long liveTensors();

    /** Makes a float32 tensor from row-major values, which are copied. */
    Tensor tensor(float[] values, long... shape);

    /** Makes an INT64 tensor from row-major values, which are copied. */
    Tensor tensor(int[] values, long... shape);

    /** Makes a BOOL tensor from row-major values, which are copied. */
    Tensor tensor(boolean[] values, long... shape);

    /** Returns the elements of a floating-point tensor, row-major. */
    float[] floats(Tensor tensor);

    /** Returns the elements of an INT64 tensor, row-major; they must fit an {@code int}. */
    int[] integers(Tensor tensor);

    /** Returns the elements of a BOOL tensor, row-major. */
    boolean[] booleans(Tensor tensor);

    /**
     * Defines a parameter with its first values; its other slots are zero.
     *
     * @param values row-major, {@code parameter.size()} of them, copied
     * @throws org.anira.api.BackendException BKD-003 if the name is taken, SHP-001 if the number of
     *     values is wrong
     */
    void define(Parameter parameter, float[] values);

    /** Returns the parameters in the order of their definition. */
    List<Parameter> parameters();

    /**
     * Returns what a slot of a parameter holds, row-major.
     *
     * @throws org.anira.api.BackendException BKD-003 if there is no such parameter; BKD-002 for
     *     another slot than {@link Slot#VALUE} if the backend lacks {@link Capability#TRAINING}
     */
    float[] read(String parameter, Slot slot);

    /**
     * Replaces what a slot of a parameter holds.
     *
     * @throws org.anira.api.BackendException BKD-003 if there is no such parameter, SHP-001 if the
     *     number of values is wrong; BKD-002 as for {@link #read}
     */
    void write(String parameter, Slot slot, float[] values);

    /**
     * Makes a program ready. Its parameters must be defined before it first runs.
     *
     * @param inputs the inputs it will be given, in order
     * @return the executable; close it, or the session will
     */
    Executable compile(Program program, List<Input> inputs);

    /**
     * Makes the program of a file ready, as {@link Exporter#write} makes it. It has its own
     * parameters, which this session does not list.
     *
     * @param file whose inputs and outputs {@link Exporter#read} tells
     * @return the executable; close it, or the session will
     * @throws org.anira.api.DataException EXP-001 if there is no such file, or it cannot be run; a
     *     backend may find that when it first runs
     * @throws org.anira.api.BackendException BKD-002 if the backend lacks {@link Capability#EXPORT}
     */
    default Executable load(Path file) {
        throw new BackendException(
                "BKD-002",
                "The backend has no capability EXPORT, needed for the program in '%s'."
                        .formatted(file));
    }

    /**
     * Updates every parameter from its gradient, and sets the gradients to zero. If the norm of the
     * gradient is not finite, values, moments and gradients stay as they are, so that the caller
     * can tell where it went wrong.
     *
     * @param step the number of this update, from 1
     * @return the global norm of the gradient before clipping, a float32 scalar of the innermost
     *     open scope
     * @throws org.anira.api.BackendException BKD-002 if the backend lacks {@link
     *     Capability#TRAINING}
     */
    Tensor update(AdamW rule, long step);

    /**
     * Sets the gradients to zero.
     *
     * @throws org.anira.api.BackendException BKD-002 if the backend lacks {@link
     *     Capability#TRAINING}
     */
    void clearGradients();

    /** Frees everything; closing twice does nothing. */
    @Override
    void close();
}
