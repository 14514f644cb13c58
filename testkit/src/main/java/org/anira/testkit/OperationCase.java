package org.anira.testkit;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One operation on operands of certain shapes, tried for its values and, where it has them, its
 * gradients.
 *
 * @param name for reports
 * @param operands what it is applied to
 * @param form the operation
 */
record OperationCase(String name, List<Operand> operands, Form form) {

    /** An operation. */
    @FunctionalInterface
    interface Form {
        Tensor apply(Ops ops, List<Tensor> operands);
    }

    /** Returns the cases of all operations. */
    static List<OperationCase> all() {
        List<OperationCase> cases = new ArrayList<>();
        arithmetic(cases);
        functions(cases);
        choices(cases);
        axes(cases);
        shapes(cases);
        products(cases);
        made(cases);
        composites(cases);
        return cases;
    }

    private static long[] shape(long... sizes) {
        return sizes;
    }

    /** Pairs of shapes that broadcast. */
    private static final List<long[][]> PAIRS =
            List.of(
                    new long[][] {{2, 3}, {2, 3}},
                    new long[][] {{2, 3}, {3}},
                    new long[][] {{3}, {2, 3}},
                    new long[][] {{2, 1, 4}, {3, 1}},
                    new long[][] {{1}, {5}},
                    new long[][] {{2, 2}, {}},
                    new long[][] {{}, {2, 2}},
                    new long[][] {{}, {}},
                    new long[][] {{1, 1}, {1, 1}},
                    new long[][] {{4, 1, 2, 1}, {3, 1, 2}});

    private static void arithmetic(List<OperationCase> cases) {
        for (long[][] pair : PAIRS) {
            Operand x = Operand.apart(0, pair[0]);
            Operand y = Operand.apart(1, pair[1]);
            binary(cases, "add", x, y, Tensor::add);
            binary(cases, "subtract", x, y, Tensor::subtract);
            binary(cases, "multiply", x, y, Tensor::multiply);
            binary(cases, "divide", x, Operand.uniform(0.5, 2, pair[1]), Tensor::divide);
            binary(cases, "minimum", x, y, Tensor::minimum);
            binary(cases, "maximum", x, y, Tensor::maximum);
            Operand m = Operand.whole(-9, 9, pair[0]);
            Operand n = Operand.whole(-9, 9, pair[1]);
            binary(cases, "INT64 add", m, n, Tensor::add);
            binary(cases, "INT64 subtract", m, n, Tensor::subtract);
            binary(cases, "INT64 multiply", m, n, Tensor::multiply);
        }
        Operand same = Operand.full(0.75, 2, 3);
        binary(cases, "minimum of equal ones", same, same, Tensor::minimum);
        binary(cases, "maximum of equal ones", same, same, Tensor::maximum);
        for (long[] shape : List.of(shape(), shape(1), shape(2, 3))) {
            Operand x = Operand.uniform(-2, 2, shape);
            unary(cases, "add 2.5", x, t -> t.add(2.5));
            unary(cases, "multiply by −1.5", x, t -> t.multiply(-1.5));
            unary(cases, "negate", x, Tensor::negate);
            unary(cases, "subtractFrom 1", x, t -> t.subtractFrom(1));
            Operand n = Operand.whole(-9, 9, shape);
            unary(cases, "INT64 add −1", n, t -> t.add(-1));
            unary(cases, "INT64 multiply by 3", n, t -> t.multiply(3));
        }
    }

