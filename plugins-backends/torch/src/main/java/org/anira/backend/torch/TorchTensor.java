package org.anira.backend.torch;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor of libtorch, with its type and shape, which are known without asking. What does not fit
 * is refused before libtorch is called.
 */
final class TorchTensor implements Tensor {

    private final TorchSession session;
    private final DType type;
    private final long[] sizes;

    /** The native tensor, 0 once it is freed. */
    private long handle;

    /** Whether its memory is that of a parameter, which an update changes. */
    private final boolean shared;

    /** The elements of a BOOL tensor, once they were asked for. */
    private boolean[] truths;

    /** Who frees it. */
    Region region;

    TorchTensor(TorchSession session, DType type, long[] sizes, long handle, boolean shared) {
        this.session = session;
        this.type = type;
        this.sizes = sizes;
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
        return shared
                ? session.torch.copy(handle())
                : session.torch.call(Operator.DETACH, handle());
    }

    /** Returns whether it is a tensor of this session. */
    boolean belongsTo(TorchSession other) {
        return session == other;
    }

    /** Returns whether it has not been freed. */
    boolean isAlive() {
        return handle != 0;
    }

    /** Frees the native tensor; twice does nothing. */
    void free() {
        if (handle != 0) {
            Torch.delete(handle);
            handle = 0;
            session.live--;
        }
    }

    /** Returns the sizes of the axes; not to be changed. */
    long[] sizes() {
        return sizes;
    }

    /**
     * Returns the elements of a BOOL tensor, row-major; not to be changed. They are read back once.
     */
    boolean[] truths() {
        if (truths == null) {
            truths = session.readBooleans(this);
        }
        return truths;
    }

    @Override
    public DType type() {
        return type;
    }

    @Override
    public List<Long> shape() {
        return Arrays.stream(sizes).boxed().toList();
    }

    @Override
    public int rank() {
        return sizes.length;
    }

    @Override
    public long size(int axis) {
        return sizes[axis(axis)];
    }

    // Arithmetic.

    @Override
    public Tensor add(Tensor other) {
        return sum("add", other, 1);
    }

    @Override
    public Tensor subtract(Tensor other) {
        return sum("subtract", other, -1);
    }

    @Override
    public Tensor multiply(Tensor other) {
        return arithmetic("multiply", Operator.MULTIPLY, other);
    }

    @Override
    public Tensor divide(Tensor other) {
        requireFloat("divide");
        return arithmetic("divide", Operator.DIVIDE, other);
    }

    @Override
    public Tensor minimum(Tensor other) {
        requireFloat("minimum");
        return arithmetic("minimum", Operator.MINIMUM, other);
    }

    @Override
    public Tensor maximum(Tensor other) {
        requireFloat("maximum");
        return arithmetic("maximum", Operator.MAXIMUM, other);
    }

    @Override
    public Tensor add(double scalar) {
        return sum("add", scalar(scalar, "add"), 1);
    }

    @Override
    public Tensor multiply(double scalar) {
        return arithmetic("multiply", Operator.MULTIPLY, scalar(scalar, "multiply"));
    }

    @Override
    public Tensor negate() {
        requireNumbers("negate");
        return function(Operator.NEGATE);
    }

    // Functions of one tensor.

    @Override
    public Tensor exp() {
        requireFloat("exp");
        return function(Operator.EXP);
    }

    @Override
    public Tensor log() {
        requireFloat("log");
        return function(Operator.LOG);
    }

    @Override
    public Tensor sqrt() {
        requireFloat("sqrt");
        return function(Operator.SQRT);
    }

    @Override
    public Tensor abs() {
        requireFloat("abs");
        return function(Operator.ABS);
    }

    @Override
    public Tensor tanh() {
        requireFloat("tanh");
        return function(Operator.TANH);
    }

    @Override
    public Tensor sigmoid() {
        requireFloat("sigmoid");
        return function(Operator.SIGMOID);
    }

