package org.anira.backend.torch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.anira.api.BackendException;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A session on libtorch: owns all tensors, and knows the innermost scope and whether gradients are
 * recorded.
 */
final class TorchSession implements Session {

    /** Most scalars remembered; further ones are made anew each time. */
    private static final int MOST_SCALARS = 1024;

    /** A scalar that is made once. */
    private record Scalar(DType type, double value) {}

    final Device device;
    final Torch torch = new Torch();
    final ParameterStore parameters = new ParameterStore(this);

    /** Where new tensors go. */
    Region innermost;

    /** Whether the body that runs is being differentiated. */
    boolean recording;

    /** Number of tensors alive, without parameters and what is remembered. */
    long live;

    private final int threads;
    private final Thread owner = Thread.currentThread();
    private final Region root = new Region(null);
    private final Map<Scalar, TorchTensor> scalars = new HashMap<>();
    private final Set<TorchExecutable> executables = new HashSet<>();

    /** 0, 1, … as far as was asked for. */
    private long range;

    private long rangeLength;
    private boolean closed;

    TorchSession(Device device, int threads) {
        this.device = device;
        this.threads = threads;
        this.innermost = root;
        Library.enter(threads);
    }

    @Override
    public Info info() {
        return new Info("PyTorch " + Library.version(), device.toString(), threads);
    }

    @Override
    public Scope scope() {
        requireUsable();
        return new TorchScope(this);
    }

    @Override
    public long liveTensors() {
        return live + parameters.slots();
    }

    // Tensors from arrays and back.

    @Override
    public Tensor tensor(float[] values, long... shape) {
        requireUsable();
        requireCount(values.length, shape);
        return made(DType.FLOAT32, shape.clone(), floats(values, shape));
    }

    @Override
    public Tensor tensor(int[] values, long... shape) {
        return tensor(Arrays.stream(values).asLongStream().toArray(), shape);
    }

    @Override
    public Tensor tensor(boolean[] values, long... shape) {
        requireUsable();
        requireCount(values.length, shape);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        long made = torch.empty(shape, Native.BOOL, Device.CPU);
        MemorySegment.copy(bytes, 0, torch.memory(made, bytes.length), JAVA_BYTE, 0, bytes.length);
        return made(DType.BOOL, shape.clone(), toDevice(made, shape, Native.BOOL));
    }

    /** Makes an INT64 tensor from row-major values, which are copied. */
    TorchTensor tensor(long[] values, long... shape) {
        requireUsable();
        requireCount(values.length, shape);
        return made(DType.INT64, shape.clone(), integers(values, shape));
    }

    /** Returns the handle of a float32 tensor that no region owns. */
    long floats(float[] values, long[] shape) {
        return made(MemorySegment.ofArray(values), shape);
    }

    /** Returns the handle of a float32 tensor as above. @param values its bytes, copied */
    long made(MemorySegment values, long[] shape) {
        long made = torch.empty(shape, Native.FLOAT32, Device.CPU);
        torch.memory(made, values.byteSize()).copyFrom(values);
        return toDevice(made, shape, Native.FLOAT32);
    }

    private long integers(long[] values, long[] shape) {
        long made = torch.empty(shape, Native.INT64, Device.CPU);
        long bytes = values.length * JAVA_LONG.byteSize();
        MemorySegment.copy(values, 0, torch.memory(made, bytes), JAVA_LONG, 0, values.length);
        return toDevice(made, shape, Native.INT64);
    }

    /** Moves a new tensor from the CPU to the session's device. */
    private long toDevice(long made, long[] shape, int type) {
        if (device.isCpu()) {
            return made;
        }
        long there = torch.empty(shape, type, device);
        torch.copy(made, there);
        Torch.delete(made);
        return there;
    }

    @Override
    public float[] floats(Tensor tensor) {
        requireUsable();
        TorchTensor t = own(tensor);
        if (!t.type().isFloat()) {
            throw notAs(t, "floating-point numbers");
        }
        return read(t.handle(), t.type(), t.sizes());
    }

