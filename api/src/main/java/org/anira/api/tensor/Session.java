package org.anira.api.tensor;

import org.anira.api.BackendException;
import org.anira.api.Experimental;
import org.anira.api.PublicApi;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An opened backend on one device: it holds parameters, makes tensors and runs programs. Belongs to
 * the thread that opened it. Closing it frees everything.
 *
 * <p>Values of parameters pass as memory segments: float32 in native order, row-major, exactly
 * {@link Parameter#bytes} of them, at any alignment. A segment may lie on the heap, outside of it
 * or in a mapped file. Its contents are copied. It stays the caller's and may be freed once the
 * method has returned.
 */
@Experimental
@PublicApi(since = "0.1")
public interface Session extends AutoCloseable {

    /** Returns the library and the device that compute, for provenance. */
    Info info();

    /**
     * The library and the device that compute.
     *
     * @param library name and version of the native library, such as {@code PyTorch 2.7.1}
     * @param device such as {@code cpu} or {@code cuda:0 (NVIDIA …)}
     * @param threads number of threads of one operation on the CPU
     */
    record Info(String library, String device, int threads) {}

    /** Hears of work that takes long; called by the session's thread. */
    interface Listener {

        /** A listener that ignores everything. */
        Listener NONE =
                new Listener() {
                    @Override
                    public void progress(String work, int number, int total) {
                        // Nobody listens.
                    }

                    @Override
                    public void note(String text) {
                        // Nobody listens.
                    }

                    @Override
                    public boolean stops() {
                        return false;
                    }
                };

        /**
         * Part of some work begins.
         *
         * @param work what is done, such as {@code compiling}
         * @param number of the part, from 1
         * @param total number of parts
         */
        void progress(String work, int number, int total);

        /** Something is done otherwise than expected. @param text one line, without a full stop */
        void note(String text);

        /**
         * Returns whether the work is to end, with a {@link
         * java.util.concurrent.CancellationException}; asked a few times per second.
         */
        boolean stops();
    }

    /** Sets who hears of work that takes long; nobody at first. */
    default void listen(Listener listener) {}

    /**
     * Returns how programs will be differentiated, as far as that is known without trying: {@link
     * Executable#prepare} decides. A compiled form has no detail yet.
     */
    default Form form() {
        return Form.EAGER;
    }

    /** Opens a scope inside the innermost one. All tensors are made in a scope. */
    Scope scope();

    /** Returns the number of tensors alive, parameters and their slots included. */
    long liveTensors();

    /**
     * Returns whether {@link Ops#overwrite} writes in place, so that it costs the rows written. The
     * host then decodes sequences at different depths side by side, which writes few rows often.
     */
    default boolean overwritesInPlace() {
        return false;
    }

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
     * Defines a parameter with its initial values; its other slots are zero.
     *
     * @param values read, in whole
     * @throws org.anira.api.BackendException BKD-003 if the name is taken, SHP-001 if the segment
     *     has another size
     */
    void define(Parameter parameter, MemorySegment values);

    /** Returns the parameters in the order of their definition. */
    List<Parameter> parameters();

    /**
     * Copies the contents of a parameter's slot into a segment.
     *
     * @param into written, in whole
     * @throws org.anira.api.BackendException BKD-003 if there is no such parameter, SHP-001 if the
     *     segment has another size; BKD-002 for another slot than {@link Slot#VALUE} if the backend
     *     lacks {@link Capability#TRAINING}
     */
    void read(String parameter, Slot slot, MemorySegment into);

    /**
     * Replaces the contents of a parameter's slot.
     *
     * @param values read, in whole
     * @throws org.anira.api.BackendException as {@link #read}
     */
    void write(String parameter, Slot slot, MemorySegment values);

    /**
     * Compiles a program. Its parameters must be defined before it first runs.
     *
     * @param inputs the inputs it will be given, in order
     * @return the executable; close it, or the session will
     */
    Executable compile(Program program, List<Input> inputs);

    /**
     * Loads the program of a file that {@link Exporter#write} wrote. It has its own parameters,
     * which this session does not list.
     *
     * @param file the file; {@link Exporter#read} returns its inputs and outputs
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
     * can inspect them.
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

    /**
     * Starts to measure where the time goes, from zero. That costs some time itself, and changes no
     * number. The default does nothing.
     */
    default void startProfile() {}

    /**
     * Stops measuring.
     *
     * @return what was measured since {@link #startProfile}; empty if nothing was started, or if
     *     the backend does not measure, as the default
     */
    default Optional<Profile> stopProfile() {
        return Optional.empty();
    }

    /** Frees everything; closing twice does nothing. */
    @Override
    void close();
}
