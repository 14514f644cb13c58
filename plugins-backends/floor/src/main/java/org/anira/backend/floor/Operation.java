package org.anira.backend.floor;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * An operation on tensors with its constant arguments, as in a {@link Graph}. Its text describes it
 * in messages and printed graphs. Axes count from 0.
 */
public sealed interface Operation {

    /** Applies it, by the methods of {@link Tensor} and {@link Ops}. */
    List<Tensor> on(Ops ops, List<Tensor> operands);

    /** An operation with one result, whose type and shape follow from its operands'. */
    sealed interface Primitive extends Operation {

        /** Applies it. */
        Tensor apply(Ops ops, List<Tensor> operands);

        /** Returns whether its result may lie in the memory of its operand. */
        default boolean isView() {
            return false;
        }

        @Override
        default List<Tensor> on(Ops ops, List<Tensor> operands) {
            return List.of(apply(ops, operands));
        }
    }

    /** An operation without constant arguments. */
    enum Plain implements Primitive {
        /** Two numbers. */
        ADD("add", two(Tensor::add)),
        /** Two numbers. */
        SUBTRACT("subtract", two(Tensor::subtract)),
        /** Two numbers. */
        MULTIPLY("multiply", two(Tensor::multiply)),
        /** Two floating-point numbers. */
        DIVIDE("divide", two(Tensor::divide)),
        /** Two floating-point numbers. */
        MINIMUM("minimum", two(Tensor::minimum)),
        /** Two floating-point numbers. */
        MAXIMUM("maximum", two(Tensor::maximum)),
        /** One number. */
        NEGATE("negate", one(Tensor::negate)),
        /** One floating-point number. */
        EXP("exp", one(Tensor::exp)),
        /** One floating-point number. */
        LOG("log", one(Tensor::log)),
        /** One floating-point number. */
        SQRT("sqrt", one(Tensor::sqrt)),
        /** One floating-point number. */
        ABS("abs", one(Tensor::abs)),
        /** One floating-point number. */
        TANH("tanh", one(Tensor::tanh)),
        /** One floating-point number. */
        SIGMOID("sigmoid", one(Tensor::sigmoid)),
        /** One floating-point number. */
        LOG_SIGMOID("logSigmoid", one(Tensor::logSigmoid)),
        /** One floating-point number. */
        SILU("silu", one(Tensor::silu)),
        /** Two numbers; gives BOOL. */
        GREATER_OR_EQUAL("greaterOrEqual", two(Tensor::greaterOrEqual)),
        /** Two numbers; gives BOOL. */
        EQUAL_TO("equalTo", two(Tensor::equalTo)),
        /** Two truths. */
        AND("and", two(Tensor::and)),
        /** Two truths. */
        OR("or", two(Tensor::or)),
        /** One truth. */
        NOT("not", one(Tensor::not)),
        /** The condition, the values where it holds, the values elsewhere. */
        WHERE("where", (_, x) -> x.get(1).where(x.get(0), x.get(2))),
        /** Anything. */
        DETACH("detach", one(Tensor::detach)),
        /** Numbers; gives a scalar. */
        SUM("sum", one(Tensor::sum)),
        /** […, M, K] and […, K, N]. */
        MATMUL("matmul", two(Tensor::matmul)),
        /** […, in] and [out, in]. */
        LINEAR("linear", two(Tensor::linear)),
        /** [N, …] and the index I. */
        LOOKUP("lookup", two(Tensor::lookup)),
        /** […, N] and the index […] or a scalar. */
        PICK("pick", two(Tensor::pick)),
        /** [B, T, …], rows [R, …], then the four of {@link ActiveRows}. */
        PUT_ROWS("putRows", (ops, x) -> ops.putRows(x.get(0), x.get(1), rows(x))),
        /** [N, …], the index [R] and rows [R, …]; may write into the first. */
        OVERWRITE("overwrite", (ops, x) -> ops.overwrite(x.get(0), x.get(1), x.get(2)));

        private final String word;
        private final Meaning meaning;

        Plain(String word, Meaning meaning) {
            this.word = word;
            this.meaning = meaning;
        }

        private interface Meaning {
            Tensor of(Ops ops, List<Tensor> operands);
        }

        private static Meaning one(UnaryOperator<Tensor> function) {
            return (_, x) -> function.apply(x.getFirst());
        }

        private static Meaning two(BinaryOperator<Tensor> function) {
            return (_, x) -> function.apply(x.get(0), x.get(1));
        }

        private static ActiveRows rows(List<Tensor> x) {
            return new ActiveRows(x.get(2), x.get(3), x.get(4), x.get(5));
        }

        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return meaning.of(ops, operands);
        }

        @Override
        public boolean isView() {
            return this == DETACH;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** An operation along an axis of one tensor. */
    record Along(Kind kind, int axis) implements Primitive {

        /** The kind of operation. */
        public enum Kind {
            /** Takes the axis away. */
            SUM("sum", Tensor::sum),
            /** Takes the axis away. */
            MAX("max", Tensor::max),
            /** Takes the axis away; gives INT64. */
            ARGMAX("argmax", Tensor::argmax),
            /** Leaves the axis. */
            CUMULATIVE_SUM("cumulativeSum", Tensor::cumulativeSum),
            /** Leaves the axis. */
            SOFTMAX("softmax", Tensor::softmax),
            /** Leaves the axis. */
            LOG_SOFTMAX("logSoftmax", Tensor::logSoftmax);

            private final String word;
            private final Meaning meaning;

            Kind(String word, Meaning meaning) {
                this.word = word;
                this.meaning = meaning;
            }

            private interface Meaning {
                Tensor of(Tensor x, int axis);
            }

            @Override
            public String toString() {
                return word;
            }
        }

        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return kind.meaning.of(operands.getFirst(), axis);
        }

        @Override
        public String toString() {
            return "%s along axis %d".formatted(kind, axis);
        }
    }

