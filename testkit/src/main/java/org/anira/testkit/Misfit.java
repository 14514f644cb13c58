package org.anira.testkit;

import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * An operation on operands that do not fit.
 *
 * @param name for reports
 * @param named what the message must name: the types or shapes that were found
 * @param form the operation
 */
record Misfit(String name, List<String> named, BiFunction<Ops, Misfit.Operands, Tensor> form) {

    /** Operands of misfits: matrix [2, 3], vector [4], index [4] INT64, truth [4] BOOL. */
    record Operands(Tensor matrix, Tensor vector, Tensor index, Tensor truth) {

        static Numbers[] drawn() {
            return new Numbers[] {
                Numbers.of(DType.FLOAT32, new long[] {2, 3}, i -> i),
                Numbers.of(DType.FLOAT32, new long[] {4}, i -> i),
                Numbers.of(DType.INT64, new long[] {4}, _ -> 0),
                Numbers.of(DType.BOOL, new long[] {4}, _ -> 1)
            };
        }

        static Operands of(List<Tensor> inputs) {
            return new Operands(inputs.get(0), inputs.get(1), inputs.get(2), inputs.get(3));
        }
    }

    /** Returns the misfits of all operations. */
    static List<Misfit> all() {
        List<Misfit> misfits = new ArrayList<>();
        pairs(misfits);
        functions(misfits);
        axes(misfits);
        products(misfits);
        shapes(misfits);
        return misfits;
    }

    private static void pairs(List<Misfit> misfits) {
        Map<String, BinaryOperator<Tensor>> arithmetic = new LinkedHashMap<>();
        arithmetic.put("add", Tensor::add);
        arithmetic.put("subtract", Tensor::subtract);
        arithmetic.put("multiply", Tensor::multiply);
        arithmetic.put("divide", Tensor::divide);
        arithmetic.put("minimum", Tensor::minimum);
        arithmetic.put("maximum", Tensor::maximum);
        arithmetic.put("greaterOrEqual", Tensor::greaterOrEqual);
        arithmetic.put("equalTo", Tensor::equalTo);
        arithmetic.forEach((name, form) -> {
            add(misfits, name, "[2, 3]", "[4]", (_, x) -> form.apply(x.matrix(), x.vector()));
            add(misfits, name, "[4]", "[2, 3]", (_, x) -> form.apply(x.vector(), x.matrix()));
            add(misfits, name, "FLOAT32", "INT64", (_, x) -> form.apply(x.vector(), x.index()));
            add(misfits, name, "INT64", "", (_, x) -> form.apply(x.index(), x.vector()));
            add(misfits, name, "BOOL", "BOOL", (_, x) -> form.apply(x.truth(), x.truth()));
        });
        add(misfits, "divide", "INT64", "INT64", (_, x) -> x.index().divide(x.index()));
        Map<String, BinaryOperator<Tensor>> logic = new LinkedHashMap<>();
        logic.put("and", Tensor::and);
        logic.put("or", Tensor::or);
        logic.forEach((name, form) -> {
            add(misfits, name, "FLOAT32", "BOOL", (_, x) -> form.apply(x.vector(), x.truth()));
            add(misfits, name, "BOOL", "INT64", (_, x) -> form.apply(x.truth(), x.index()));
            add(
                    misfits,
                    name,
                    "[4]",
                    "[2, 3]",
                    (_, x) -> form.apply(x.truth(), x.matrix().equalTo(x.matrix())));
        });
        add(misfits, "where", "[2, 3]", "[4]", (_, x) -> x.matrix().where(x.truth(), x.vector()));
        add(misfits, "where", "[4]", "[2, 3]", (_, x) -> x.matrix().where(x.truth(), x.matrix()));
        add(misfits, "where", "FLOAT32", "INT64", (_, x) -> x.vector().where(x.truth(), x.index()));
        add(misfits, "where", "FLOAT32", "", (_, x) -> x.vector().where(x.vector(), x.vector()));
    }

    private static void functions(List<Misfit> misfits) {
        Map<String, UnaryOperator<Tensor>> functions = new LinkedHashMap<>();
        functions.put("exp", Tensor::exp);
        functions.put("log", Tensor::log);
        functions.put("sqrt", Tensor::sqrt);
        functions.put("abs", Tensor::abs);
        functions.put("tanh", Tensor::tanh);
        functions.put("sigmoid", Tensor::sigmoid);
        functions.put("logSigmoid", Tensor::logSigmoid);
        functions.put("silu", Tensor::silu);
        functions.put("softmax", x -> x.softmax(0));
        functions.put("logSoftmax", x -> x.logSoftmax(0));
        functions.forEach(
                (name, form) -> add(misfits, name, "INT64", "", (_, x) -> form.apply(x.index())));
        functions.put("add a number", x -> x.add(1));
        functions.put("multiply by a number", x -> x.multiply(2));
        functions.put("negate", Tensor::negate);
        functions.put("subtractFrom", x -> x.subtractFrom(1));
        functions.put("sum", Tensor::sum);
        functions.put("cumulativeSum", x -> x.cumulativeSum(0));
        functions.forEach(
                (name, form) -> add(misfits, name, "BOOL", "", (_, x) -> form.apply(x.truth())));
        add(misfits, "not", "FLOAT32", "", (_, x) -> x.vector().not());
        add(misfits, "not", "INT64", "", (_, x) -> x.index().not());
    }

