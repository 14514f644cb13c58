package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** What does not fit is refused, in a message that says what it was. */
interface RefusalContract extends BackendTrial {

    /** Shapes that do not fit are refused by every operation, and so are types. */
    @TestFactory
    default Stream<DynamicTest> misfits() {
        return Stream.of(
                misfit("add", "[2, 3]", "[4]", (_, x) -> x.matrix().add(x.vector())),
                misfit("subtract", "[2, 3]", "[4]", (_, x) -> x.matrix().subtract(x.vector())),
                misfit("multiply", "[4]", "[2, 3]", (_, x) -> x.vector().multiply(x.matrix())),
                misfit("divide", "[2, 3]", "[4]", (_, x) -> x.matrix().divide(x.vector())),
                misfit("minimum", "[2, 3]", "[4]", (_, x) -> x.matrix().minimum(x.vector())),
                misfit("maximum", "[2, 3]", "[4]", (_, x) -> x.matrix().maximum(x.vector())),
                misfit("equalTo", "[2, 3]", "[4]", (_, x) -> x.matrix().equalTo(x.vector())),
                misfit("where", "[2, 3]", "[4]", (_, x) -> x.matrix().where(x.truth(), x.vector())),
                misfit("matmul", "[2, 3]", "[2, 3]", (_, x) -> x.matrix().matmul(x.matrix())),
                misfit("matmul of a vector", "[4]", "[4]", (_, x) -> x.vector().matmul(x.vector())),
                misfit("linear", "[4]", "[2, 3]", (_, x) -> x.vector().linear(x.matrix())),
                misfit("pick", "[2, 3]", "[4]", (_, x) -> x.matrix().pick(x.index())),
                misfit("reshape", "[2, 3]", "4", (_, x) -> x.matrix().reshape(4, -1)),
                misfit("transpose", "[2, 3]", "", (_, x) -> x.matrix().transpose(0, 1, 2)),
                misfit("sum along axis 2", "[2, 3]", "2", (_, x) -> x.matrix().sum(2)),
                misfit("softmax along axis −3", "[2, 3]", "-3", (_, x) -> x.matrix().softmax(-3)),
                misfit("slice", "[2, 3]", "4", (_, x) -> x.matrix().slice(1, 0, 4)),
                misfit(
                        "concat",
                        "[2, 3]",
                        "[4]",
                        (ops, x) -> ops.concat(0, List.of(x.matrix(), x.vector()))),
                misfit("FLOAT32 + INT64", "FLOAT32", "INT64", (_, x) -> x.vector().add(x.index())),
                misfit("INT64 + FLOAT32", "INT64", "FLOAT32", (_, x) -> x.index().add(x.vector())),
                misfit("exp of INT64", "INT64", "", (_, x) -> x.index().exp()),
                misfit("INT64 / INT64", "INT64", "", (_, x) -> x.index().divide(x.index())),
                misfit("BOOL + BOOL", "BOOL", "", (_, x) -> x.truth().add(x.truth())),
                misfit("not of FLOAT32", "FLOAT32", "", (_, x) -> x.vector().not()),
                misfit(
                        "where by FLOAT32",
                        "FLOAT32",
                        "",
                        (_, x) -> x.vector().where(x.vector(), x.vector())),
                misfit(
                        "lookup at FLOAT32",
                        "FLOAT32",
                        "",
                        (_, x) -> x.matrix().lookup(x.vector())));
    }

    /** Operands of misfits: matrix [2, 3], vector [4], index [4] INT64, truth [4] BOOL. */
    record Operands(Tensor matrix, Tensor vector, Tensor index, Tensor truth) {}

