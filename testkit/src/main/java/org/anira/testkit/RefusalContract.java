package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.stream.Stream;

/** What does not fit is refused, in a message that says what it was. */
interface RefusalContract extends BackendTrial {

    /** Shapes that do not fit are refused by every operation, and so are types. */
    @TestFactory
    default Stream<DynamicTest> misfits() {
        return Misfit.all().stream()
                .map(misfit -> DynamicTest.dynamicTest(misfit.name(), () -> assertRefused(misfit)));
    }

    private void assertRefused(Misfit misfit) {
        try (Bench bench = open()) {
            long before = bench.session.liveTensors();
            Refusal.SHP_001.of(
                    misfit.named(),
                    () ->
                            bench.runExactly(
                                    (ops, x) ->
                                            List.of(
                                                    misfit.form()
                                                            .apply(ops, Misfit.Operands.of(x))),
                                    Misfit.Operands.drawn()));
            assertEquals(before, bench.session.liveTensors(), "afterwards");
        }
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
            Refusal.SHP_001.of(List.of("w", "6"), () -> Slots.define(bench.session, parameter, 1));
            Slots.define(bench.session, parameter, new float[6]);
            Refusal.SHP_001.of(
                    List.of("w", "6"),
                    () -> Slots.write(bench.session, "w", Slot.VALUE, new float[7]));
        }
    }

    /** A parameter has one definition, and must have one. */
    @Test
    default void unknownAndRepeatedParametersAreRefused() {
        try (Bench bench = open()) {
            bench.define("w", Numbers.floats(new long[] {1}, 1));
            Refusal.BKD_003.of(
                    List.of("w"),
                    () -> Slots.define(bench.session, Parameter.constant("w", 0, 1), 2));
            Refusal.BKD_003.of(List.of("v"), () -> Slots.read(bench.session, "v", Slot.VALUE));
            Refusal.BKD_003.of(List.of("v"), () -> Slots.write(bench.session, "v", Slot.VALUE, 1));
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
            defined.forEach(parameter -> Slots.define(bench.session, parameter, new float[2]));
            assertEquals(defined, bench.session.parameters());
        }
    }
}
