package org.anira.backend.djl;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor of libtorch. Types are checked here, as libtorch would promote them; shapes are checked
 * by libtorch, whose refusal is reported with the operands' shapes, save where it would accept more
 * than the interface allows.
 */
final class DjlTensor implements Tensor {

    private final DjlSession session;
    private final DType type;

    /** The address of the native tensor, 0 once it is freed. */
    private long handle;

    /** Sizes of the axes, asked for when first needed. */
    private long[] sizes;

    /** Whether its memory is that of a parameter, which an update changes. */
    private final boolean shared;

    /** Who frees it. */
    Region region;

    DjlTensor(DjlSession session, DType type, long handle, boolean shared) {
        this.session = session;
        this.type = type;
        this.handle = handle;
        this.shared = shared;
    }

    /** Returns the native tensor, to the session's thread. */
    long handle() {
        session.requireThread();
        if (handle == 0) {
            throw session.misuse(
                    "a tensor was used after its scope had closed. Keep it with Scope.keep.");
        }
        return handle;
    }

    /** Returns a native tensor without history in memory of no parameter; the caller's to free. */
    long detached() {
        return shared ? Torch.CLONE.of(handle()) : Torch.DETACH.of(handle());
    }

    /** Returns whether it is a tensor of this session. */
    boolean belongsTo(DjlSession other) {
        return session == other;
    }

    /** Returns whether it has not been freed. */
    boolean isAlive() {
        return handle != 0;
    }

    /** Frees the native tensor; twice does nothing. */
    void free() {
        if (handle != 0) {
            Torch.DELETE.on(handle);
            handle = 0;
            session.live--;
        }
    }

    /** Puts another native tensor of the same shape in the place of this one's, which is freed. */
    void replace(long other) {
        Torch.DELETE.on(handle);
        handle = other;
    }

    /** Returns the sizes of the axes; not to be changed. */
    long[] sizes() {
        if (sizes == null) {
            sizes = Torch.sizes(handle());
        }
        return sizes;
    }

    @Override
    public DType type() {
        return type;
    }

    @Override
    public List<Long> shape() {
        return Arrays.stream(sizes()).boxed().toList();
    }

    @Override
    public int rank() {
        return sizes().length;
    }

    @Override
    public long size(int axis) {
        return sizes()[axis(axis)];
    }

    // Arithmetic.

    @Override
    public Tensor add(Tensor other) {
        return arithmetic("add", Torch.ADD, other);
    }

    @Override
    public Tensor subtract(Tensor other) {
        return arithmetic("subtract", Torch.SUBTRACT, other);
    }

    @Override
    public Tensor multiply(Tensor other) {
        return arithmetic("multiply", Torch.MULTIPLY, other);
    }

    @Override
    public Tensor divide(Tensor other) {
        return floating("divide", Torch.DIVIDE, other);
    }

    @Override
    public Tensor minimum(Tensor other) {
        return floating("minimum", Torch.MINIMUM, other);
    }

    @Override
    public Tensor maximum(Tensor other) {
        return floating("maximum", Torch.MAXIMUM, other);
    }

    @Override
    public Tensor add(double scalar) {
        return arithmetic("add", Torch.ADD, scalar);
    }

    @Override
    public Tensor multiply(double scalar) {
        return arithmetic("multiply", Torch.MULTIPLY, scalar);
    }

    @Override
    public Tensor negate() {
        requireNumbers("negate");
        return made(Torch.NEGATE.of(handle()));
    }

    // Functions of one tensor.

    @Override
    public Tensor exp() {
        return function("exp", Torch.EXP);
    }

    @Override
    public Tensor log() {
        return function("log", Torch.LOG);
    }

    @Override
    public Tensor sqrt() {
        return function("sqrt", Torch.SQRT);
    }

    @Override
    public Tensor abs() {
        return function("abs", Torch.ABS);
    }

    @Override
    public Tensor tanh() {
        return function("tanh", Torch.TANH);
    }

    @Override
    public Tensor sigmoid() {
        return function("sigmoid", Torch.SIGMOID);
    }

    @Override
    public Tensor logSigmoid() {
        requireFloat("logSigmoid");
        return made(session.kernels.call("log_sigmoid", new long[] {handle()}));
    }

    @Override
    public Tensor silu() {
        requireFloat("silu");
        return made(session.kernels.call("silu", new long[] {handle()}));
    }

    // Comparison and choice.

    @Override
    public Tensor greaterOrEqual(Tensor other) {
        requireNumbers("greaterOrEqual");
        return compare("greaterOrEqual", Torch.GREATER_OR_EQUAL, other);
    }

    @Override
    public Tensor equalTo(Tensor other) {
        requireNumbers("equalTo");
        return compare("equalTo", Torch.EQUAL, other);
    }

    @Override
    public Tensor and(Tensor other) {
        requireBool("and");
        return compare("and", Torch.AND, other);
    }

    @Override
    public Tensor or(Tensor other) {
        requireBool("or");
        return compare("or", Torch.OR, other);
    }