    @Override
    public int[] integers(Tensor tensor) {
        requireUsable();
        TorchTensor t = own(tensor);
        if (t.type() != DType.INT64) {
            throw notAs(t, "INT64");
        }
        long[] numbers = new long[count(t.sizes())];
        long here = here(t.handle(), DType.INT64, Native.INT64, t.sizes());
        long bytes = numbers.length * JAVA_LONG.byteSize();
        MemorySegment.copy(torch.memory(here, bytes), JAVA_LONG, 0, numbers, 0, numbers.length);
        Torch.delete(here);
        return Arrays.stream(numbers).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public boolean[] booleans(Tensor tensor) {
        requireUsable();
        TorchTensor t = own(tensor);
        return t.truths().clone();
    }

    /** Returns the elements of a BOOL tensor, row-major. */
    boolean[] readBooleans(TorchTensor tensor) {
        if (tensor.type() != DType.BOOL) {
            throw notAs(tensor, "BOOL");
        }
        boolean[] values = new boolean[count(tensor.sizes())];
        long here = here(tensor.handle(), DType.BOOL, Native.BOOL, tensor.sizes());
        MemorySegment bytes = torch.memory(here, values.length);
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes.get(JAVA_BYTE, i) != 0;
        }
        Torch.delete(here);
        return values;
    }

    /** Returns the elements of a native floating-point tensor, row-major. */
    float[] read(long handle, DType type, long[] shape) {
        float[] values = new float[count(shape)];
        read(handle, type, shape, MemorySegment.ofArray(values));
        return values;
    }

    /** Copies the elements of a native floating-point tensor, row-major, as float32. */
    void read(long handle, DType type, long[] shape, MemorySegment into) {
        long here = here(handle, type, Native.FLOAT32, shape);
        into.copyFrom(torch.memory(here, into.byteSize()));
        Torch.delete(here);
    }

    /**
     * Returns a contiguous form on the CPU, to be deleted by the caller.
     *
     * @param wanted libtorch's number of the type it shall have
     */
    private long here(long handle, DType type, int wanted, long[] shape) {
        if (torch.numberOfElements(handle) != elements(shape)) {
            throw new IllegalStateException(
                    "a tensor of %d elements is taken for one of shape %s"
                            .formatted(torch.numberOfElements(handle), Arrays.toString(shape)));
        }
        if (device.isCpu() && number(type) == wanted && torch.isContiguous(handle)) {
            return torch.call(Operator.DETACH, handle);
        }
        long copy = torch.empty(shape, wanted, Device.CPU);
        torch.copy(handle, copy);
        return copy;
    }

    /** Replaces the elements of a contiguous native float32 tensor in place. */
    void write(long handle, MemorySegment values, long[] shape) {
        if (device.isCpu()) {
            torch.memory(handle, values.byteSize()).copyFrom(values);
            return;
        }
        long source = made(values, shape);
        torch.copy(source, handle);
        Torch.delete(source);
    }

    // Parameters.

    @Override
    public void define(Parameter parameter, MemorySegment values) {
        requireUsable();
        parameters.define(parameter, values);
    }

    @Override
    public List<Parameter> parameters() {
        return parameters.parameters();
    }

    @Override
    public void read(String parameter, Slot slot, MemorySegment into) {
        requireUsable();
        parameters.read(parameter, slot, into);
    }

    @Override
    public void write(String parameter, Slot slot, MemorySegment values) {
        requireUsable();
        parameters.write(parameter, slot, values);
    }

    @Override
    public Tensor update(AdamW rule, long step) {
        requireUsable();
        return made(DType.FLOAT32, new long[0], parameters.update(rule, step));
    }

    @Override
    public void clearGradients() {
        requireUsable();
        parameters.clearGradients();
    }

    // Programs.

    @Override
    public Executable compile(Program program, List<Input> inputs) {
        requireUsable();
        TorchExecutable executable = new TorchExecutable(this, program, inputs);
        executables.add(executable);
        return executable;
    }

    /** Forgets an executable that is closed. */
    void forget(TorchExecutable executable) {
        executables.remove(executable);
    }

    /** Runs an action with gradients recorded. */
    void recordGradients(Runnable action) {
        recording = true;
        Native.record(true);
        try {
            action.run();
        } finally {
            Native.record(false);
            recording = false;
        }
    }

    /** Adds the gradient of a scalar to those of the parameters, and frees the history. */
    void backward(TorchTensor scalar) {
        long loss = scalar.handle();
        torch.arguments().tensor(loss).tensors().none().none().truth(false).run(Operator.BACKWARD);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        requireThread();
        closed = true;
        List.copyOf(executables).forEach(TorchExecutable::close);
        for (Region open = innermost; open != root; open = open.around()) {
            open.free();
        }
        root.free();
        scalars.values().forEach(TorchTensor::free);
        if (rangeLength > 0) {
            Torch.delete(range);
        }
        parameters.free();
        torch.close();
        Library.leave();
    }