    private static void axes(List<Misfit> misfits) {
        Map<String, BiFunction<Tensor, Integer, Tensor>> along = new LinkedHashMap<>();
        along.put("sum", Tensor::sum);
        along.put("max", Tensor::max);
        along.put("argmax", Tensor::argmax);
        along.put("cumulativeSum", Tensor::cumulativeSum);
        along.put("softmax", Tensor::softmax);
        along.put("logSoftmax", Tensor::logSoftmax);
        along.forEach((name, form) -> {
            add(misfits, name, "[2, 3]", "2", (_, x) -> form.apply(x.matrix(), 2));
            add(misfits, name, "[2, 3]", "-3", (_, x) -> form.apply(x.matrix(), -3));
        });
        add(misfits, "unsqueeze", "[2, 3]", "3", (_, x) -> x.matrix().unsqueeze(3));
        add(misfits, "indices", "[2, 3]", "2", (ops, x) -> ops.indices(x.matrix(), 2));
    }

    private static void products(List<Misfit> misfits) {
        add(misfits, "matmul", "[2, 3]", "[2, 3]", (_, x) -> x.matrix().matmul(x.matrix()));
        add(misfits, "matmul of vectors", "[4]", "[4]", (_, x) -> x.vector().matmul(x.vector()));
        add(misfits, "linear", "[4]", "[2, 3]", (_, x) -> x.vector().linear(x.matrix()));
        add(misfits, "pick", "[2, 3]", "[4]", (_, x) -> x.matrix().pick(x.index()));
        add(misfits, "pick at FLOAT32", "FLOAT32", "", (_, x) -> x.vector().pick(x.vector()));
        add(misfits, "lookup at FLOAT32", "FLOAT32", "", (_, x) -> x.matrix().lookup(x.vector()));
        add(misfits, "rmsNorm", "[2, 3]", "[4]", (_, x) -> x.matrix().rmsNorm(x.vector(), 1e-5));
        add(
                misfits,
                "attention",
                "[1, 1, 1, 4]",
                "",
                (ops, x) -> {
                    Tensor queries = x.vector().reshape(1, 1, 1, 4);
                    Tensor keys = x.matrix().reshape(1, 1, 2, 3);
                    Tensor bias = ops.constant(new float[2], 1, 1, 1, 2);
                    return ops.attention(queries, keys, keys, new AttentionMask(bias, false));
                });
    }

    private static void shapes(List<Misfit> misfits) {
        add(misfits, "reshape", "[2, 3]", "4", (_, x) -> x.matrix().reshape(4, -1));
        add(misfits, "flatten", "[4]", "", (_, x) -> x.vector().flatten());
        add(
                misfits,
                "putRows",
                "FLOAT32",
                "INT64",
                (ops, x) ->
                        ops.putRows(
                                x.matrix(),
                                x.index(),
                                ops.activeRows(x.matrix().equalTo(x.matrix()))));
        add(
                misfits,
                "overwrite",
                "FLOAT32",
                "INT64",
                (ops, x) -> ops.overwrite(x.matrix(), x.index(), x.index()));
        add(misfits, "transpose", "[2, 3]", "", (_, x) -> x.matrix().transpose(0, 1, 2));
        add(misfits, "slice", "[2, 3]", "4", (_, x) -> x.matrix().slice(1, 0, 4));
        add(
                misfits,
                "concat",
                "[2, 3]",
                "[4]",
                (ops, x) -> ops.concat(0, List.of(x.matrix(), x.vector())));
        add(
                misfits,
                "concat",
                "FLOAT32",
                "INT64",
                (ops, x) -> ops.concat(0, List.of(x.vector(), x.index())));
        add(misfits, "constant", "3", "[2]", (ops, _) -> ops.constant(new float[3], 2));
    }

    private static void add(
            List<Misfit> misfits,
            String name,
            String first,
            String second,
            BiFunction<Ops, Operands, Tensor> form) {
        List<String> named = second.isEmpty() ? List.of(first) : List.of(first, second);
        misfits.add(new Misfit(name + " of " + String.join(" and ", named), named, form));
    }
}