    private static void functions(List<OperationCase> cases) {
        for (long[] shape : List.of(shape(), shape(1), shape(3, 2), shape(2, 1, 3))) {
            Operand any = Operand.uniform(-3, 3, shape);
            Operand positive = Operand.uniform(0.2, 3, shape);
            unary(cases, "exp", any, Tensor::exp);
            unary(cases, "log", positive, Tensor::log);
            unary(cases, "sqrt", positive, Tensor::sqrt);
            unary(cases, "abs", Operand.apart(0, shape), Tensor::abs);
            unary(cases, "tanh", any, Tensor::tanh);
            unary(cases, "sigmoid", any, Tensor::sigmoid);
            unary(cases, "logSigmoid", any, Tensor::logSigmoid);
            unary(cases, "silu", any, Tensor::silu);
            unary(cases, "detach in part", any, t -> t.multiply(t.detach()));
        }
        unary(cases, "abs of 0", Operand.full(0, 3), Tensor::abs);
        unary(cases, "logSigmoid far below 0", Operand.uniform(-200, -100, 4), Tensor::logSigmoid);
        unary(cases, "logSigmoid far above 0", Operand.uniform(100, 200, 4), Tensor::logSigmoid);
        unary(cases, "sigmoid far from 0", Operand.uniform(-300, 300, 8), Tensor::sigmoid);
    }

    private static void choices(List<OperationCase> cases) {
        for (long[][] pair : PAIRS) {
            Operand m = Operand.whole(0, 3, pair[0]);
            Operand n = Operand.whole(0, 3, pair[1]);
            binary(cases, "INT64 greaterOrEqual", m, n, Tensor::greaterOrEqual);
            binary(cases, "INT64 equalTo", m, n, Tensor::equalTo);
            binary(
                    cases,
                    "greaterOrEqual",
                    m,
                    n,
                    (a, b) -> a.cast(DType.FLOAT32).greaterOrEqual(b.cast(DType.FLOAT32)));
            binary(
                    cases,
                    "equalTo",
                    m,
                    n,
                    (a, b) -> a.cast(DType.FLOAT32).equalTo(b.cast(DType.FLOAT32)));
            binary(cases, "and", Operand.truth(pair[0]), Operand.truth(pair[1]), Tensor::and);
            binary(cases, "or", Operand.truth(pair[0]), Operand.truth(pair[1]), Tensor::or);
            where(cases, pair[0], pair[0], pair[1]);
            where(cases, pair[1], pair[0], pair[0]);
        }
        where(cases, shape(2, 1), shape(3), shape(1, 1));
        cases.add(
                new OperationCase(
                        "INT64 where",
                        List.of(
                                Operand.truth(2, 3),
                                Operand.whole(0, 9, 2, 3),
                                Operand.whole(0, 9, 3)),
                        (_, x) -> x.get(1).where(x.get(0), x.get(2))));
        cases.add(
                new OperationCase(
                        "BOOL where",
                        List.of(Operand.truth(2, 3), Operand.truth(3), Operand.truth(2, 1)),
                        (_, x) -> x.get(1).where(x.get(0), x.get(2))));
        unary(cases, "not", Operand.truth(2, 3), Tensor::not);
        unary(cases, "cast FLOAT32 to INT64", Operand.apart(0, 4, 3), t -> t.cast(DType.INT64));
        unary(cases, "cast INT64 to FLOAT32", Operand.whole(-9, 9, 3), t -> t.cast(DType.FLOAT32));
        unary(cases, "cast BOOL to FLOAT32", Operand.truth(7), t -> t.cast(DType.FLOAT32));
        unary(cases, "cast BOOL to INT64", Operand.truth(7), t -> t.cast(DType.INT64));
        unary(cases, "cast to the same type", Operand.apart(0, 3), t -> t.cast(DType.FLOAT32));
    }

    private static void where(List<OperationCase> cases, long[] condition, long[] x, long[] y) {
        cases.add(
                new OperationCase(
                        "where",
                        List.of(
                                Operand.truth(condition),
                                Operand.uniform(-2, 2, x),
                                Operand.uniform(-2, 2, y)),
                        (_, t) -> t.get(1).where(t.get(0), t.get(2))));
    }