    @Override
    public Tensor logSigmoid() {
        requireFloat("logSigmoid");
        return function(Operator.LOG_SIGMOID);
    }

    @Override
    public Tensor silu() {
        requireFloat("silu");
        return function(Operator.SILU);
    }

    // Comparison and choice.

    @Override
    public Tensor greaterOrEqual(Tensor other) {
        requireNumbers("greaterOrEqual");
        return comparison("greaterOrEqual", Operator.GREATER_OR_EQUAL, other);
    }

    @Override
    public Tensor equalTo(Tensor other) {
        requireNumbers("equalTo");
        return comparison("equalTo", Operator.EQUAL, other);
    }

    @Override
    public Tensor and(Tensor other) {
        requireBool("and");
        return comparison("and", Operator.LOGICAL_AND, other);
    }

    @Override
    public Tensor or(Tensor other) {
        requireBool("or");
        return comparison("or", Operator.LOGICAL_OR, other);
    }

    @Override
    public Tensor not() {
        requireBool("not");
        return function(Operator.LOGICAL_NOT);
    }

    @Override
    public Tensor where(Tensor condition, Tensor other) {
        TorchTensor test = session.own(condition);
        TorchTensor otherwise = session.own(other);
        test.requireBool("where");
        DType common = common("where", otherwise);
        String message = "where of %s, %s and %s";
        long[] shape =
                Shapes.broadcast(
                        Shapes.broadcast(sizes, test.sizes, message, test, this, otherwise),
                        otherwise.sizes,
                        message,
                        test,
                        this,
                        otherwise);
        long c = test.handle();
        long x = handle();
        long y = otherwise.handle();
        return session.made(
                common,
                shape,
                session.torch.arguments().tensor(c).tensor(x).tensor(y).call(Operator.WHERE));
    }

    @Override
    public Tensor cast(DType wanted) {
        if (wanted == type) {
            return this;
        }
        long x = handle();
        return session.made(
                wanted,
                sizes,
                session.torch
                        .arguments()
                        .tensor(x)
                        .integer(TorchSession.number(wanted))
                        .truth(false)
                        .truth(false)
                        .none()
                        .call(Operator.TO));
    }

    @Override
    public Tensor detach() {
        return session.recording
                ? view(sizes, session.torch.call(Operator.DETACH, handle()))
                : this;
    }

    // Along an axis.

    @Override
    public Tensor sum(int axis) {
        requireNumbers("sum");
        int along = axis(axis);
        long x = handle();
        return session.made(
                type,
                Shapes.without(sizes, along),
                session.torch
                        .arguments()
                        .tensor(x)
                        .integers(along)
                        .optional()
                        .truth(false)
                        .none()
                        .call(Operator.SUM_ALONG));
    }

    @Override
    public Tensor sum() {
        requireNumbers("sum");
        long x = handle();
        return session.made(
                type, new long[0], session.torch.arguments().tensor(x).none().call(Operator.SUM));
    }

    @Override
    public Tensor max(int axis) {
        requireNumbers("max");
        int along = axis(axis);
        return session.made(type, Shapes.without(sizes, along), session.torch.max(handle(), along));
    }

    @Override
    public Tensor argmax(int axis) {
        requireNumbers("argmax");
        int along = axis(axis);
        long x = handle();
        return session.made(
                DType.INT64,
                Shapes.without(sizes, along),
                session.torch
                        .arguments()
                        .tensor(x)
                        .integer(along)
                        .optional()
                        .truth(false)
                        .call(Operator.ARGMAX));
    }

    @Override
    public Tensor cumulativeSum(int axis) {
        requireNumbers("cumulativeSum");
        return along(Operator.CUMULATIVE_SUM, axis);
    }

    @Override
    public Tensor softmax(int axis) {
        requireFloat("softmax");
        return along(Operator.SOFTMAX, axis);
    }

