package org.anira.backend.floor;

import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A session that computes at once, with a native library that records gradients where it is told
 * to. Native tensors pass as handles; one that is returned is the caller's to delete.
 */
public abstract class EagerSession extends OwningSession {

    /** Most scalars remembered; further ones are made anew each time. */
    private static final int MOST_SCALARS = 1024;

    /** A scalar that is made once. */
    private record Scalar(DType type, long bits) {}

    private final Map<Scalar, EagerTensor> scalars = new HashMap<>();
    private boolean recording;

    /** Opens one on the calling thread. */
    protected EagerSession(Refusals refusals) {
        super(refusals);
    }

    /** Deletes a native tensor. */
    protected abstract void delete(long handle);

    /** Returns a native tensor without history, in memory of no parameter. */
    protected abstract long detached(EagerTensor tensor);

    /** Switches whether the library records gradients. */
    protected abstract void record(boolean gradients);

    /** Adds the gradient of a scalar to those of the parameters, and frees the history. */
    protected abstract void backward(EagerTensor scalar);

    /** Returns the tensor of a parameter, BKD-003 if there is none. */
    protected abstract EagerTensor parameter(String name);

    /**
     * Updates every parameter and clears the gradients, as {@link
     * org.anira.api.tensor.Session#update} says. Returns the gradients' norm, a float32 scalar.
     */
    protected abstract long updated(AdamW rule, long step);

    @Override
    public final Executable compile(Program program, List<Input> inputs) {
        requireUsable();
        return opened(new EagerExecutable(this, program, inputs));
    }

    @Override
    public final Tensor update(AdamW rule, long step) {
        requireUsable();
        return made(DType.FLOAT32, Shapes.scalar(), updated(rule, step));
    }

    /** Returns whether the body that runs is being differentiated. */
    public final boolean isRecording() {
        return recording;
    }

    /** Runs an action with gradients recorded. */
    public final void recordGradients(Runnable action) {
        recording = true;
        record(true);
        try {
            action.run();
        } finally {
            record(false);
            recording = false;
        }
    }

    @Override
    public final EagerTensor compute(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        EagerTensor first = (EagerTensor) operands[0];
        if (operation == Operation.Plain.DETACH && !recording) {
            return first;
        }
        long result = result(operation, type, sizes, operands);
        boolean shared = operation.isView() && first.isShared();
        return adopt(new EagerTensor(this, type, sizes, result, shared));
    }

    /** Computes an operation as {@link Interpreter#compute} says. Returns a new native tensor. */
    protected abstract long result(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands);

    /** Wraps a native tensor in memory of no parameter, which the innermost region then owns. */
    public final EagerTensor made(DType type, long[] sizes, long handle) {
        return adopt(new EagerTensor(this, type, sizes, handle, false));
    }

    @Override
    public final EagerTensor own(Tensor tensor) {
        return (EagerTensor) super.own(tensor);
    }

    @Override
    public final EagerTensor scalar(double value) {
        Scalar key = new Scalar(DType.FLOAT32, Double.doubleToLongBits(value));
        EagerTensor known = scalars.get(key);
        return known != null
                ? known
                : remembered(key, make(new float[] {(float) value}, Shapes.scalar()));
    }

    @Override
    public final EagerTensor scalar(long value) {
        Scalar key = new Scalar(DType.INT64, value);
        EagerTensor known = scalars.get(key);
        return known != null ? known : remembered(key, make(new long[] {value}, Shapes.scalar()));
    }

    private EagerTensor remembered(Scalar key, EagerTensor made) {
        if (scalars.size() >= MOST_SCALARS) {
            return adopt(made);
        }
        scalars.put(key, made);
        return made;
    }

    @Override
    protected abstract EagerTensor make(float[] values, long[] shape);

    @Override
    protected abstract EagerTensor make(long[] values, long[] shape);

    /** Frees the library's part of the session. */
    protected abstract void closeLibrary();

    @Override
    protected final void closeEngine() {
        scalars.values().forEach(EagerTensor::free);
        closeLibrary();
    }
}