    @Override
    public Tensor not() {
        requireBool("not");
        return made(Torch.NOT.of(handle()));
    }

    @Override
    public Tensor where(Tensor condition, Tensor other) {
        DjlTensor test = session.own(condition);
        DjlTensor otherwise = session.own(other);
        test.requireBool("where");
        requireSameType("where", otherwise);
        try {
            return made(Torch.WHERE.of(test.handle(), handle(), otherwise.handle()));
        } catch (RuntimeException e) {
            throw refused("where", e, test, this, otherwise);
        }
    }

    @Override
    public Tensor cast(DType wanted) {
        if (wanted == type) {
            return this;
        }
        if (wanted == DType.BFLOAT16) {
            throw DjlSession.lacks("BFLOAT16", "a cast to bfloat16");
        }
        return session.made(
                wanted, Torch.to(handle(), DjlSession.number(wanted), session.deviceNumbers));
    }

    @Override
    public Tensor detach() {
        return session.recording ? view(Torch.DETACH.of(handle())) : this;
    }

    // Along an axis.

    @Override
    public Tensor sum(int axis) {
        requireNumbers("sum");
        return made(Torch.sum(handle(), axis(axis)));
    }

    @Override
    public Tensor sum() {
        requireNumbers("sum");
        return made(Torch.SUM.of(handle()));
    }

    @Override
    public Tensor max(int axis) {
        requireNumbers("max");
        return made(Torch.MAX.of(handle(), axis(axis)));
    }

    @Override
    public Tensor argmax(int axis) {
        requireNumbers("argmax");
        return session.made(DType.INT64, Torch.ARGMAX.of(handle(), axis(axis)));
    }

    @Override
    public Tensor cumulativeSum(int axis) {
        requireNumbers("cumulativeSum");
        return made(Torch.CUMULATIVE_SUM.of(handle(), axis(axis)));
    }

    @Override
    public Tensor softmax(int axis) {
        requireFloat("softmax");
        return made(Torch.SOFTMAX.of(handle(), axis(axis)));
    }

    @Override
    public Tensor logSoftmax(int axis) {
        requireFloat("logSoftmax");
        return made(Torch.LOG_SOFTMAX.of(handle(), axis(axis)));
    }

    // Shape.