    @Override
    public Tensor logSoftmax(int axis) {
        requireFloat("logSoftmax");
        return along(Operator.LOG_SOFTMAX, axis);
    }

    // Shape.

    @Override
    public Tensor reshape(long... wanted) {
        long[] shape = Shapes.reshape(this, wanted);
        return view(shape, reshaped(handle(), shape));
    }

    @Override
    public Tensor transpose(int... order) {
        long[] shape = Shapes.transpose(this, order);
        long x = handle();
        return view(
                shape,
                session.torch
                        .arguments()
                        .tensor(x)
                        .integers(Arrays.stream(order).asLongStream().toArray())
                        .call(Operator.PERMUTE));
    }

    @Override
    public Tensor slice(int axis, long from, long to) {
        int along = axis(axis);
        if (from < 0 || to < from || to > sizes[along]) {
            throw Shapes.misfit("slice %d … %d of axis %d of %s".formatted(from, to, axis, this));
        }
        return view(
                Shapes.with(sizes, along, to - from),
                session.torch.narrow(handle(), along, from, to - from));
    }

    @Override
    public Tensor unsqueeze(int axis) {
        int place = axis < 0 ? axis + rank() + 1 : axis;
        if (place < 0 || place > rank()) {
            throw Shapes.misfit("unsqueeze at %d of %s".formatted(axis, this));
        }
        long[] shape =
                Shapes.concat(
                        Shapes.concat(Arrays.copyOf(sizes, place), 1),
                        Arrays.copyOfRange(sizes, place, rank()));
        long x = handle();
        return view(
                shape, session.torch.arguments().tensor(x).integer(place).call(Operator.UNSQUEEZE));
    }

    // Products and look-ups.

    @Override
    public Tensor matmul(Tensor other) {
        TorchTensor right = session.own(other);
        requireFloat("matmul");
        requireSameType("matmul", right);
        long[] shape = Shapes.matmul(this, right);
        return session.made(
                type, shape, session.torch.call(Operator.MATMUL, handle(), right.handle()));
    }

    @Override
    public Tensor linear(Tensor weight) {
        TorchTensor map = session.own(weight);
        requireFloat("linear");
        requireSameType("linear", map);
        long[] shape = Shapes.linear(this, map);
        long x = handle();
        long w = map.handle();
        return session.made(
                type,
                shape,
                session.torch.arguments().tensor(x).tensor(w).none().call(Operator.LINEAR));
    }

    @Override
    public Tensor lookup(Tensor index) {
        TorchTensor places = session.own(index);
        places.requireIndex("lookup");
        if (rank() == 0) {
            throw Shapes.misfit("lookup in the scalar " + this);
        }
        long[] shape = Shapes.concat(places.sizes, Arrays.copyOfRange(sizes, 1, rank()));
        long x = handle();
        long at = places.handle();
        if (rank() == 2) {
            return session.made(type, shape, embedding(x, at));
        }
        long[] flat = {sizes[0], Shapes.elements(sizes) / Math.max(1, sizes[0])};
        return passing(
                reshaped(x, flat),
                table ->
                        passing(
                                embedding(table, at),
                                rows -> session.made(type, shape, reshaped(rows, shape))));
    }

    /** Looks rows of a table of two axes up. Its gradient adds up in a fixed order. */
    private long embedding(long table, long index) {
        return session.torch
                .arguments()
                .tensor(table)
                .tensor(index)
                .integer(-1)
                .truth(false)
                .truth(false)
                .call(Operator.EMBEDDING);
    }