    private static void axes(List<OperationCase> cases) {
        for (long[] shape : List.of(shape(4), shape(1), shape(2, 3), shape(2, 1, 3))) {
            Operand x = Operand.apart(0, shape);
            Operand n = Operand.whole(-9, 9, shape);
            unary(cases, "sum", x, Tensor::sum);
            for (int place = -shape.length; place < shape.length; place++) {
                int axis = place;
                String along = " along " + axis;
                unary(cases, "sum" + along, x, t -> t.sum(axis));
                unary(cases, "max" + along, x, t -> t.max(axis));
                unary(cases, "argmax" + along, x, t -> t.argmax(axis));
                unary(cases, "cumulativeSum" + along, x, t -> t.cumulativeSum(axis));
                unary(cases, "softmax" + along, x, t -> t.softmax(axis));
                unary(cases, "logSoftmax" + along, x, t -> t.logSoftmax(axis));
                unary(cases, "INT64 sum" + along, n, t -> t.sum(axis));
                unary(cases, "INT64 cumulativeSum" + along, n, t -> t.cumulativeSum(axis));
            }
        }
        unary(cases, "argmax of equal ones", Operand.full(2, 3, 4), t -> t.argmax(1));
        Operand far = Operand.uniform(-500, 500, 2, 5);
        unary(cases, "softmax far from 0", far, t -> t.softmax(-1));
        unary(cases, "logSoftmax far from 0", far, t -> t.logSoftmax(-1));
    }

    private static void shapes(List<OperationCase> cases) {
        for (Function<long[], Operand> law :
                List.<Function<long[], Operand>>of(
                        shape -> Operand.apart(0, shape),
                        shape -> Operand.whole(0, 99, shape),
                        Operand::truth)) {
            Operand x = law.apply(shape(2, 3, 4));
            unary(cases, "reshape to [6, 4]", x, t -> t.reshape(6, 4));
            unary(cases, "reshape to [−1]", x, t -> t.reshape(-1));
            unary(cases, "reshape keeping, then −1", x, t -> t.reshape(0, -1));
            unary(cases, "reshape to [−1, kept, 2, 2]", x, t -> t.reshape(-1, 0, 2, 2));
            unary(cases, "reshape adding ones", x, t -> t.reshape(1, 2, 0, 1, -1));
            unary(cases, "flatten", x, Tensor::flatten);
            unary(cases, "transpose the last two", x, t -> t.transpose(0, 2, 1));
            unary(cases, "transpose in a cycle", x, t -> t.transpose(2, 0, 1));
            unary(cases, "transpose, then reshape", x, t -> t.transpose(1, 0, 2).reshape(3, 8));
            unary(cases, "slice the first axis", x, t -> t.slice(0, 1, 2));
            unary(cases, "slice the last axis", x, t -> t.slice(-1, 1, 4));
            unary(cases, "slice all", x, t -> t.slice(1, 0, 3));
            unary(cases, "unsqueeze at 0", x, t -> t.unsqueeze(0));
            unary(cases, "unsqueeze at 2", x, t -> t.unsqueeze(2));
            unary(cases, "unsqueeze at −1", x, t -> t.unsqueeze(-1));
            Operand y = law.apply(shape(2, 1, 4));
            cases.add(
                    new OperationCase(
                            "concat along 1", List.of(x, y, x), (ops, t) -> ops.concat(1, t)));
            cases.add(
                    new OperationCase(
                            "concat along −1", List.of(x, x), (ops, t) -> ops.concat(-1, t)));
            cases.add(new OperationCase("concat of one", List.of(x), (ops, t) -> ops.concat(0, t)));
        }
        unary(cases, "flatten two axes", Operand.apart(0, 2, 3), Tensor::flatten);
        for (long[] base :
                List.of(shape(2, 3), shape(2, 3, 2), shape(1, 4, 2, 2), shape(1, 1, 2))) {
            cases.add(
                    new OperationCase(
                            "putRows",
                            List.of(
                                    Operand.truth(base[0], base[1]),
                                    Operand.apart(0, base),
                                    Operand.apart(1, base)),
                            (ops, t) -> {
                                ActiveRows rows = ops.activeRows(t.get(0));
                                Tensor fresh = t.get(2).flatten().lookup(rows.token());
                                return ops.putRows(t.get(1), fresh, rows);
                            }));
        }
        overwrite(cases, shape -> Operand.apart(0, shape), shape(5, 2), 3, 0);
        overwrite(cases, shape -> Operand.apart(0, shape), shape(4), 2);
        overwrite(cases, shape -> Operand.whole(0, 99, shape), shape(3, 1, 2), 2, 0, 1);
        overwrite(cases, Operand::truth, shape(6, 3), 5, 1);
        unary(cases, "reshape a scalar", Operand.apart(0), t -> t.reshape(1, 1));
        unary(cases, "reshape to a scalar", Operand.apart(0, 1, 1), Tensor::reshape);
        unary(cases, "unsqueeze a scalar", Operand.apart(0), t -> t.unsqueeze(0));
        Operand deep = Operand.apart(0, 1, 2, 3, 2);
        unary(cases, "transpose four axes", deep, t -> t.transpose(0, 2, 1, 3));
    }

