package org.anira.backend.torch;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Form;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.EagerOperations;
import org.anira.backend.floor.EagerParameters;
import org.anira.backend.floor.EagerSession;
import org.anira.backend.floor.EagerTensor;
import org.anira.backend.floor.OpenExecutable;
import org.anira.backend.floor.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** A session on libtorch: what lies in its memory, and how it comes there and back. */
final class TorchSession extends EagerSession {

    final Torch torch = new Torch();

    private final ParameterStore parameters = new ParameterStore(this);
    final TorchOperations operations = new TorchOperations(this);

    private final Compile compile;
    private final Compiler compiler;

    /** 0, 1, … as far as was asked for. */
    private long range;

    private long rangeLength;

    TorchSession(Device device, int threads, Compile compile, Compiler compiler) {
        super(Library.REFUSALS, device, threads);
        this.compile = compile;
        this.compiler = compiler;
        Library.enter(threads);
    }

    @Override
    protected String library() {
        return "PyTorch " + Library.version();
    }

    /** Returns whether its tensors live in the CPU's memory. */
    boolean isOnCpu() {
        return device().isCpu();
    }

    @Override
    protected EagerOperations operations() {
        return operations;
    }

    @Override
    protected OpenExecutable executable(Program program, List<Input> inputs) {
        return new CompiledExecutable(this, program, inputs);
    }

    @Override
    public Form form() {
        return compile == Compile.OFF
                ? Form.EAGER
                : compiler.obstacle().map(Form::eager).orElse(Form.compiled(""));
    }

    /** Returns whether programs are to be compiled. */
    Compile compile() {
        return compile;
    }

    /** Returns what compiles them. */
    Compiler compiler() {
        return compiler;
    }

    // Elements to tensors and back.

    @Override
    protected long copied(DType type, MemorySegment values, long[] shape) {
        long made = torch.empty(shape, number(type), Device.CPU);
        torch.memory(made, values.byteSize()).copyFrom(values);
        if (isOnCpu()) {
            return made;
        }
        long there = torch.empty(shape, number(type), device());
        torch.copy(made, there);
        Torch.delete(made);
        return there;
    }

    @Override
    protected void read(long handle, DType type, long[] shape, DType as, MemorySegment into) {
        long copy = contiguousOnCpu(handle, type, number(as), shape);
        into.copyFrom(torch.memory(copy, into.byteSize()));
        Torch.delete(copy);
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
        if (isOnCpu() && number(type) == wanted && torch.isContiguous(handle)) {
            return torch.call(Operator.DETACH, handle);
        }
        long copy = torch.empty(shape, wanted, Device.CPU);
        torch.copy(handle, copy);
        return copy;
    }

    @Override
    protected void overwrite(long handle, long[] shape, MemorySegment values) {
        torch.memory(handle, values.byteSize()).copyFrom(values);
    }

    @Override
    protected void assign(long to, long from) {
        torch.copy(from, to);
    }

    @Override
    protected long zeros(DType type, long[] shape) {
        return torch.zeros(shape, number(type), device());
    }

    /** Returns the handle of 0, 1, … n − 1. */
    long range(long n) {
        if (n == 0) {
            return zeros(DType.INT64, new long[] {0});
        }
        if (n > rangeLength) {
            long[] numbers = new long[Math.toIntExact(n)];
            Arrays.setAll(numbers, i -> i);
            if (rangeLength > 0) {
                Torch.delete(range);
            }
            range = copied(DType.INT64, MemorySegment.ofArray(numbers), new long[] {n});
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
    protected EagerParameters store() {
        return parameters;
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

    /** Returns a new handle of the number one. */
    long one() {
        return torch.handle(scalar(1.0).handle());
    }

    /** Returns the elements of an INT64 tensor. */
    long[] indices(EagerTensor tensor) {
        return longs(tensor);
    }

    /** Adds to the gradient of a parameter; takes the handle over. */
    void accumulate(String parameter, long gradient) {
        parameters.accumulate(parameter, gradient);
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