    @Override
    public Tensor pick(Tensor index) {
        TorchTensor places = session.own(index);
        places.requireIndex("pick");
        if (rank() == 0) {
            throw Shapes.misfit("pick from the scalar " + this);
        }
        int last = rank() - 1;
        long[] leading = Arrays.copyOf(sizes, last);
        if (places.rank() > 0 && !Arrays.equals(leading, places.sizes)) {
            throw Shapes.misfit(
                    "pick from %s at %s; expected an index of %s or a scalar"
                            .formatted(this, places, Arrays.toString(leading)));
        }
        long x = handle();
        long at = places.handle();
        if (places.rank() == 0) {
            return passing(
                    session.torch
                            .arguments()
                            .tensor(x)
                            .integer(last)
                            .tensor(at)
                            .call(Operator.INDEX_SELECT),
                    column -> session.made(type, leading, squeezed(column, last)));
        }
        return passing(
                session.torch.arguments().tensor(at).integer(last).call(Operator.UNSQUEEZE),
                column ->
                        passing(
                                session.torch
                                        .arguments()
                                        .tensor(x)
                                        .integer(last)
                                        .tensor(column)
                                        .truth(false)
                                        .call(Operator.GATHER),
                                found -> session.made(type, leading, squeezed(found, last))));
    }

    @Override
    public Tensor rmsNorm(Tensor gain, double epsilon) {
        TorchTensor scale = session.own(gain);
        requireFloat("rmsNorm");
        if (rank() == 0
                || scale.type != DType.FLOAT32
                || !Arrays.equals(scale.sizes, new long[] {size(-1)})) {
            throw Shapes.misfit(
                    "rmsNorm of %s with gain %s; expected […, W] and FLOAT32 [W]"
                            .formatted(this, scale));
        }
        TorchTensor x = (TorchTensor) cast(DType.FLOAT32);
        // libtorch has a fused kernel for CUDA; what it does on the CPU takes longer than this.
        Tensor normed = session.device.isCpu() ? x.scaled(scale, epsilon) : x.fused(scale, epsilon);
        return normed.cast(type);
    }

    private Tensor scaled(TorchTensor gain, double epsilon) {
        TorchTensor square =
                (TorchTensor)
                        multiply(this).sum(-1).multiply(1.0 / size(-1)).add(epsilon).unsqueeze(-1);
        return multiply(square.function(Operator.RECIPROCAL_ROOT)).multiply(gain);
    }

    private Tensor fused(TorchTensor gain, double epsilon) {
        long x = handle();
        long by = gain.handle();
        return session.made(
                DType.FLOAT32,
                sizes,
                session.torch
                        .arguments()
                        .tensor(x)
                        .integers(size(-1))
                        .tensor(by)
                        .optional()
                        .number(epsilon)
                        .optional()
                        .call(Operator.RMS_NORM));
    }

    /** Returns type and shape, such as {@code FLOAT32 [2, 3]}. */
    @Override
    public String toString() {
        return type + " " + Arrays.toString(sizes) + (handle == 0 ? " (freed)" : "");
    }

    private interface Step {
        Tensor apply(long handle);
    }

    /** Applies {@code next} to a native tensor that nobody else needs, and frees that. */
    private static Tensor passing(long handle, Step next) {
        try {
            return next.apply(handle);
        } finally {
            Torch.delete(handle);
        }
    }

    private long reshaped(long x, long[] shape) {
        return session.torch.arguments().tensor(x).integers(shape).call(Operator.RESHAPE);
    }

    private long squeezed(long x, int axis) {
        return session.torch.arguments().tensor(x).integer(axis).call(Operator.SQUEEZE);
    }

    /** Wraps a result that may have the same memory as this. */
    private TorchTensor view(long[] shape, long result) {
        return session.made(type, shape, result, shared);
    }

    private Tensor function(Operator operator) {
        return session.made(type, sizes, session.torch.call(operator, handle()));
    }

    /** Calls an operator along an axis that stays. */
    private Tensor along(Operator operator, int axis) {
        int along = axis(axis);
        long x = handle();
        return session.made(
                type,
                sizes,
                session.torch.arguments().tensor(x).integer(along).none().call(operator));
    }