    /** Overwrites a copy of the first operand, since that is given up. */
    private static void overwrite(
            List<OperationCase> cases, Function<long[], Operand> law, long[] base, int... at) {
        long[] rows = base.clone();
        rows[0] = at.length;
        Operand index = _ -> Numbers.of(DType.INT64, shape(at.length), i -> at[i]);
        cases.add(
                new OperationCase(
                        "overwrite",
                        List.of(law.apply(base), index, law.apply(rows)),
                        (ops, t) -> {
                            Tensor first = t.getFirst();
                            Tensor copy = ops.concat(0, List.of(first, first)).slice(0, 0, base[0]);
                            return ops.overwrite(copy, t.get(1), t.get(2));
                        }));
    }

    private static void products(List<OperationCase> cases) {
        for (long[][] pair :
                List.of(
                        new long[][] {{2, 3}, {3, 4}},
                        new long[][] {{1, 1}, {1, 1}},
                        new long[][] {{2, 2, 3}, {2, 3, 1}},
                        new long[][] {{2, 2, 3}, {3, 2}},
                        new long[][] {{2, 1, 1, 3}, {2, 3, 2}},
                        new long[][] {{1, 4, 2}, {3, 2, 2}})) {
            Operand x = Operand.uniform(-1, 1, pair[0]);
            binary(cases, "matmul", x, Operand.uniform(-1, 1, pair[1]), Tensor::matmul);
        }
        for (long[] lead : List.of(shape(3), shape(4, 3), shape(2, 1, 3), shape(2, 2, 2, 3))) {
            Operand x = Operand.uniform(-1, 1, lead);
            binary(cases, "linear", x, Operand.uniform(-1, 1, 2, 3), Tensor::linear);
            binary(cases, "linear to one", x, Operand.uniform(-1, 1, 1, 3), Tensor::linear);
        }
        for (long[] table : List.of(shape(5), shape(5, 2), shape(5, 1, 3))) {
            Operand x = Operand.apart(0, table);
            for (long[] index : List.of(shape(), shape(1), shape(9), shape(2, 4))) {
                binary(cases, "lookup", x, Operand.whole(0, 5, index), Tensor::lookup);
            }
        }
        Operand integers = Operand.whole(0, 99, 4, 2);
        binary(cases, "INT64 lookup", integers, Operand.whole(0, 4, 6), Tensor::lookup);
        binary(cases, "BOOL lookup", Operand.truth(4, 2), Operand.whole(0, 4, 6), Tensor::lookup);
        for (long[] shape : List.of(shape(4), shape(3, 4), shape(2, 3, 4), shape(3, 1))) {
            int n = (int) shape[shape.length - 1];
            Operand x = Operand.apart(0, shape);
            long[] places = Arrays.copyOf(shape, shape.length - 1);
            binary(cases, "pick", x, Operand.whole(0, n, places), Tensor::pick);
            binary(cases, "pick the same", x, Operand.whole(0, n), Tensor::pick);
        }
        binary(cases, "INT64 pick", integers, Operand.whole(0, 2, 4), Tensor::pick);
    }

