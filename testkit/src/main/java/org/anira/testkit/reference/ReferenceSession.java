package org.anira.testkit.reference;

import org.anira.api.BackendException;
import org.anira.api.Experimental;
import org.anira.api.PublicApi;
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
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A session of the {@link ReferenceBackend}. Misuse (another thread, a closed session or scope, a
 * tensor of another session) is an {@link IllegalStateException}.
 */
@Experimental
@PublicApi(since = "0.1")
public final class ReferenceSession implements Session {

    private record Stored(Parameter parameter, double[] values) {}

    private final Thread owner = Thread.currentThread();
    private final Map<String, Stored> parameters = new LinkedHashMap<>();
    private final List<ReferenceScope> scopes = new ArrayList<>();
    private final List<Array> detached = new ArrayList<>();
    private boolean holding;
    private int nextDetached;
    private boolean closed;

    ReferenceSession() {}

    /**
     * Lets detached tensors keep, in every later run of a program, the values they have in the next
     * one. Central differences of a loss then see what a gradient sees, straight-through estimators
     * included.
     */
    public void holdDetached() {
        detached.clear();
        holding = true;
    }

    /** Begins a run of a program. */
    void beginRun() {
        nextDetached = 0;
    }

    /** Returns what a detached tensor holds. */
    Array detached(Array values) {
        if (!holding) {
            return values;
        }
        if (nextDetached == detached.size()) {
            detached.add(values);
        }
        return detached.get(nextDetached++);
    }

    @Override
    public Info info() {
        return new Info("Java " + Runtime.version().feature() + ", float64", "cpu", 1);
    }

    @Override
    public Scope scope() {
        return open();
    }

    ReferenceScope open() {
        check();
        ReferenceScope scope = new ReferenceScope(this);
        scopes.add(scope);
        return scope;
    }

    void leave(ReferenceScope scope) {
        if (innermost() != scope) {
            throw new IllegalStateException("scopes close in the reverse order of their opening");
        }
        scopes.removeLast();
    }

    /** Frees one tensor of the innermost scope. */
    void free(ReferenceTensor tensor) {
        innermost().free(tensor);
    }

    private ReferenceScope innermost() {
        if (scopes.isEmpty()) {
            throw new IllegalStateException(
                    "no scope is open: tensors are made in one, see Session.scope");
        }
        return scopes.getLast();
    }

    /** Returns the scope around another. */
    ReferenceScope around(ReferenceScope scope) {
        int place = scopes.indexOf(scope);
        if (place < 1) {
            throw new IllegalStateException(
                    "the scope is closed, or there is none around it to keep a tensor in");
        }
        return scopes.get(place - 1);
    }

    @Override
    public long liveTensors() {
        check();
        return parameters.size() + scopes.stream().mapToInt(ReferenceScope::size).sum();
    }

    // Values in and out.

    @Override
    public Tensor tensor(float[] values, long... shape) {
        return make(DType.FLOAT32, checked(widen(values), shape));
    }

    @Override
    public Tensor tensor(int[] values, long... shape) {
        return make(DType.INT64, checked(Arrays.stream(values).asDoubleStream().toArray(), shape));
    }

    @Override
    public Tensor tensor(boolean[] values, long... shape) {
        double[] numbers =
                IntStream.range(0, values.length).mapToDouble(i -> values[i] ? 1 : 0).toArray();
        return make(DType.BOOL, checked(numbers, shape));
    }

    @Override
    public float[] floats(Tensor tensor) {
        return narrow(doubles(tensor));
    }

    /** Returns the elements of a floating-point tensor as they are, row-major. */
    public double[] doubles(Tensor tensor) {
        return values(tensor, tensor.type().isFloat(), "a floating-point type").clone();
    }

    @Override
    public int[] integers(Tensor tensor) {
        return Arrays.stream(values(tensor, tensor.type() == DType.INT64, "INT64"))
                .mapToInt(value -> Math.toIntExact((long) value))
                .toArray();
    }

