package org.anira.backend.djl;

import ai.djl.pytorch.jni.JniUtils;

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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * A session on libtorch: owns all tensors, and knows the innermost scope and whether gradients are
 * recorded.
 */
final class DjlSession implements Session {

    /** Most scalars remembered; further ones are made anew each time. */
    private static final int MOST_SCALARS = 1024;

    /** Most elements of a tensor whose memory is copied at once. */
    private static final long PIECE = 1 << 20;

    /** A scalar that is made once. */
    private record Scalar(DType type, double value) {}

    final int[] deviceNumbers;
    final Kernels kernels;
    final ParameterStore parameters = new ParameterStore(this);

    /** Where new tensors go. */
    Region innermost;

    /** Whether the body that runs is being differentiated. */
    boolean recording;

    /** Number of tensors alive, without parameters and remembered scalars. */
    long live;

    private final Device device;
    private final int threads;
    private final Thread owner = Thread.currentThread();
    private final Region root = new Region(null);
    private final Map<Scalar, DjlTensor> scalars = new HashMap<>();
    private final Set<DjlExecutable> executables = new HashSet<>();
    private final long one;
    private boolean closed;

    DjlSession(Device device, int threads) {
        this.device = device;
        this.threads = threads;
        this.deviceNumbers = device.numbers();
        this.innermost = root;
        Library.enter(threads);
        kernels = new Kernels(deviceNumbers);
        one = Torch.full(new long[0], 1, Torch.FLOAT32, deviceNumbers);
    }

    @Override
    public Info info() {
        return new Info("PyTorch " + Library.version(), device.toString(), threads);
    }

    @Override
    public Scope scope() {
        requireUsable();
        return new DjlScope(this);
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
        return made(DType.FLOAT32, floats(values, shape));
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
        long made = Torch.empty(shape, Torch.BOOL, Device.CPU);
        if (values.length > 0) {
            Torch.bytes(made).put(bytes);
        }
        return made(DType.BOOL, toDevice(made, Torch.BOOL));
    }

    /** Makes an INT64 tensor from row-major values, which are copied. */
    DjlTensor tensor(long[] values, long... shape) {
        requireUsable();
        requireCount(values.length, shape);
        long made = Torch.empty(shape, Torch.INT64, Device.CPU);
        if (values.length > 0) {
            memory(made).asLongBuffer().put(values);
        }
        return made(DType.INT64, toDevice(made, Torch.INT64));
    }

    /** Returns the handle of a float32 tensor that no region owns. */
    long floats(float[] values, long[] shape) {
        return made(MemorySegment.ofArray(values), shape);
    }

    /** Returns the handle of a float32 tensor as above. @param values its bytes, copied */
    long made(MemorySegment values, long[] shape) {
        long made = Torch.empty(shape, Torch.FLOAT32, Device.CPU);
        eachPiece(made, values, (bytes, piece) -> bytes.copyFrom(piece));
        return toDevice(made, Torch.FLOAT32);
    }

    /**
     * Goes through a contiguous float32 tensor of the CPU, with a segment of the same size, piece
     * by piece: DJL shows at most 2³¹ − 1 bytes of a tensor at once.
     */
    private static void eachPiece(
            long tensor, MemorySegment segment, BiConsumer<MemorySegment, MemorySegment> action) {
        long elements = segment.byteSize() / Float.BYTES;
        if (elements == 0) {
            return;
        }
        if (elements <= PIECE) {
            action.accept(MemorySegment.ofBuffer(Torch.bytes(tensor)), segment);
            return;
        }
        long flat = Torch.RESHAPE.of(tensor, new long[] {elements});
        for (long from = 0; from < elements; from += PIECE) {
            long to = Math.min(from + PIECE, elements);
            long piece = Torch.slice(flat, 0, from, to);
            action.accept(
                    MemorySegment.ofBuffer(Torch.bytes(piece)),
                    segment.asSlice(from * Float.BYTES, (to - from) * Float.BYTES));
            Torch.DELETE.on(piece);
        }
        Torch.DELETE.on(flat);
    }

    /** Moves a new tensor from the CPU to the session's device. */
    private long toDevice(long made, int type) {
        if (device.isCpu()) {
            return made;
        }
        long there = Torch.to(made, type, deviceNumbers);
        Torch.DELETE.on(made);
        return there;
    }

    private static ByteBuffer memory(long tensor) {
        return Torch.bytes(tensor).order(ByteOrder.nativeOrder());
    }

    @Override
    public float[] floats(Tensor tensor) {
        requireUsable();
        DjlTensor t = own(tensor);
        requireType(t, DType.FLOAT32);
        return read(t.handle());
    }

