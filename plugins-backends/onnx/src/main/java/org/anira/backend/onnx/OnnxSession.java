package org.anira.backend.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

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
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A session on ONNX Runtime: owns all tensors, and knows the innermost scope. */
final class OnnxSession implements Session {

    final ParameterStore parameters = new ParameterStore(this);

    /** Where new tensors go. */
    Region innermost;

    /** Number of tensors alive, without parameters. */
    long live;

    private final OrtEnvironment environment = Engine.load();
    private final Device device;
    private final int threads;
    private final int opset;
    private final Thread owner = Thread.currentThread();
    private final Region root = new Region(null);
    private final Set<OnnxExecutable> executables = new HashSet<>();
    private boolean closed;

    OnnxSession(Device device, int threads, int opset) {
        this.device = device;
        this.threads = threads;
        this.opset = opset;
        innermost = root;
    }

    @Override
    public Info info() {
        return new Info("ONNX Runtime " + Engine.version(), device.toString(), threads);
    }

    @Override
    public Scope scope() {
        requireUsable();
        return new OnnxScope(this);
    }

    @Override
    public long liveTensors() {
        return live + parameters.count();
    }

    // Tensors from arrays and back.

    @Override
    public Tensor tensor(float[] values, long... shape) {
        requireUsable();
        Shapes.requireCount(values.length, shape);
        FloatBuffer buffer = memory(values.length, Float.BYTES).asFloatBuffer();
        buffer.put(0, values);
        return made(
                DType.FLOAT32, checked(() -> OnnxTensor.createTensor(environment, buffer, shape)));
    }

    @Override
    public Tensor tensor(int[] values, long... shape) {
        requireUsable();
        Shapes.requireCount(values.length, shape);
        LongBuffer buffer = memory(values.length, Long.BYTES).asLongBuffer();
        for (int i = 0; i < values.length; i++) {
            buffer.put(i, values[i]);
        }
        return made(
                DType.INT64, checked(() -> OnnxTensor.createTensor(environment, buffer, shape)));
    }

    @Override
    public Tensor tensor(boolean[] values, long... shape) {
        requireUsable();
        Shapes.requireCount(values.length, shape);
        ByteBuffer buffer = memory(values.length, 1);
        for (int i = 0; i < values.length; i++) {
            buffer.put(i, (byte) (values[i] ? 1 : 0));
        }
        return made(
                DType.BOOL,
                checked(() ->
                        OnnxTensor.createTensor(environment, buffer, shape, OnnxJavaType.BOOL)));
    }

    /** Returns a float32 tensor over memory that outlives it; nobody frees the tensor yet. */
    OnnxTensor over(MemorySegment values, long[] shape) {
        FloatBuffer buffer = values.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
        return checked(() -> OnnxTensor.createTensor(environment, buffer, shape));
    }

    private static ByteBuffer memory(int count, int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, size))
                .order(ByteOrder.nativeOrder());
    }

    @FunctionalInterface
    private interface NativeCall<T> {
        T get() throws OrtException;
    }

    private static <T> T checked(NativeCall<T> call) {
        try {
            return call.get();
        } catch (OrtException e) {
            throw Engine.refused("SHP-001", "a tensor", e);
        }
    }

    @Override
    public float[] floats(Tensor tensor) {
        requireUsable();
        HeldTensor t = own(tensor);
        requireType(t, DType.FLOAT32);
        FloatBuffer buffer = t.value().getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    @Override
    public int[] integers(Tensor tensor) {
        requireUsable();
        HeldTensor t = own(tensor);
        requireType(t, DType.INT64);
        LongBuffer buffer = t.value().getLongBuffer();
        int[] values = new int[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.toIntExact(buffer.get(i));
        }
        return values;
    }

    @Override
    public boolean[] booleans(Tensor tensor) {
        requireUsable();
        HeldTensor t = own(tensor);
        requireType(t, DType.BOOL);
        ByteBuffer buffer = t.value().getByteBuffer();
        boolean[] values = new boolean[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffer.get(i) != 0;
        }
        return values;
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

    /** Drops what was made ready with the old values. */
    @Override
    public void write(String parameter, Slot slot, MemorySegment values) {
        requireUsable();
        executables.forEach(OnnxExecutable::reset);
        parameters.write(parameter, slot, values);
    }

    @Override
    public Tensor update(AdamW rule, long step) {
        throw lacks("TRAINING", "an update of the parameters");
    }

    @Override
    public void clearGradients() {
        throw lacks("TRAINING", "clearing gradients");
    }

    // Programs.

    @Override
    public Executable compile(Program program, List<Input> inputs) {
        requireUsable();
        return open(new OnnxExecutable(this, new TracedProgram(this, program, inputs, opset)));
    }

    @Override
    public Executable load(Path file) {
        requireUsable();
        return open(new OnnxExecutable(this, new ProgramFile(file)));
    }

    private OnnxExecutable open(OnnxExecutable executable) {
        executables.add(executable);
        return executable;
    }

    /** Forgets an executable that is closed. */
    void forget(OnnxExecutable executable) {
        executables.remove(executable);
    }

    /**
     * Returns options for a graph on this session's device; close them. Waiting threads sleep
     * rather than spin, which takes time from other work on shared cores.
     */
    OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setCPUArenaAllocator(false);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        device.require(options);
        return options;
    }

    OrtEnvironment environment() {
        return environment;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        requireThread();
        closed = true;
        List.copyOf(executables).forEach(OnnxExecutable::close);
        for (Region open = innermost; open != root; open = open.around()) {
            open.free();
        }
        root.free();
        parameters.free();
    }

    // For the session's tensors.

    /** Opens a region inside the innermost one. */
    Region enter() {
        innermost = new Region(innermost);
        return innermost;
    }

    /** Makes the region around this one, which must be the innermost, the innermost. */
    void leave(Region region) {
        innermost = region.around();
    }

    /** Wraps a tensor of ONNX Runtime, which the innermost region then owns. */
    HeldTensor made(DType type, OnnxTensor value) {
        HeldTensor tensor = new HeldTensor(this, type, value);
        live++;
        innermost.adopt(tensor);
        return tensor;
    }

    /** Returns a tensor as one of this session. */
    HeldTensor own(Tensor tensor) {
        if (tensor instanceof HeldTensor t && t.belongsTo(this)) {
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

    static BackendException misuse(String problem) {
        return new BackendException("BKD-004", "Backend 'onnx': " + problem);
    }

    static BackendException lacks(String capability, String needed) {
        return new BackendException(
                "BKD-002",
                "Backend 'onnx' has no capability %s, needed by %s.".formatted(capability, needed));
    }

    private static void requireType(HeldTensor tensor, DType type) {
        if (tensor.type() != type) {
            throw new BackendException(
                    "SHP-001",
                    "Backend 'onnx' was asked for the elements of %s as %s"
                            .formatted(tensor, type));
        }
    }
}