    @Override
    public Tensor reshape(long... wanted) {
        long[] resolved = wanted.clone();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] == 0) {
                if (i >= rank()) {
                    throw misfit(
                            "reshape to %s keeps axis %d, which %s does not have"
                                    .formatted(Arrays.toString(wanted), i, this));
                }
                resolved[i] = size(i);
            }
        }
        try {
            return view(Torch.RESHAPE.of(handle(), resolved));
        } catch (RuntimeException e) {
            throw refused("reshape to " + Arrays.toString(wanted), e, this);
        }
    }

    @Override
    public Tensor transpose(int... order) {
        try {
            return view(Torch.PERMUTE.of(handle(), Arrays.stream(order).asLongStream().toArray()));
        } catch (RuntimeException e) {
            throw refused("transpose to " + Arrays.toString(order), e, this);
        }
    }

    @Override
    public Tensor slice(int axis, long from, long to) {
        long size = size(axis);
        if (from < 0 || to < from || to > size) {
            throw misfit("slice %d … %d of axis %d of %s".formatted(from, to, axis, this));
        }
        return view(Torch.slice(handle(), axis(axis), from, to));
    }

    @Override
    public Tensor unsqueeze(int axis) {
        try {
            return view(Torch.UNSQUEEZE.of(handle(), axis));
        } catch (RuntimeException e) {
            throw refused("unsqueeze at " + axis, e, this);
        }
    }

    // Products and look-ups.

    @Override
    public Tensor matmul(Tensor other) {
        DjlTensor right = session.own(other);
        requireFloat("matmul");
        requireSameType("matmul", right);
        if (rank() < 2 || right.rank() < 2) {
            throw misfit("matmul of %s and %s; both need two axes or more".formatted(this, right));
        }
        try {
            return made(Torch.MATMUL.of(handle(), right.handle()));
        } catch (RuntimeException e) {
            throw refused("matmul", e, this, right);
        }
    }

    @Override
    public Tensor linear(Tensor weight) {
        DjlTensor map = session.own(weight);
        requireFloat("linear");
        requireSameType("linear", map);
        if (rank() == 0 || map.rank() != 2) {
            throw misfit(
                    "linear of %s with %s; expected […, in] and [out, in]".formatted(this, map));
        }
        try {
            return made(Torch.LINEAR.of(handle(), map.handle(), 0));
        } catch (RuntimeException e) {
            throw refused("linear", e, this, map);
        }
    }

    @Override
    public Tensor lookup(Tensor index) {
        DjlTensor places = session.own(index);
        places.requireIndex("lookup");
        if (rank() == 0) {
            throw misfit("lookup in a scalar");
        }
        try {
            if (rank() == 2) {
                return made(Torch.embedding(places.handle(), handle()));
            }
            long[] shape = concat(places.sizes(), Arrays.copyOfRange(sizes(), 1, rank()));
            return passing(
                    Torch.RESHAPE.of(handle(), new long[] {size(0), rank() == 1 ? 1 : -1}),
                    table ->
                            passing(
                                    Torch.embedding(places.handle(), table),
                                    rows -> made(Torch.RESHAPE.of(rows, shape))));
        } catch (BackendException e) {
            throw e;
        } catch (RuntimeException e) {
            throw refused("lookup", e, this, places);
        }
    }

    @Override
    public Tensor pick(Tensor index) {
        DjlTensor places = session.own(index);
        places.requireIndex("pick");
        if (rank() == 0) {
            throw misfit("pick from a scalar");
        }
        long[] leading = Arrays.copyOf(sizes(), rank() - 1);
        boolean everywhere = places.rank() == 0;
        if (!everywhere && !Arrays.equals(leading, places.sizes())) {
            throw misfit(
                    "pick from %s at %s; expected an index of %s or a scalar"
                            .formatted(this, places, Arrays.toString(leading)));
        }
        long[] column = concat(leading, 1);
        int last = rank() - 1;
        try {
            return passing(
                    everywhere
                            ? Torch.EXPAND.of(places.handle(), column)
                            : Torch.UNSQUEEZE.of(places.handle(), -1),
                    at ->
                            passing(
                                    Torch.gather(handle(), at, last),
                                    found -> made(Torch.SQUEEZE.of(found, last))));
        } catch (RuntimeException e) {
            throw refused("pick", e, this, places);
        }
    }

    /** Returns type and shape, such as {@code FLOAT32 [2, 3]}. */
    @Override
    public String toString() {
        return type + (handle == 0 ? " (freed)" : " " + Arrays.toString(sizes()));
    }

    private interface Step {
        Tensor apply(long handle);
    }

    /** Applies {@code next} to a native tensor that nobody else needs, and frees that. */
    private static Tensor passing(long handle, Step next) {
        try {
            return next.apply(handle);
        } finally {
            Torch.DELETE.on(handle);
        }
    }

    private DjlTensor made(long result) {
        return session.made(type, result);
    }

    /** Wraps a result that may have the same memory as this. */
    private DjlTensor view(long result) {
        return session.made(type, result, shared);
    }

    private Tensor function(String what, Torch.Unary function) {
        requireFloat(what);
        return made(function.of(handle()));
    }

    private Tensor arithmetic(String what, Torch.Binary function, Tensor other) {
        requireNumbers(what);
        DjlTensor right = session.own(other);
        requireSameType(what, right);
        try {
            return made(function.of(handle(), right.handle()));
        } catch (RuntimeException e) {
            throw refused(what, e, this, right);
        }
    }

    private Tensor floating(String what, Torch.Binary function, Tensor other) {
        requireFloat(what);
        return arithmetic(what, function, other);
    }

    private Tensor arithmetic(String what, Torch.Binary function, double scalar) {
        requireNumbers(what);
        if (type == DType.INT64 && scalar != Math.rint(scalar)) {
            throw misfit(
                    "%s of %s and %s; INT64 takes whole numbers".formatted(what, this, scalar));
        }
        return made(function.of(handle(), session.scalar(type, scalar)));
    }

    private Tensor compare(String what, Torch.Binary function, Tensor other) {
        DjlTensor right = session.own(other);
        requireSameType(what, right);
        try {
            return session.made(DType.BOOL, function.of(handle(), right.handle()));
        } catch (RuntimeException e) {
            throw refused(what, e, this, right);
        }
    }

    private int axis(int axis) {
        int rank = rank();
        if (axis < -rank || axis >= rank) {
            throw misfit("%s has no axis %d".formatted(this, axis));
        }
        return axis < 0 ? axis + rank : axis;
    }

    private void requireFloat(String what) {
        if (!type.isFloat()) {
            throw misfit(
                    "%s of %s; it takes floating-point tensors. Cast it first."
                            .formatted(what, this));
        }
    }

    private void requireNumbers(String what) {
        if (type == DType.BOOL) {
            throw misfit("%s of %s; it takes numbers. Cast it first.".formatted(what, this));
        }
    }

    private void requireBool(String what) {
        if (type != DType.BOOL) {
            throw misfit("%s with %s; it takes BOOL".formatted(what, this));
        }
    }

    private void requireIndex(String what) {
        if (type != DType.INT64) {
            throw misfit("%s with index %s; an index is INT64".formatted(what, this));
        }
    }

    private void requireSameType(String what, DjlTensor other) {
        if (type != other.type) {
            throw misfit(
                    "%s of %s and %s; both need the same type. Cast one."
                            .formatted(what, this, other));
        }
    }

    private static BackendException misfit(String problem) {
        return new BackendException("SHP-001", "Backend 'djl' was asked for " + problem);
    }

    private static BackendException refused(
            String what, RuntimeException cause, DjlTensor... operands) {
        return DjlSession.refused(what, cause, operands);
    }

    private static long[] concat(long[] first, long... second) {
        long[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