    @Override
    public int[] integers(Tensor tensor) {
        requireUsable();
        DjlTensor t = own(tensor);
        requireType(t, DType.INT64);
        int[] values = new int[count(t.sizes())];
        if (values.length > 0) {
            long here = here(t.handle(), Torch.INT64);
            var numbers = memory(here).asLongBuffer();
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.toIntExact(numbers.get(i));
            }
            Torch.DELETE.on(here);
        }
        return values;
    }

    @Override
    public boolean[] booleans(Tensor tensor) {
        requireUsable();
        DjlTensor t = own(tensor);
        requireType(t, DType.BOOL);
        boolean[] values = new boolean[count(t.sizes())];
        if (values.length > 0) {
            long here = here(t.handle(), Torch.BOOL);
            ByteBuffer bytes = memory(here);
            for (int i = 0; i < values.length; i++) {
                values[i] = bytes.get(i) != 0;
            }
            Torch.DELETE.on(here);
        }
        return values;
    }

    /** Returns the elements of a native float32 tensor, row-major. */
    float[] read(long handle) {
        float[] values = new float[count(Torch.sizes(handle))];
        read(handle, MemorySegment.ofArray(values));
        return values;
    }

    /** Copies the elements of a native float32 tensor, row-major. */
    static void read(long handle, MemorySegment into) {
        long here = here(handle, Torch.FLOAT32);
        eachPiece(here, into, (bytes, piece) -> piece.copyFrom(bytes));
        Torch.DELETE.on(here);
    }

    /** Returns a contiguous form on the CPU, to be freed by the caller. */
    private static long here(long handle, int type) {
        long copy = Torch.to(handle, type, Device.CPU);
        long contiguous = Torch.CONTIGUOUS.of(copy);
        Torch.DELETE.on(copy);
        return contiguous;
    }

    /** Replaces the elements of a contiguous native float32 tensor in place. */
    void write(long handle, MemorySegment values, long[] shape) {
        if (device.isCpu()) {
            eachPiece(handle, values, (bytes, piece) -> bytes.copyFrom(piece));
            return;
        }
        long source = made(values, shape);
        Torch.DELETE.on(kernels.call("copy", new long[] {handle, source}));
        Torch.DELETE.on(source);
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
        return made(DType.FLOAT32, parameters.update(rule, step));
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
        DjlExecutable executable = new DjlExecutable(this, program, inputs);
        executables.add(executable);
        return executable;
    }

    /** Forgets an executable that is closed. */
    void forget(DjlExecutable executable) {
        executables.remove(executable);
    }

    /** Runs an action with gradients recorded. */
    void recordGradients(Runnable action) {
        recording = true;
        JniUtils.setGradMode(true);
        try {
            action.run();
        } finally {
            JniUtils.setGradMode(false);
            recording = false;
        }
    }

    /** Adds the gradient of a scalar to those of the parameters. */
    void backward(DjlTensor scalar) {
        Torch.backward(scalar.handle(), one);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        requireThread();
        closed = true;
        List.copyOf(executables).forEach(DjlExecutable::close);
        for (Region open = innermost; open != root; open = open.around()) {
            open.free();
        }
        root.free();
        scalars.values().forEach(DjlTensor::free);
        parameters.free();
        Torch.DELETE.on(one);
        kernels.close();
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
    DjlTensor made(DType type, long handle) {
        return made(type, handle, false);
    }

    /** Wraps a native tensor as above. @param shared whether its memory is that of a parameter */
    DjlTensor made(DType type, long handle, boolean shared) {
        DjlTensor tensor = new DjlTensor(this, type, handle, shared);
        live++;
        innermost.adopt(tensor);
        return tensor;
    }

    /** Returns a scalar of the session's device that need not be made anew each time. */
    DjlTensor constant(DType type, double value) {
        Scalar key = new Scalar(type, value);
        DjlTensor known = scalars.get(key);
        if (known != null) {
            return known;
        }
        long handle = Torch.full(new long[0], value, number(type), deviceNumbers);
        if (scalars.size() >= MOST_SCALARS) {
            return made(type, handle);
        }
        DjlTensor scalar = new DjlTensor(this, type, handle, false);
        scalars.put(key, scalar);
        return scalar;
    }

    /** Returns the handle of a scalar operand. */
    long scalar(DType type, double value) {
        return constant(type, value).handle();
    }

    /** Returns a tensor as one of this session. */
    DjlTensor own(Tensor tensor) {
        if (tensor instanceof DjlTensor t && t.belongsTo(this)) {
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
        return new BackendException("BKD-004", "Backend 'djl': " + problem);
    }

    static BackendException lacks(String capability, String needed) {
        return new BackendException(
                "BKD-002",
                "Backend 'djl' has no capability %s, needed by %s.".formatted(capability, needed));
    }

    /** What libtorch would not do, with the operands and its own first line. */
    static BackendException refused(String what, RuntimeException cause, DjlTensor... operands) {
        if (cause instanceof BackendException known) {
            return known;
        }
        String reason = Library.firstLine(cause);
        if (reason.contains("allocate memory") || reason.contains("out of memory")) {
            return new BackendException(
                    "BKD-005",
                    "Backend 'djl' ran out of memory in %s: %s.".formatted(what, reason),
                    cause);
        }
        String shapes =
                Arrays.stream(operands)
                        .map(DjlTensor::toString)
                        .collect(Collectors.joining(" and "));
        return new BackendException(
                "SHP-001",
                "Backend 'djl' was asked for %s of %s: %s".formatted(what, shapes, reason),
                cause);
    }

    /** Returns DJL's number of a type. */
    static int number(DType type) {
        return switch (type) {
            case FLOAT32 -> Torch.FLOAT32;
            case INT64 -> Torch.INT64;
            case BOOL -> Torch.BOOL;
            case BFLOAT16 -> throw lacks("BFLOAT16", "a bfloat16 tensor");
        };
    }

    private static void requireType(DjlTensor tensor, DType type) {
        if (tensor.type() != type) {
            throw new BackendException(
                    "SHP-001",
                    "Backend 'djl' was asked for the elements of %s as %s".formatted(tensor, type));
        }
    }

    private static void requireCount(int values, long[] shape) {
        long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (values != size || Arrays.stream(shape).anyMatch(n -> n < 0)) {
            throw new BackendException(
                    "SHP-001",
                    "A tensor of shape %s has %d elements, but %d values were given."
                            .formatted(Arrays.toString(shape), size, values));
        }
    }

    private static int count(long[] sizes) {
        return Math.toIntExact(Arrays.stream(sizes).reduce(1, Math::multiplyExact));
    }
}
