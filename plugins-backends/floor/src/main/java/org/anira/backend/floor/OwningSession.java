package org.anira.backend.floor;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The part of a session that all libraries share: it belongs to its thread, owns its tensors by
 * regions, counts them, and closes what it opened.
 */
public abstract class OwningSession implements Session, Interpreter {

    /** Number of tensors in regions. */
    long live;

    private final Refusals refusals;
    private final Device device;
    private final int threads;
    private final Thread owner = Thread.currentThread();
    private final Region root = new Region();
    private final Set<OpenExecutable> executables = new HashSet<>();
    private Region innermost = root;
    private Listener listener = Listener.NONE;
    private boolean closed;

    /** Opens one on the calling thread. */
    protected OwningSession(Refusals refusals, Device device, int threads) {
        this.refusals = refusals;
        this.device = device;
        this.threads = threads;
    }

    /** Returns name and version of the library. */
    protected abstract String library();

    @Override
    public final Info info() {
        return new Info(library(), device.toString(), threads);
    }

    @Override
    public final void listen(Listener listener) {
        this.listener = listener;
    }

    /** Returns who hears of work that takes long. */
    public final Listener listener() {
        return listener;
    }

    /** Returns the device of its tensors. */
    protected final Device device() {
        return device;
    }

    @Override
    public final Refusals refusals() {
        return refusals;
    }

    /** Returns the parameters. */
    protected abstract Parameters<?> store();

    /**
     * Frees the library's part of the session; called after its tensors and parameters are freed.
     */
    protected abstract void closeEngine();

    @Override
    public final Scope scope() {
        requireUsable();
        return new OpenScope(this);
    }

    @Override
    public final long liveTensors() {
        return live + store().count();
    }

    // Tensors from arrays and back.

    @Override
    public final Tensor tensor(float[] values, long... shape) {
        requireNew(values.length, shape);
        return adopt(make(values, shape.clone()));
    }

    @Override
    public final Tensor tensor(int[] values, long... shape) {
        return tensor(Arrays.stream(values).asLongStream().toArray(), shape);
    }

    @Override
    public final Tensor tensor(boolean[] values, long... shape) {
        requireNew(values.length, shape);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (values[i] ? 1 : 0);
        }
        return adopt(make(bytes, shape.clone()));
    }

    /** Makes an INT64 tensor from row-major values, which are copied. */
    final HeldTensor tensor(long[] values, long... shape) {
        requireNew(values.length, shape);
        return adopt(make(values, shape.clone()));
    }

    private void requireNew(int count, long[] shape) {
        requireUsable();
        Shapes.requireCount(count, shape);
    }

    /** Makes a FLOAT32 tensor that no region owns yet. */
    protected abstract HeldTensor make(float[] values, long[] shape);

    /** Makes an INT64 tensor that no region owns yet. */
    protected abstract HeldTensor make(long[] values, long[] shape);

    /** Makes a BOOL tensor that no region owns yet. @param values 0 or 1 */
    protected abstract HeldTensor make(byte[] values, long[] shape);

    @Override
    public final float[] floats(Tensor tensor) {
        return floats(readable(tensor, tensor.type().isFloat(), "floating-point numbers"));
    }

    @Override
    public final int[] integers(Tensor tensor) {
        long[] values = longs(readable(tensor, tensor.type() == DType.INT64, "INT64"));
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public final boolean[] booleans(Tensor tensor) {
        byte[] bytes = bytes(readable(tensor, tensor.type() == DType.BOOL, "BOOL"));
        boolean[] values = new boolean[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i] != 0;
        }
        return values;
    }

    private HeldTensor readable(Tensor tensor, boolean fits, String wanted) {
        requireUsable();
        HeldTensor held = own(tensor);
        held.requireAlive();
        if (!fits) {
            throw refusals.misfit("the elements as " + wanted, "it has others", held);
        }
        return held;
    }

    /** Returns the elements of a floating-point tensor, row-major. */
    protected abstract float[] floats(HeldTensor tensor);

    /** Returns the elements of an INT64 tensor, row-major. */
    protected abstract long[] longs(HeldTensor tensor);

    /** Returns the elements of a BOOL tensor, row-major, 0 for false. */
    protected abstract byte[] bytes(HeldTensor tensor);

    // Parameters.

    @Override
    public final void define(Parameter parameter, MemorySegment values) {
        requireUsable();
        store().define(parameter, values);
    }

    @Override
    public final List<Parameter> parameters() {
        return store().all();
    }

    @Override
    public final void read(String parameter, Slot slot, MemorySegment into) {
        requireUsable();
        store().read(parameter, slot, into);
    }

    @Override
    public void write(String parameter, Slot slot, MemorySegment values) {
        requireUsable();
        store().write(parameter, slot, values);
    }

    // Programs.

    /** Registers an executable, which the session closes if it is still open at the end. */
    protected final <T extends OpenExecutable> T opened(T executable) {
        executables.add(executable);
        return executable;
    }

    /** Returns the executables that are not closed. */
    protected final Set<OpenExecutable> executables() {
        return Set.copyOf(executables);
    }

    /** Removes a closed executable. */
    final void forget(OpenExecutable executable) {
        executables.remove(executable);
    }

    @Override
    public final void close() {
        if (closed) {
            return;
        }
        requireThread();
        closed = true;
        executables().forEach(OpenExecutable::close);
        for (Optional<Region> open = Optional.of(innermost); open.isPresent(); ) {
            open.get().free();
            open = open.get().around();
        }
        store().free();
        closeEngine();
    }

    // Ownership.

    /** Returns the region that new tensors belong to. */
    final Region innermost() {
        return innermost;
    }

    /** Opens a region inside the innermost one. */
    final Region enter() {
        innermost = new Region(innermost);
        return innermost;
    }

    /** Leaves a region: the one around it becomes the innermost. Frees nothing. */
    final void leave(Region region) {
        innermost = region.around().orElseThrow();
    }

    /** Gives a new tensor to the innermost region. */
    protected final <T extends HeldTensor> T adopt(T tensor) {
        live++;
        innermost.adopt(tensor);
        return tensor;
    }

    @Override
    public HeldTensor own(Tensor tensor) {
        if (tensor instanceof HeldTensor held && held.belongsTo(this)) {
            return held;
        }
        throw refusals.misuse(
                "a tensor of another session or backend was used (%s). Copy its values with Session.tensor."
                        .formatted(tensor.getClass().getSimpleName()));
    }

    /** Throws BKD-004 if the session is closed or the calling thread is another one. */
    public final void requireUsable() {
        if (closed) {
            throw refusals.misuse("the session is closed. Open another.");
        }
        requireThread();
    }

    /** Returns whether the session is closed. */
    final boolean isClosed() {
        return closed;
    }

    /** Throws if the calling thread is another than the session's. */
    final void requireThread() {
        if (Thread.currentThread() != owner) {
            throw refusals.misuse(
                    "the session belongs to thread '%s', but thread '%s' used it. Open one per thread."
                            .formatted(owner.getName(), Thread.currentThread().getName()));
        }
    }
}