    private DynamicTest misfit(
            String name, String first, String second, BiFunction<Ops, Operands, Tensor> form) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    Numbers[] operands = {
                        Numbers.of(DType.FLOAT32, new long[] {2, 3}, i -> i),
                        Numbers.of(DType.FLOAT32, new long[] {4}, i -> i),
                        Numbers.of(DType.INT64, new long[] {4}, _ -> 0),
                        Numbers.of(DType.BOOL, new long[] {4}, _ -> 1)
                    };
                    try (Bench bench = open()) {
                        long before = bench.session.liveTensors();
                        Refusal.SHP_001.of(
                                List.of(first, second),
                                () ->
                                        bench.run(
                                                (ops, x) -> {
                                                    Operands given =
                                                            new Operands(
                                                                    x.get(0), x.get(1), x.get(2),
                                                                    x.get(3));
                                                    return List.of(form.apply(ops, given));
                                                },
                                                operands));
                        assertEquals(before, bench.session.liveTensors(), "afterwards");
                    }
                });
    }

    /** Inputs that are not those a program was compiled for are refused by name. */
    @Test
    default void inputsThatDoNotFitAreRefused() {
        List<Input> declared =
                List.of(
                        Input.of("states", DType.FLOAT32, -1, 2),
                        Input.of("tokens", DType.INT64, -1));
        try (Bench bench = open();
                Executable executable = bench.session.compile((_, x) -> x, declared)) {
            Tensor states = bench.session.tensor(new float[] {1, 2}, 1, 2);
            Tensor tokens = bench.session.tensor(new int[] {1, 2, 3}, 3);
            executable.run(List.of(states, tokens));
            Tensor narrow = bench.session.tensor(new float[] {1}, 1, 1);
            Tensor flat = bench.session.tensor(new float[] {1, 2}, 2);
            Refusal.SHP_001.of(
                    List.of("states", "2"), () -> executable.run(List.of(narrow, tokens)));
            Refusal.SHP_001.of(List.of("states"), () -> executable.run(List.of(flat, tokens)));
            Refusal.SHP_001.of(
                    List.of("tokens", "INT64"), () -> executable.run(List.of(states, flat)));
            Refusal.SHP_001.of(List.of("1", "2"), () -> executable.run(List.of(states)));
        }
    }

    /** Numbers that do not fill a shape are refused. */
    @Test
    default void numbersThatDoNotFillAShapeAreRefused() {
        try (Bench bench = open()) {
            Refusal.SHP_001.of(
                    List.of("[2, 2]"), () -> bench.session.tensor(new float[] {1, 2, 3}, 2, 2));
            Refusal.SHP_001.of(List.of("[2]"), () -> bench.session.tensor(new int[] {1}, 2));
            Parameter parameter = Parameter.constant("w", 0, 2, 3);
            Refusal.SHP_001.of(
                    List.of("w", "6"), () -> bench.session.define(parameter, new float[] {1}));
            bench.session.define(parameter, new float[6]);
            Refusal.SHP_001.of(
                    List.of("w", "6"), () -> bench.session.write("w", Slot.VALUE, new float[7]));
        }
    }

    /** A parameter has one definition, and must have one. */
    @Test
    default void unknownAndRepeatedParametersAreRefused() {
        try (Bench bench = open()) {
            bench.define("w", Numbers.floats(new long[] {1}, 1));
            Refusal.BKD_003.of(
                    List.of("w"),
                    () -> bench.session.define(Parameter.constant("w", 0, 1), new float[] {2}));
            Refusal.BKD_003.of(List.of("v"), () -> bench.session.read("v", Slot.VALUE));
            Refusal.BKD_003.of(
                    List.of("v"), () -> bench.session.write("v", Slot.VALUE, new float[] {1}));
            Refusal.BKD_003.of(
                    List.of("v"), () -> bench.run((ops, _) -> List.of(ops.parameter("v"))));
            Numbers.floats(new long[] {1}, 1)
                    .assertNear(bench.read("w", Slot.VALUE), 0, "the first definition");
        }
    }

    /** Parameters are listed as they were defined. */
    @Test
    default void parametersAreListedInOrder() {
        try (Bench bench = open()) {
            List<Parameter> defined =
                    List.of(
                            Parameter.constant("z", 1, 2),
                            Parameter.normal("a", 0.5, 1, 2),
                            Parameter.linear("m", 2, 1, 1));
            defined.forEach(parameter -> bench.session.define(parameter, new float[2]));
            assertEquals(defined, bench.session.parameters());
        }
    }
}
