package org.anira.backend.floor;

import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Profile;
import org.anira.api.tensor.Profile.Category;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * A session that computes at once, with a native library that records gradients on request. Native
 * tensors are passed as handles. The caller must delete a handle that is returned.
 */
public abstract class EagerSession extends OwningSession {

    /** The largest number of scalars cached; further ones are made each time. */
    private static final int MOST_SCALARS = 1024;

    /** The key of a cached scalar. */
    private record Scalar(DType type, long bits) {}

    private final Map<Scalar, EagerTensor> scalars = new HashMap<>();
    private final Profiler profiler = new Profiler();
    private boolean recording;

    /** Opens one on the calling thread. */
    protected EagerSession(Refusals refusals, Device device, int threads) {
        super(refusals, device, threads);
    }

    /** Returns the operations of the library. */
    protected abstract EagerOperations operations();

    /** Deletes a native tensor. */
    protected abstract void delete(long handle);

    /** Returns a native tensor without history, which shares no memory with a parameter. */
    protected abstract long detached(EagerTensor tensor);

    /** Switches whether the library records gradients. */
    protected abstract void record(boolean gradients);

    /** Adds the gradient of a scalar to those of the parameters, and frees the history. */
    protected abstract void backward(EagerTensor scalar);

    /**
     * Returns a new native tensor.
     *
     * @param values its elements in native order, row-major, which are copied
     */
    protected abstract long copied(DType type, MemorySegment values, long[] shape);

    /**
     * Copies the elements of a native tensor, row-major.
     *
     * @param type of the tensor
     * @param as the type to convert them to
     */
    protected abstract void read(
            long handle, DType type, long[] shape, DType as, MemorySegment into);

    /** Replaces the elements of a contiguous native float32 tensor in the CPU's memory. */
    protected abstract void overwrite(long handle, long[] shape, MemorySegment values);

    /** Replaces the elements of a native tensor by those of another. */
    protected abstract void assign(long to, long from);

    /** Returns a native tensor of zeros. */
    protected abstract long zeros(DType type, long[] shape);

    @Override
    protected abstract EagerParameters store();

    /** Copies the elements of a native float32 tensor, row-major. */
    public final void read(long handle, long[] shape, MemorySegment into) {
        read(handle, DType.FLOAT32, shape, DType.FLOAT32, into);
    }

    /** Replaces the elements of a contiguous native float32 tensor in place. */
    final void write(long handle, long[] shape, MemorySegment values) {
        if (device().isCpu()) {
            overwrite(handle, shape, values);
            return;
        }
        long source = copied(DType.FLOAT32, values, shape);
        assign(handle, source);
        delete(source);
    }

    /** Returns the number in a native float32 scalar. */
    public final float number(long handle) {
        float[] value = new float[1];
        read(handle, Shapes.scalar(), MemorySegment.ofArray(value));
        return value[0];
    }

    @Override
    public final EagerTensor parameter(String name) {
        return store().entry(name).value();
    }

    @Override
    public final EagerTensor constant(float[] values, long... shape) {
        return adopt(make(values, shape.clone()));
    }

    @Override
    public final Executable compile(Program program, List<Input> inputs) {
        requireUsable();
        return opened(executable(program, inputs));
    }

    /** Makes an executable of a program. */
    protected OpenExecutable executable(Program program, List<Input> inputs) {
        return new EagerExecutable(this, program, inputs);
    }

    @Override
    public final Tensor update(AdamW rule, long step) {
        requireUsable();
        long begun = profiler.begin();
        long norm = store().update(rule, step);
        profiler.end(begun, Category.OPTIMIZER, "adamW");
        return made(DType.FLOAT32, Shapes.scalar(), norm);
    }

    @Override
    public final void clearGradients() {
        requireUsable();
        store().clearGradients();
    }

    /** Returns what measures this session's work. */
    public final Profiler profiler() {
        return profiler;
    }

    @Override
    public final void startProfile() {
        requireUsable();
        profiler.start();
    }

    @Override
    public final Optional<Profile> stopProfile() {
        requireUsable();
        return profiler.stop();
    }

    /** Adds the gradient of a scalar to those of the parameters, and frees the history. */
    final void differentiate(EagerTensor scalar) {
        long begun = profiler.begin();
        backward(scalar);
        profiler.end(begun, Category.BACKWARD, "backward");
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
        long begun = profiler.begin();
        long result = operations().result(operation, type, sizes, operands);
        profiler.end(begun, operation);
        boolean shared =
                operation instanceof Operation.Indices || operation.isView() && first.isShared();
        return adopt(new EagerTensor(this, type, sizes, result, shared));
    }

    @Override
    public final boolean fuses(Operation.Primitive operation, ShapedTensor... operands) {
        // A single row may stand for no active token, and must not be written then.
        if (operation == Operation.Plain.PUT_ROWS) {
            return operands[2].size(0) > 1;
        }
        // A gradient may need what would be written over, and shared memory is not given up.
        if (operation == Operation.Plain.OVERWRITE) {
            return !recording && !((EagerTensor) operands[0]).isShared();
        }
        return operations().fuses(operation, operands);
    }

    @Override
    public final boolean overwritesInPlace() {
        return true;
    }

    @Override
    public final boolean hasBfloat16() {
        return operations().hasBfloat16();
    }

    /**
     * Wraps a native tensor that shares no memory with a parameter; the innermost region then owns
     * it.
     */
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

    // Elements to tensors and back.

    @Override
    protected final EagerTensor make(float[] values, long[] shape) {
        return make(DType.FLOAT32, MemorySegment.ofArray(values), shape);
    }

    @Override
    protected final EagerTensor make(long[] values, long[] shape) {
        return make(DType.INT64, MemorySegment.ofArray(values), shape);
    }

    @Override
    protected final EagerTensor make(byte[] values, long[] shape) {
        return make(DType.BOOL, MemorySegment.ofArray(values), shape);
    }

    private EagerTensor make(DType type, MemorySegment values, long[] shape) {
        long begun = profiler.begin();
        long handle = copied(type, values, shape);
        profiler.end(begun, Category.TRANSFER, "from Java");
        return new EagerTensor(this, type, shape, handle, false);
    }

    @Override
    protected final float[] floats(HeldTensor tensor) {
        float[] values = new float[count(tensor)];
        read(tensor, DType.FLOAT32, MemorySegment.ofArray(values));
        return values;
    }

    @Override
    protected final long[] longs(HeldTensor tensor) {
        long[] values = new long[count(tensor)];
        read(tensor, DType.INT64, MemorySegment.ofArray(values));
        return values;
    }

    @Override
    protected final byte[] bytes(HeldTensor tensor) {
        byte[] values = new byte[count(tensor)];
        read(tensor, DType.BOOL, MemorySegment.ofArray(values));
        return values;
    }

    private static int count(HeldTensor tensor) {
        return Math.toIntExact(Shapes.elements(tensor.sizes()));
    }

    private void read(HeldTensor tensor, DType as, MemorySegment into) {
        long begun = profiler.begin();
        read(own(tensor).handle(), tensor.type(), tensor.sizes(), as, into);
        profiler.end(begun, Category.TRANSFER, "to Java");
    }

    /** Applies {@code next} to a native tensor, and deletes the tensor. */
    public final long passing(long handle, LongUnaryOperator next) {
        try {
            return next.applyAsLong(handle);
        } finally {
            delete(handle);
        }
    }

    /** Frees the library's part of the session. */
    protected abstract void closeLibrary();

    @Override
    protected final void closeEngine() {
        scalars.values().forEach(EagerTensor::free);
        closeLibrary();
    }
}