    // For the session's tensors.

    /** Opens a region inside the innermost one. */
    Region enter() {
        innermost = new Region(innermost);
        return innermost;
    }

    /**
     * Makes the region around this one, which must be the innermost, the innermost; frees nothing.
     */
    void leave(Region region) {
        innermost = region.around();
    }

    /** Wraps a native tensor, which the innermost region then owns. */
    TorchTensor made(DType type, long[] sizes, long handle) {
        return made(type, sizes, handle, false);
    }

    /** Wraps a native tensor as above. @param shared whether its memory is that of a parameter */
    TorchTensor made(DType type, long[] sizes, long handle, boolean shared) {
        TorchTensor tensor = new TorchTensor(this, type, sizes, handle, shared);
        live++;
        innermost.adopt(tensor);
        return tensor;
    }

    /** Returns a scalar of the session's device that need not be made anew each time. */
    TorchTensor constant(DType type, double value) {
        Scalar key = new Scalar(type, value);
        TorchTensor known = scalars.get(key);
        if (known != null) {
            return known;
        }
        long[] shape = new long[0];
        long handle =
                type == DType.INT64
                        ? integers(new long[] {(long) value}, shape)
                        : floats(new float[] {(float) value}, shape);
        if (scalars.size() >= MOST_SCALARS) {
            return made(type, shape, handle);
        }
        TorchTensor scalar = new TorchTensor(this, type, shape, handle, false);
        scalars.put(key, scalar);
        return scalar;
    }

    /** Returns 0, 1, … n − 1. */
    TorchTensor range(long n) {
        if (n > rangeLength) {
            long[] numbers = new long[Math.toIntExact(n)];
            Arrays.setAll(numbers, i -> i);
            if (rangeLength > 0) {
                Torch.delete(range);
            }
            range = integers(numbers, new long[] {n});
            rangeLength = n;
        }
        return made(
                DType.INT64,
                new long[] {n},
                n == 0
                        ? torch.zeros(new long[] {0}, Native.INT64, device)
                        : torch.narrow(range, 0, 0, n));
    }

    /** Returns a tensor as one of this session. */
    TorchTensor own(Tensor tensor) {
        if (tensor instanceof TorchTensor t && t.belongsTo(this)) {
            return t;
        }
        throw misuse(
                "a tensor of another session or backend was used (%s). Copy its values with Session.tensor."
                        .formatted(tensor.getClass().getSimpleName()));
    }

    /** Throws if the session is closed or the calling thread is another one. */
    void requireUsable() {
        if (closed) {
            throw misuse("the session is closed. Open another.");
        }
        requireThread();
    }

    /** Returns whether the session is closed. */
    boolean isClosed() {
        return closed;
    }

    /** Throws if the calling thread is another than the session's. */
    void requireThread() {
        if (Thread.currentThread() != owner) {
            throw misuse(
                    "the session belongs to thread '%s', but thread '%s' used it. Open one per thread."
                            .formatted(owner.getName(), Thread.currentThread().getName()));
        }
    }

    BackendException misuse(String problem) {
        return new BackendException("BKD-004", "Backend 'torch': " + problem);
    }

    /** Returns libtorch's number of a type. */
    static int number(DType type) {
        return switch (type) {
            case FLOAT32 -> Native.FLOAT32;
            case BFLOAT16 -> Native.BFLOAT16;
            case INT64 -> Native.INT64;
            case BOOL -> Native.BOOL;
        };
    }

    private static BackendException notAs(TorchTensor tensor, String wanted) {
        return new BackendException(
                "SHP-001",
                "Backend 'torch' was asked for the elements of %s as %s".formatted(tensor, wanted));
    }

    private static void requireCount(int values, long[] shape) {
        long size = elements(shape);
        if (values != size || Arrays.stream(shape).anyMatch(n -> n < 0)) {
            throw new BackendException(
                    "SHP-001",
                    "A tensor of shape %s has %d elements, but %d values were given."
                            .formatted(Arrays.toString(shape), size, values));
        }
    }

    private static int count(long[] sizes) {
        return Math.toIntExact(elements(sizes));
    }

    private static long elements(long[] sizes) {
        return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    }
}