    private static void made(List<OperationCase> cases) {
        Operand like = Operand.apart(0, 2, 3);
        for (DType type : List.of(DType.FLOAT32, DType.INT64, DType.BOOL)) {
            add(cases, type + " zeros", like, (ops, t) -> ops.zeros(t, type));
            add(cases, type + " zeros with more axes", like, (ops, t) -> ops.zeros(t, type, 1, 4));
        }
        add(cases, "indices of axis 1", like, (ops, t) -> ops.indices(t, 1));
        add(cases, "indices of axis −2", like, (ops, t) -> ops.indices(t, -2));
        add(cases, "constant", like, (ops, _) -> ops.constant(0.1));
        add(cases, "integer", like, (ops, _) -> ops.integer(-7));
        add(cases, "constants", like, (ops, t) -> t.add(ops.constant(new float[] {1, 2, 4}, 1, 3)));
    }

    private static void composites(List<OperationCase> cases) {
        for (long[] shape : List.of(shape(4), shape(3, 4), shape(2, 1, 3), shape(2, 2, 1))) {
            Operand x = Operand.apart(0, shape); // around 0 the scale of change is √ε, too small
            Operand gain = Operand.uniform(0.5, 1.5, shape[shape.length - 1]);
            binary(cases, "rmsNorm", x, gain, (t, g) -> t.rmsNorm(g, 1e-5));
            binary(cases, "rmsNorm with a large ε", x, gain, (t, g) -> t.rmsNorm(g, 0.5));
        }
        attention(cases, "attention", shape(2, 3, 2, 4), 5, shape(2, 1, 2, 5), false);
        attention(
                cases,
                "attention, one mask for all",
                shape(2, 1, 3, 2),
                4,
                shape(1, 1, 3, 4),
                false);
        attention(cases, "attention, one query", shape(1, 2, 1, 2), 1, shape(1, 1, 1, 1), false);
        attention(cases, "causal attention", shape(2, 2, 4, 2), 4, shape(1, 1, 4, 4), true);
    }

    /** Adds attention with random masks in which key 0 is always allowed, or a causal one. */
    private static void attention(
            List<OperationCase> cases,
            String name,
            long[] queries,
            int keys,
            long[] mask,
            boolean causal) {
        long[] remembered = queries.clone();
        remembered[2] = keys;
        Operand allowed =
                random ->
                        Numbers.of(
                                DType.BOOL,
                                mask,
                                i -> {
                                    long key = i % mask[3];
                                    long query = i / mask[3] % mask[2];
                                    boolean any = key == 0 || random.nextBoolean();
                                    return (causal ? key <= query : any) ? 1 : 0;
                                });
        Form form =
                (ops, t) -> {
                    Tensor bias = ops.constant(0).where(t.get(3), ops.constant(-1e9));
                    return ops.attention(
                            t.get(0), t.get(1), t.get(2), new AttentionMask(bias, causal));
                };
        Operand keysOrValues = Operand.uniform(-2, 2, remembered);
        cases.add(
                new OperationCase(
                        name,
                        List.of(
                                Operand.uniform(-2, 2, queries),
                                keysOrValues,
                                keysOrValues,
                                allowed),
                        form));
    }

    private static void unary(
            List<OperationCase> cases, String name, Operand x, UnaryOperator<Tensor> form) {
        cases.add(new OperationCase(name, List.of(x), (_, t) -> form.apply(t.getFirst())));
    }

    private static void binary(
            List<OperationCase> cases,
            String name,
            Operand x,
            Operand y,
            BinaryOperator<Tensor> form) {
        cases.add(new OperationCase(name, List.of(x, y), (_, t) -> form.apply(t.get(0), t.get(1))));
    }

    /** A form of one operand that also asks for something else. */
    @FunctionalInterface
    private interface Made {
        Tensor apply(Ops ops, Tensor operand);
    }

    private static void add(List<OperationCase> cases, String name, Operand x, Made form) {
        cases.add(new OperationCase(name, List.of(x), (ops, t) -> form.apply(ops, t.getFirst())));
    }
}