    /** The numbers in another type. */
    record Cast(DType to) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return operands.getFirst().cast(to);
        }

        @Override
        public String toString() {
            return "cast to " + to;
        }
    }

    /** Another shape; 0 keeps the size of an axis, −1 takes the rest. */
    record Reshape(List<Long> sizes) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return operands.getFirst().reshape(Shapes.array(sizes));
        }

        @Override
        public boolean isView() {
            return true;
        }

        @Override
        public String toString() {
            return "reshape to " + sizes;
        }
    }

    /** The axes in another order. */
    record Transpose(List<Integer> order) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return operands.getFirst()
                    .transpose(order.stream().mapToInt(Integer::intValue).toArray());
        }

        @Override
        public boolean isView() {
            return true;
        }

        @Override
        public String toString() {
            return "transpose to " + order;
        }
    }

    /** The entries {@code from} ≤ i {@code < to} of an axis. */
    record Slice(int axis, long from, long to) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return operands.getFirst().slice(axis, from, to);
        }

        @Override
        public boolean isView() {
            return true;
        }

        @Override
        public String toString() {
            return "slice %d … %d of axis %d".formatted(from, to, axis);
        }
    }

    /** A new axis of size 1. */
    record Unsqueeze(int axis) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return operands.getFirst().unsqueeze(axis);
        }

        @Override
        public boolean isView() {
            return true;
        }

        @Override
        public String toString() {
            return "unsqueeze at " + axis;
        }
    }

    /** The root-mean-square norm over the last axis; operands: x […, W] and the gain [W]. */
    record RmsNorm(double epsilon) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return operands.get(0).rmsNorm(operands.get(1), epsilon);
        }

        @Override
        public String toString() {
            return "rmsNorm with ε = " + epsilon;
        }
    }

    /** Operands: queries, keys, values, bias. */
    record Attention(boolean causal) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> x) {
            return ops.attention(x.get(0), x.get(1), x.get(2), new AttentionMask(x.get(3), causal));
        }

        @Override
        public String toString() {
            return causal ? "causal attention" : "attention";
        }
    }

    /** One after the other along an axis. */
    record Concat(int axis) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return ops.concat(axis, operands);
        }

        @Override
        public String toString() {
            return "concat along axis " + axis;
        }
    }

    /** Zeros with the axes of the operand and further ones. */
    record Zeros(DType type, List<Long> trailing) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return ops.zeros(operands.getFirst(), type, Shapes.array(trailing));
        }

        @Override
        public String toString() {
            return trailing.isEmpty()
                    ? type + " zeros"
                    : "%s zeros with further axes %s".formatted(type, trailing);
        }
    }

    /** 0, 1, … n − 1, n being the size of an axis of the operand. */
    record Indices(int axis) implements Primitive {
        @Override
        public Tensor apply(Ops ops, List<Tensor> operands) {
            return ops.indices(operands.getFirst(), axis);
        }

        @Override
        public String toString() {
            return "indices of axis " + axis;
        }
    }

    /** A parameter; no operand. */
    record ParameterValue(String name) implements Operation {
        @Override
        public List<Tensor> on(Ops ops, List<Tensor> operands) {
            return List.of(ops.parameter(name));
        }

        @Override
        public String toString() {
            return "parameter " + name;
        }
    }

    /** An INT64 scalar; no operand. */
    record Whole(long value) implements Operation {
        @Override
        public List<Tensor> on(Ops ops, List<Tensor> operands) {
            return List.of(ops.integer(value));
        }

        @Override
        public String toString() {
            return "constant " + value;
        }
    }

    /** A float32 tensor of fixed numbers, row-major; no operand. */
    record Constant(List<Float> values, List<Long> sizes) implements Operation {

        /** The largest number of values in its text. */
        private static final int SHOWN = 8;

        @Override
        public List<Tensor> on(Ops ops, List<Tensor> operands) {
            float[] numbers = new float[values.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = values.get(i);
            }
            return List.of(ops.constant(numbers, Shapes.array(sizes)));
        }

        @Override
        public String toString() {
            return values.stream()
                    .limit(SHOWN)
                    .map(String::valueOf)
                    .collect(
                            Collectors.joining(
                                    ", ", "constant ", values.size() > SHOWN ? ", …" : ""));
        }
    }

    /** The operand is [B, T], BOOL; the results are the four of {@link ActiveRows}. */
    record Rows() implements Operation {
        @Override
        public List<Tensor> on(Ops ops, List<Tensor> operands) {
            ActiveRows rows = ops.activeRows(operands.getFirst());
            return List.of(rows.token(), rows.inverse(), rows.query(), rows.place());
        }

        @Override
        public String toString() {
            return "activeRows";
        }
    }

    /**
     * Runs the body for d = first … last, or until the first tensor of the carry is false
     * everywhere. Operands and results are the carry.
     *
     * @param body takes d and the carry and gives the next carry; it may refer to values of the
     *     graphs around it
     */
    record Loop(int first, int last, Graph body) implements Operation {

        /** Applies it if the body refers to no values outside; {@link Replay} applies any. */
        @Override
        public List<Tensor> on(Ops ops, List<Tensor> operands) {
            return new Replay(ops).loop(this, operands);
        }

        @Override
        public String toString() {
            return "loop %d … %d".formatted(first, last);
        }
    }
}
