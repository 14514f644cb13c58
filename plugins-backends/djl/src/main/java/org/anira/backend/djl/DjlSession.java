package org.anira.backend.djl;

import ai.djl.pytorch.jni.JniUtils;

import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.EagerSession;
import org.anira.backend.floor.EagerTensor;
import org.anira.backend.floor.HeldTensor;
import org.anira.backend.floor.Operation;
import org.anira.backend.floor.Parameters;
import org.anira.backend.floor.Refusals;
import org.anira.backend.floor.ShapedTensor;
import org.anira.backend.floor.Shapes;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.BiConsumer;

/** A session on libtorch: what lies in its memory, and how it comes there and back. */
final class DjlSession extends EagerSession {

    /** Most elements of a tensor whose memory is copied at once. */
    private static final long PIECE = 1 << 20;

    final int[] deviceNumbers;
    final Kernels kernels;

    private final ParameterStore parameters = new ParameterStore(this);
    private final DjlOperations operations = new DjlOperations(this);
    private final Device device;
    private final int threads;
    private final long one;

    DjlSession(Device device, int threads) {
        super(Library.REFUSALS);
        this.device = device;
        this.threads = threads;
        deviceNumbers = Torch.numbers(device);
        Library.enter(threads);
        kernels = new Kernels(deviceNumbers);
        one = Torch.full(new long[0], 1, Torch.FLOAT32, deviceNumbers);
    }

    @Override
    public Info info() {
        return new Info("PyTorch " + Library.version(), device.toString(), threads);
    }

    // Operations.

    @Override
    protected long result(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        try {
            return operations.result(operation, type, sizes, operands);
        } catch (RuntimeException e) {
            throw refused(operation, e, operands);
        }
    }

    /** Returns what libtorch would not do, in its own words. */
    private RuntimeException refused(Object what, RuntimeException cause, Tensor... operands) {
        return refusals().refused(what, Refusals.firstLine(cause), cause, operands);
    }

    @Override
    public boolean fuses(Operation.Primitive operation, ShapedTensor... operands) {
        return DjlOperations.fuses(operation, operands);
    }

    @Override
    public boolean hasBfloat16() {
        return false;
    }

    // Elements to tensors and back.

    @Override
    protected EagerTensor make(float[] values, long[] shape) {
        return unowned(DType.FLOAT32, shape, floats(MemorySegment.ofArray(values), shape));
    }

    @Override
    protected EagerTensor make(long[] values, long[] shape) {
        long made = Torch.empty(shape, Torch.INT64, Torch.CPU);
        if (values.length > 0) {
            memory(made).asLongBuffer().put(values);
        }
        return unowned(DType.INT64, shape, toDevice(made, Torch.INT64));
    }

    @Override
    protected EagerTensor make(byte[] values, long[] shape) {
        long made = Torch.empty(shape, Torch.BOOL, Torch.CPU);
        if (values.length > 0) {
            memory(made).put(values);
        }
        return unowned(DType.BOOL, shape, toDevice(made, Torch.BOOL));
    }

    private EagerTensor unowned(DType type, long[] shape, long handle) {
        return new EagerTensor(this, type, shape, handle, false);
    }

    /** Returns the handle of a float32 tensor. @param values its bytes, copied */
    long floats(MemorySegment values, long[] shape) {
        long made = Torch.empty(shape, Torch.FLOAT32, Torch.CPU);
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
    protected float[] floats(HeldTensor tensor) {
        float[] values = new float[count(tensor)];
        read(own(tensor).handle(), MemorySegment.ofArray(values));
        return values;
    }

    @Override
    protected long[] longs(HeldTensor tensor) {
        long[] values = new long[count(tensor)];
        if (values.length > 0) {
            long copy = contiguousOnCpu(own(tensor).handle(), Torch.INT64);
            memory(copy).asLongBuffer().get(values);
            Torch.DELETE.on(copy);
        }
        return values;
    }

    @Override
    protected byte[] bytes(HeldTensor tensor) {
        byte[] values = new byte[count(tensor)];
        if (values.length > 0) {
            long copy = contiguousOnCpu(own(tensor).handle(), Torch.BOOL);
            memory(copy).get(values);
            Torch.DELETE.on(copy);
        }
        return values;
    }

    private static int count(HeldTensor tensor) {
        return Math.toIntExact(Shapes.elements(tensor.sizes()));
    }

    /** Copies the elements of a native float32 tensor, row-major. */
    static void read(long handle, MemorySegment into) {
        long copy = contiguousOnCpu(handle, Torch.FLOAT32);
        eachPiece(copy, into, (bytes, piece) -> piece.copyFrom(bytes));
        Torch.DELETE.on(copy);
    }

    /** Returns a form that lies row-major in the CPU's memory, to be freed by the caller. */
    private static long contiguousOnCpu(long handle, int type) {
        long copy = Torch.to(handle, type, Torch.CPU);
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
        long source = floats(values, shape);
        Torch.DELETE.on(kernels.call("copy", new long[] {handle, source}));
        Torch.DELETE.on(source);
    }

    // Parameters and gradients.

    @Override
    protected Parameters<?> store() {
        return parameters;
    }

    @Override
    protected EagerTensor parameter(String name) {
        return parameters.entry(name).value();
    }

    @Override
    protected long updated(AdamW rule, long step) {
        return parameters.update(rule, step);
    }

    @Override
    public void clearGradients() {
        requireUsable();
        parameters.clearGradients();
    }

    @Override
    protected void record(boolean gradients) {
        JniUtils.setGradMode(gradients);
    }

    @Override
    protected void backward(EagerTensor scalar) {
        try {
            Torch.backward(scalar.handle(), one);
        } catch (RuntimeException e) {
            throw refused("the gradient", e, scalar);
        }
    }

    @Override
    protected long detached(EagerTensor tensor) {
        return (tensor.isShared() ? Torch.CLONE : Torch.DETACH).of(tensor.handle());
    }

    @Override
    protected void delete(long handle) {
        Torch.DELETE.on(handle);
    }

    @Override
    protected void closeLibrary() {
        Torch.DELETE.on(one);
        kernels.close();
        Library.leave();
    }
}