    @Override
    public boolean[] booleans(Tensor tensor) {
        double[] values = values(tensor, tensor.type() == DType.BOOL, "BOOL");
        boolean[] truths = new boolean[values.length];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = values[i] != 0;
        }
        return truths;
    }

    private double[] values(Tensor tensor, boolean fits, String expected) {
        if (!fits) {
            throw ReferenceTensor.misfit("%s is read, expected %s".formatted(tensor, expected));
        }
        return own(tensor).array().data();
    }

    static Array checked(double[] values, long... sizes) {
        int[] shape = Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
        if (Arrays.stream(shape).anyMatch(size -> size < 1)) {
            throw ReferenceTensor.misfit(
                    "shape %s: sizes must be at least 1".formatted(Arrays.toString(sizes)));
        }
        if (Array.count(shape) != values.length) {
            throw ReferenceTensor.misfit(
                    "%d values for shape %s".formatted(values.length, Arrays.toString(sizes)));
        }
        return new Array(shape, values);
    }

    static double[] widen(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static float[] narrow(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    // Parameters.

    @Override
    public void define(Parameter parameter, MemorySegment values) {
        check();
        if (parameters.containsKey(parameter.name())) {
            throw new BackendException(
                    "BKD-003",
                    "Parameter '%s' is defined twice. Names are unique."
                            .formatted(parameter.name()));
        }
        parameter.require(values);
        parameters.put(parameter.name(), new Stored(parameter, doubles(values)));
    }

    @Override
    public List<Parameter> parameters() {
        return parameters.values().stream().map(Stored::parameter).toList();
    }

    @Override
    public void read(String parameter, Slot slot, MemorySegment into) {
        Stored stored = stored(parameter);
        requireValue(slot);
        stored.parameter().require(into);
        into.copyFrom(MemorySegment.ofArray(narrow(stored.values())));
    }

    @Override
    public void write(String parameter, Slot slot, MemorySegment values) {
        Stored stored = stored(parameter);
        requireValue(slot);
        stored.parameter().require(values);
        parameters.put(parameter, new Stored(stored.parameter(), doubles(values)));
    }

    private static double[] doubles(MemorySegment values) {
        return widen(values.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
    }

    private static void requireValue(Slot slot) {
        if (slot != Slot.VALUE) {
            throw untrained("the slot " + slot);
        }
    }

    private Stored stored(String name) {
        check();
        Stored stored = parameters.get(name);
        if (stored == null) {
            throw new BackendException(
                    "BKD-003",
                    "Unknown parameter '%s'. Defined: %s".formatted(name, parameters.keySet()));
        }
        return stored;
    }

    /** Returns a parameter as a tensor of the innermost scope. */
    ReferenceTensor parameter(String name) {
        Stored stored = stored(name);
        int[] shape = stored.parameter().shape().stream().mapToInt(Math::toIntExact).toArray();
        return make(DType.FLOAT32, new Array(shape, stored.values()));
    }

    @Override
    public Executable compile(Program program, List<Input> inputs) {
        check();
        return new ReferenceExecutable(this, program, List.copyOf(inputs));
    }

    @Override
    public Tensor update(AdamW rule, long step) {
        throw untrained("update");
    }

    static BackendException untrained(String operation) {
        return new BackendException(
                "BKD-002",
                "Backend '%s' has no capability TRAINING, needed by '%s'. Use a backend that has it."
                        .formatted(ReferenceBackend.NAME, operation));
    }

    @Override
    public void clearGradients() {
        throw untrained("clearGradients");
    }

    @Override
    public void close() {
        if (!closed) {
            check();
            closed = true;
            scopes.forEach(ReferenceScope::end);
            scopes.clear();
            parameters.clear();
        }
    }

    // Life.

    void check() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "the session belongs to thread '%s', but '%s' uses it"
                            .formatted(owner.getName(), Thread.currentThread().getName()));
        }
        if (closed) {
            throw new IllegalStateException("the session is closed");
        }
    }

    ReferenceTensor make(DType type, Array values) {
        check();
        Array stored =
                type == DType.BFLOAT16 ? values.map(ReferenceSession::roundToBfloat16) : values;
        ReferenceTensor tensor = new ReferenceTensor(this, type, stored);
        innermost().add(tensor);
        return tensor;
    }

    /** Returns a tensor that is known to belong to this session. */
    ReferenceTensor own(Tensor tensor) {
        if (tensor instanceof ReferenceTensor own && own.session == this) {
            return own;
        }
        throw new IllegalStateException("%s does not belong to this session".formatted(tensor));
    }

    /** Rounds to the nearest bfloat16, ties to even. */
    static double roundToBfloat16(double value) {
        int bits = Float.floatToRawIntBits((float) value);
        if (Double.isNaN(value)) {
            return value;
        }
        int lowestKept = bits >>> 16 & 1;
        return Float.intBitsToFloat(bits + 0x7FFF + lowestKept & 0xFFFF0000);
    }
}
