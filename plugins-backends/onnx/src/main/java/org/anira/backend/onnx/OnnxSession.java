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
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.HeldTensor;
import org.anira.backend.floor.OpenExecutable;
import org.anira.backend.floor.Operation;
import org.anira.backend.floor.OwningSession;
import org.anira.backend.floor.Parameters;
import org.anira.backend.floor.Refusals;
import org.anira.backend.floor.ShapedTensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;

/** A session on ONNX Runtime, which computes in programs alone. */
final class OnnxSession extends OwningSession {

    /** The words of this backend's refusals. */
    static final Refusals REFUSALS = new Refusals("onnx");

    final ParameterStore parameters = new ParameterStore(this);

    private final OrtEnvironment environment = Engine.load();
    private final int threads;
    private final int opset;
    private final boolean cpuFallback;
    private final String profile;

    /**
     * Opens one.
     *
     * @param cpuFallback whether the CPU computes what the device does not take
     * @param profile how names of profiles begin; empty for none
     */
    OnnxSession(Device device, int threads, int opset, boolean cpuFallback, String profile) {
        super(REFUSALS, device, threads);
        this.threads = threads;
        this.opset = opset;
        this.cpuFallback = cpuFallback;
        this.profile = profile;
    }

    @Override
    protected String library() {
        return "ONNX Runtime " + Engine.version();
    }

    // Elements to tensors and back.

    @Override
    protected RuntimeTensor make(float[] values, long[] shape) {
        FloatBuffer buffer = memory(values.length, Float.BYTES).asFloatBuffer();
        buffer.put(0, values);
        return unowned(DType.FLOAT32, () -> OnnxTensor.createTensor(environment, buffer, shape));
    }

    @Override
    protected RuntimeTensor make(long[] values, long[] shape) {
        LongBuffer buffer = memory(values.length, Long.BYTES).asLongBuffer();
        buffer.put(0, values);
        return unowned(DType.INT64, () -> OnnxTensor.createTensor(environment, buffer, shape));
    }

    @Override
    protected RuntimeTensor make(byte[] values, long[] shape) {
        ByteBuffer buffer = memory(values.length, 1);
        buffer.put(0, values);
        return unowned(
                DType.BOOL,
                () -> OnnxTensor.createTensor(environment, buffer, shape, OnnxJavaType.BOOL));
    }

    private RuntimeTensor unowned(DType type, NativeCall<OnnxTensor> made) {
        return new RuntimeTensor(this, type, checked(made));
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

    /** Takes a result of ONNX Runtime, which the innermost region then owns. */
    RuntimeTensor made(DType type, OnnxTensor value) {
        return adopt(new RuntimeTensor(this, type, value));
    }

    @Override
    public RuntimeTensor own(Tensor tensor) {
        return (RuntimeTensor) super.own(tensor);
    }

    @Override
    protected float[] floats(HeldTensor tensor) {
        FloatBuffer buffer = own(tensor).value().getFloatBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    @Override
    protected long[] longs(HeldTensor tensor) {
        LongBuffer buffer = own(tensor).value().getLongBuffer();
        long[] values = new long[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    @Override
    protected byte[] bytes(HeldTensor tensor) {
        ByteBuffer buffer = own(tensor).value().getByteBuffer();
        byte[] values = new byte[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    // Operations, which belong into the bodies of programs.

    @Override
    public ShapedTensor compute(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        for (ShapedTensor operand : operands) {
            own(operand).requireAlive();
        }
        throw outside("%s of %s".formatted(operation, operands[0]));
    }

    @Override
    public ShapedTensor parameter(String name) {
        throw outside("parameter " + name);
    }

    @Override
    public ShapedTensor constant(float[] values, long... shape) {
        throw outside("a constant");
    }

    @Override
    public ShapedTensor scalar(double value) {
        throw outside("an operation with " + value);
    }

    @Override
    public ShapedTensor scalar(long value) {
        throw outside("an operation with " + value);
    }

    private static BackendException outside(String what) {
        return REFUSALS.misuse(
                ("%s was asked for outside of a program, which a backend that compiles cannot do."
                                + " Move it into the body of one.")
                        .formatted(what));
    }

    @Override
    public boolean fuses(Operation.Primitive operation, ShapedTensor... operands) {
        return true;
    }

    @Override
    public boolean hasBfloat16() {
        return false;
    }

    // Parameters.

    @Override
    protected Parameters<?> store() {
        return parameters;
    }

    /** Drops what was made ready with the old values. */
    @Override
    public void write(String parameter, Slot slot, MemorySegment values) {
        for (OpenExecutable executable : executables()) {
            ((OnnxExecutable) executable).reset();
        }
        super.write(parameter, slot, values);
    }

    @Override
    public Tensor update(AdamW rule, long step) {
        throw REFUSALS.lacks("TRAINING", "an update of the parameters");
    }

    @Override
    public void clearGradients() {
        throw REFUSALS.lacks("TRAINING", "clearing gradients");
    }

    // Programs.

    @Override
    public Executable compile(Program program, List<Input> inputs) {
        requireUsable();
        return opened(new OnnxExecutable(this, new TracedProgram(program, inputs, opset)));
    }

    @Override
    public Executable load(Path file) {
        requireUsable();
        return opened(new OnnxExecutable(this, new ProgramFile(file)));
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
        Engine.require(device(), cpuFallback, options);
        if (isProfiled()) {
            options.enableProfiling(profile);
        }
        return options;
    }

    /** Returns whether each graph leaves a profile. */
    boolean isProfiled() {
        return !profile.isEmpty();
    }

    OrtEnvironment environment() {
        return environment;
    }

    @Override
    protected void closeEngine() {
        // The environment is the process's.
    }
}
