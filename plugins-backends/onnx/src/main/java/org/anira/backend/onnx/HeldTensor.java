package org.anira.backend.onnx;

import ai.onnxruntime.OnnxTensor;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor of a session: numbers, and no operations, which belong into the bodies of programs. A
 * body is given {@linkplain GraphTensor graph tensors} in its place.
 */
final class HeldTensor implements Tensor {

    private final OnnxSession session;
    private final DType type;
    private final long[] sizes;
    private OnnxTensor value;

    /** Who frees it. */
    Region region;

    HeldTensor(OnnxSession session, DType type, OnnxTensor value) {
        this.session = session;
        this.type = type;
        this.value = value;
        sizes = value.getInfo().getShape();
    }

    /** Returns ONNX Runtime's tensor, to the session's thread. */
    OnnxTensor value() {
        session.requireThread();
        if (value == null) {
            throw OnnxSession.misuse(
                    "a tensor was used after its scope had closed. Keep it with Scope.keep.");
        }
        return value;
    }

    /** Returns whether it is a tensor of this session. */
    boolean belongsTo(OnnxSession other) {
        return session == other;
    }

    /** Returns whether it has not been freed. */
    boolean isAlive() {
        return value != null;
    }

    /** Frees it; twice does nothing. */
    void free() {
        if (value != null) {
            value.close();
            value = null;
            session.live--;
        }
    }

    /** Returns the sizes of the axes; not to be changed. */
    long[] sizes() {
        return sizes;
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

    private BackendException outside(String what) {
        value();
        return OnnxSession.misuse(
                "%s of %s was asked for outside of a program, which a backend that compiles cannot"
                                .formatted(what, this)
                        + " do. Move it into the body of one.");
    }

    @Override
    public Tensor add(Tensor other) {
        throw outside("add");
    }

    @Override
    public Tensor subtract(Tensor other) {
        throw outside("subtract");
    }

    @Override
    public Tensor multiply(Tensor other) {
        throw outside("multiply");
    }

    @Override
    public Tensor divide(Tensor other) {
        throw outside("divide");
    }

    @Override
    public Tensor minimum(Tensor other) {
        throw outside("minimum");
    }

    @Override
    public Tensor maximum(Tensor other) {
        throw outside("maximum");
    }

    @Override
    public Tensor add(double scalar) {
        throw outside("add");
    }

    @Override
    public Tensor multiply(double scalar) {
        throw outside("multiply");
    }

    @Override
    public Tensor exp() {
        throw outside("exp");
    }

    @Override
    public Tensor log() {
        throw outside("log");
    }

    @Override
    public Tensor sqrt() {
        throw outside("sqrt");
    }

    @Override
    public Tensor abs() {
        throw outside("abs");
    }

    @Override
    public Tensor tanh() {
        throw outside("tanh");
    }

    @Override
    public Tensor sigmoid() {
        throw outside("sigmoid");
    }

    @Override
    public Tensor logSigmoid() {
        throw outside("logSigmoid");
    }

    @Override
    public Tensor greaterOrEqual(Tensor other) {
        throw outside("greaterOrEqual");
    }

    @Override
    public Tensor equalTo(Tensor other) {
        throw outside("equalTo");
    }

    @Override
    public Tensor and(Tensor other) {
        throw outside("and");
    }

    @Override
    public Tensor or(Tensor other) {
        throw outside("or");
    }

    @Override
    public Tensor not() {
        throw outside("not");
    }

    @Override
    public Tensor where(Tensor condition, Tensor other) {
        throw outside("where");
    }

    @Override
    public Tensor cast(DType wanted) {
        throw outside("cast");
    }

    @Override
    public Tensor detach() {
        throw outside("detach");
    }

    @Override
    public Tensor sum(int axis) {
        throw outside("sum");
    }

    @Override
    public Tensor sum() {
        throw outside("sum");
    }

    @Override
    public Tensor max(int axis) {
        throw outside("max");
    }

    @Override
    public Tensor argmax(int axis) {
        throw outside("argmax");
    }

    @Override
    public Tensor cumulativeSum(int axis) {
        throw outside("cumulativeSum");
    }

    @Override
    public Tensor softmax(int axis) {
        throw outside("softmax");
    }

    @Override
    public Tensor logSoftmax(int axis) {
        throw outside("logSoftmax");
    }

    @Override
    public Tensor reshape(long... sizes) {
        throw outside("reshape");
    }

    @Override
    public Tensor transpose(int... order) {
        throw outside("transpose");
    }

    @Override
    public Tensor slice(int axis, long from, long to) {
        throw outside("slice");
    }

    @Override
    public Tensor unsqueeze(int axis) {
        throw outside("unsqueeze");
    }

    @Override
    public Tensor matmul(Tensor other) {
        throw outside("matmul");
    }

    @Override
    public Tensor linear(Tensor weight) {
        throw outside("linear");
    }

    @Override
    public Tensor lookup(Tensor index) {
        throw outside("lookup");
    }

    @Override
    public Tensor pick(Tensor index) {
        throw outside("pick");
    }

    /** Returns type and shape, such as {@code FLOAT32 [2, 3]}. */
    @Override
    public String toString() {
        return type + (value == null ? " (freed)" : " " + Arrays.toString(sizes));
    }
}
