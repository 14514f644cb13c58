package org.anira.backend.torch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.EagerSession;
import org.anira.backend.floor.EagerTensor;
import org.anira.backend.floor.HeldTensor;
import org.anira.backend.floor.Operation;
import org.anira.backend.floor.Parameters;
import org.anira.backend.floor.ShapedTensor;
import org.anira.backend.floor.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A session on libtorch: what lies in its memory, and how it comes there and back. */
final class TorchSession extends EagerSession {

    final Device device;
    final Torch torch = new Torch();

    private final ParameterStore parameters = new ParameterStore(this);
    private final TorchOperations operations = new TorchOperations(this);
    private final int threads;

    /** 0, 1, … as far as was asked for. */
    private long range;

    private long rangeLength;

    TorchSession(Device device, int threads) {
        super(Library.REFUSALS);
        this.device = device;
        this.threads = threads;
        Library.enter(threads);
    }

    @Override
    public Info info() {
        return new Info("PyTorch " + Library.version(), device.toString(), threads);
    }

    // Operations.

    @Override
    protected long result(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        return operations.result(operation, type, sizes, operands);
    }

    @Override
    public boolean fuses(Operation.Primitive operation, ShapedTensor... operands) {
        return operations.fuses(operation, operands);
    }

    @Override
    public boolean hasBfloat16() {
        return true;
    }

    // Elements to tensors and back.

    @Override
    protected EagerTensor make(float[] values, long[] shape) {
        return unowned(DType.FLOAT32, shape, floats(MemorySegment.ofArray(values), shape));
    }

    @Override
    protected EagerTensor make(long[] values, long[] shape) {
        return unowned(DType.INT64, shape, integers(values, shape));
    }

    @Override
    protected EagerTensor make(byte[] values, long[] shape) {
        return unowned(
                DType.BOOL, shape, copied(MemorySegment.ofArray(values), shape, Native.BOOL));
    }

    private EagerTensor unowned(DType type, long[] shape, long handle) {
        return new EagerTensor(this, type, shape, handle, false);
    }

    /** Returns the handle of a float32 tensor. @param values its bytes, copied */
    long floats(MemorySegment values, long[] shape) {
        return copied(values, shape, Native.FLOAT32);
    }

    private long integers(long[] values, long[] shape) {
        return copied(MemorySegment.ofArray(values), shape, Native.INT64);
    }

    private long copied(MemorySegment values, long[] shape, int type) {
        long made = torch.empty(shape, type, Device.CPU);
        torch.memory(made, values.byteSize()).copyFrom(values);
        if (device.isCpu()) {
            return made;
        }
        long there = torch.empty(shape, type, device);
        torch.copy(made, there);
        Torch.delete(made);
        return there;
    }

    @Override
    protected float[] floats(HeldTensor tensor) {
        float[] values = new float[count(tensor)];
        read(own(tensor).handle(), tensor.type(), tensor.sizes(), MemorySegment.ofArray(values));
        return values;
    }

    @Override
    protected long[] longs(HeldTensor tensor) {
        long[] values = new long[count(tensor)];
        long copy = contiguousOnCpu(tensor, Native.INT64);
        long bytes = values.length * JAVA_LONG.byteSize();
        MemorySegment.copy(torch.memory(copy, bytes), JAVA_LONG, 0, values, 0, values.length);
        Torch.delete(copy);
        return values;
    }

    @Override
    protected byte[] bytes(HeldTensor tensor) {
        byte[] values = new byte[count(tensor)];
        long copy = contiguousOnCpu(tensor, Native.BOOL);
        MemorySegment.copy(
                torch.memory(copy, values.length), JAVA_BYTE, 0, values, 0, values.length);
        Torch.delete(copy);
        return values;
    }

    private static int count(HeldTensor tensor) {
        return Math.toIntExact(Shapes.elements(tensor.sizes()));
    }

    /** Copies the elements of a native floating-point tensor, row-major, as float32. */
    void read(long handle, DType type, long[] shape, MemorySegment into) {
        long copy = contiguousOnCpu(handle, type, Native.FLOAT32, shape);
        into.copyFrom(torch.memory(copy, into.byteSize()));
        Torch.delete(copy);
    }

    private long contiguousOnCpu(HeldTensor tensor, int wanted) {
        return contiguousOnCpu(own(tensor).handle(), tensor.type(), wanted, tensor.sizes());
    }

    /**
     * Returns a form that lies row-major in the CPU's memory, to be deleted by the caller.
     *
     * @param wanted libtorch's number of the type it shall have
     */
    private long contiguousOnCpu(long handle, DType type, int wanted, long[] shape) {
        if (torch.numberOfElements(handle) != Shapes.elements(shape)) {
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
        long source = floats(values, shape);
        torch.copy(source, handle);
        Torch.delete(source);
    }

    /** Returns the handle of 0, 1, … n − 1. */
    long range(long n) {
        if (n == 0) {
            return torch.zeros(new long[] {0}, Native.INT64, device);
        }
        if (n > rangeLength) {
            long[] numbers = new long[Math.toIntExact(n)];
            Arrays.setAll(numbers, i -> i);
            if (rangeLength > 0) {
                Torch.delete(range);
            }
            range = integers(numbers, new long[] {n});
            rangeLength = n;
        }
        return torch.narrow(range, 0, 0, n);
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
        Native.record(gradients);
    }

    @Override
    protected void backward(EagerTensor scalar) {
        long loss = scalar.handle();
        torch.arguments().tensor(loss).tensors().none().none().truth(false).run(Operator.BACKWARD);
    }

    @Override
    protected long detached(EagerTensor tensor) {
        return tensor.isShared()
                ? torch.copy(tensor.handle())
                : torch.call(Operator.DETACH, tensor.handle());
    }

    @Override
    protected void delete(long handle) {
        Torch.delete(handle);
    }

    @Override
    protected void closeLibrary() {
        if (rangeLength > 0) {
            Torch.delete(range);
        }
        torch.close();
        Library.leave();
    }
}
