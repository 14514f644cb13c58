package org.anira.backend.djl;

import ai.djl.pytorch.jni.JniUtils;

import org.anira.api.tensor.DType;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.EagerOperations;
import org.anira.backend.floor.EagerParameters;
import org.anira.backend.floor.EagerSession;
import org.anira.backend.floor.EagerTensor;
import org.anira.backend.floor.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;

/** A session on libtorch: what lies in its memory, and how it comes there and back. */
final class DjlSession extends EagerSession {

    /** Most elements of a tensor whose memory is copied at once. */
    private static final long PIECE = 1 << 20;

    final int[] deviceNumbers;
    final Kernels kernels;

    private final ParameterStore parameters = new ParameterStore(this);
    private final DjlOperations operations = new DjlOperations(this);
    private final long one;

    DjlSession(Device device, int threads) {
        super(Library.REFUSALS, device, threads);
        deviceNumbers = Torch.numbers(device);
        Library.enter(threads);
        kernels = new Kernels(deviceNumbers);
        one = Torch.full(new long[0], 1, Torch.FLOAT32, deviceNumbers);
    }

    @Override
    protected String library() {
        return "PyTorch " + Library.version();
    }

    @Override
    protected EagerOperations operations() {
        return operations;
    }

    // Elements to tensors and back.

    @Override
    protected long copied(DType type, MemorySegment values, long[] shape) {
        int number = DjlOperations.number(type);
        long made = Torch.empty(shape, number, Torch.CPU);
        eachPiece(made, shape, values, (bytes, piece) -> bytes.copyFrom(piece));
        return toDevice(made, number);
    }

    @Override
    protected void read(long handle, DType type, long[] shape, DType as, MemorySegment into) {
        long copy = Torch.to(handle, DjlOperations.number(as), Torch.CPU);
        long contiguous = Torch.CONTIGUOUS.of(copy);
        Torch.DELETE.on(copy);
        eachPiece(contiguous, shape, into, (bytes, piece) -> piece.copyFrom(bytes));
        Torch.DELETE.on(contiguous);
    }

    /**
     * Goes through a contiguous tensor of the CPU, with a segment of the same size, piece by piece:
     * DJL shows at most 2³¹ − 1 bytes of a tensor at once.
     */
    private static void eachPiece(
            long tensor,
            long[] shape,
            MemorySegment segment,
            BiConsumer<MemorySegment, MemorySegment> action) {
        long elements = Shapes.elements(shape);
        if (elements == 0) {
            return;
        }
        if (elements <= PIECE) {
            action.accept(MemorySegment.ofBuffer(Torch.bytes(tensor)), segment);
            return;
        }
        long size = segment.byteSize() / elements;
        long flat = Torch.RESHAPE.of(tensor, new long[] {elements});
        for (long from = 0; from < elements; from += PIECE) {
            long to = Math.min(from + PIECE, elements);
            long piece = Torch.slice(flat, 0, from, to);
            action.accept(
                    MemorySegment.ofBuffer(Torch.bytes(piece)),
                    segment.asSlice(from * size, (to - from) * size));
            Torch.DELETE.on(piece);
        }
        Torch.DELETE.on(flat);
    }

    /** Moves a new tensor from the CPU to the session's device. */
    private long toDevice(long made, int type) {
        if (device().isCpu()) {
            return made;
        }
        long there = Torch.to(made, type, deviceNumbers);
        Torch.DELETE.on(made);
        return there;
    }

    @Override
    protected long zeros(DType type, long[] shape) {
        return Torch.zeros(shape, DjlOperations.number(type), deviceNumbers);
    }

    @Override
    protected void overwrite(long handle, long[] shape, MemorySegment values) {
        eachPiece(handle, shape, values, (bytes, piece) -> bytes.copyFrom(piece));
    }

    @Override
    protected void assign(long to, long from) {
        Torch.DELETE.on(kernels.call("copy", new long[] {to, from}));
    }

    // Parameters and gradients.

    @Override
    protected EagerParameters store() {
        return parameters;
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
            throw DjlOperations.refused("the gradient", e, scalar);
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