    private Tensor arithmetic(String what, Operator operator, Tensor other) {
        requireNumbers(what);
        TorchTensor right = session.own(other);
        DType common = common(what, right);
        long[] shape = Shapes.broadcast(what, this, right);
        return session.made(common, shape, session.torch.call(operator, handle(), right.handle()));
    }

    private Tensor comparison(String what, Operator operator, Tensor other) {
        TorchTensor right = session.own(other);
        common(what, right);
        long[] shape = Shapes.broadcast(what, this, right);
        return session.made(
                DType.BOOL, shape, session.torch.call(operator, handle(), right.handle()));
    }

    /** Returns this + sign · other. */
    private Tensor sum(String what, Tensor other, int sign) {
        requireNumbers(what);
        TorchTensor right = session.own(other);
        DType common = common(what, right);
        long[] shape = Shapes.broadcast(what, this, right);
        long x = handle();
        long y = right.handle();
        return session.made(
                common,
                shape,
                type == DType.INT64 ? integerSum(x, y, sign) : session.torch.subtract(x, y, -sign));
    }

    /** Integers are stacked and summed: the factor of a subtraction is a float64 number. */
    private long integerSum(long x, long y, int sign) {
        long signed =
                sign > 0
                        ? session.torch.call(Operator.DETACH, y)
                        : session.torch.call(Operator.NEGATE, y);
        long stretched = session.torch.arguments().tensors(x, signed).call(Operator.BROADCAST);
        Torch.delete(signed);
        long stacked = session.torch.arguments().integer(stretched).integer(0).call(Operator.STACK);
        long sum =
                session.torch
                        .arguments()
                        .tensor(stacked)
                        .integers(0)
                        .optional()
                        .truth(false)
                        .none()
                        .call(Operator.SUM_ALONG);
        Torch.delete(stacked);
        return sum;
    }

    /** Returns a scalar operand: of this type if it counts, else float32, which takes this one. */
    private Tensor scalar(double value, String what) {
        if (type == DType.INT64 && value != Math.rint(value)) {
            throw Shapes.misfit(
                    "%s of %s and %s; INT64 takes whole numbers".formatted(what, this, value));
        }
        return session.constant(type == DType.INT64 ? DType.INT64 : DType.FLOAT32, value);
    }

    private int axis(int axis) {
        int rank = rank();
        if (axis < -rank || axis >= rank) {
            throw Shapes.misfit("%s has no axis %d".formatted(this, axis));
        }
        return axis < 0 ? axis + rank : axis;
    }

    private void requireFloat(String what) {
        if (!type.isFloat()) {
            throw Shapes.misfit(
                    "%s of %s; it takes floating-point tensors. Cast it first."
                            .formatted(what, this));
        }
    }

    private void requireNumbers(String what) {
        if (type == DType.BOOL) {
            throw Shapes.misfit("%s of %s; it takes numbers. Cast it first.".formatted(what, this));
        }
    }

    private void requireBool(String what) {
        if (type != DType.BOOL) {
            throw Shapes.misfit("%s with %s; it takes BOOL".formatted(what, this));
        }
    }

    private void requireIndex(String what) {
        if (type != DType.INT64) {
            throw Shapes.misfit("%s with index %s; an index is INT64".formatted(what, this));
        }
    }

    private void requireSameType(String what, TorchTensor other) {
        if (type != other.type) {
            throw mixed(what, other);
        }
    }

    /** Returns the type of both operands, of which one may be a float32 scalar that takes it. */
    private DType common(String what, TorchTensor other) {
        if (type == other.type || other.isPlainScalar() && type.isFloat()) {
            return type;
        }
        if (isPlainScalar() && other.type.isFloat()) {
            return other.type;
        }
        throw mixed(what, other);
    }

    private boolean isPlainScalar() {
        return type == DType.FLOAT32 && rank() == 0;
    }

    private BackendException mixed(String what, TorchTensor other) {
        return Shapes.misfit(
                "%s of %s and %s; both need the same type. Cast one.".formatted(what, this, other));
    }
}
