package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import org.anira.api.tensor.Capability;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Every operation gives the numbers, shapes, types and gradients of the reference. */
interface OperationContract extends TrainingContract {

    /** An operation with numbers drawn for it. */
    record Drawn(OperationCase operation, List<Numbers> operands) {

        static Drawn of(OperationCase operation, int index) {
            RandomGenerator random = Seed.random("operation " + operation.name(), index);
            return new Drawn(
                    operation, operation.operands().stream().map(law -> law.draw(random)).toList());
        }

        String name() {
            List<String> shapes =
                    operands.stream().map(numbers -> numbers.shape().toString()).toList();
            return operation.name() + " " + String.join(" ", shapes);
        }

        Program program() {
            return (ops, x) -> List.of(operation.form().apply(ops, x));
        }

        Numbers[] inputs() {
            return operands.toArray(Numbers[]::new);
        }
    }

    /** Returns what is tried: all operations. */
    default List<OperationCase> operations() {
        return OperationCase.all();
    }

    private List<Drawn> drawn() {
        List<OperationCase> cases = operations();
        return IntStream.range(0, cases.size()).mapToObj(i -> Drawn.of(cases.get(i), i)).toList();
    }

    /** Operations have the values of the reference. */
    @TestFactory
    default Stream<DynamicTest> values() {
        return drawn().stream().map(drawn -> dynamicTest(drawn.name(), () -> compareValues(drawn)));
    }

    private void compareValues(Drawn drawn) {
        try (Bench reference = Bench.reference();
                Bench bench = open()) {
            Numbers expected = reference.run(drawn.program(), drawn.inputs()).getFirst();
            Numbers actual = bench.run(drawn.program(), drawn.inputs()).getFirst();
            expected.assertNear(actual, tolerance(), drawn.name());
        }
    }

    /**
     * Operations have the gradients of the reference's central differences; without TRAINING they
     * are refused.
     */
    @TestFactory
    default Stream<DynamicTest> gradients() {
        if (!has(Capability.TRAINING)) {
            return Stream.of(dynamicTest("refused", this::trainingIsRefused));
        }
        return drawn().stream()
                .filter(OperationContract::isDifferentiable)
                .map(drawn -> dynamicTest(drawn.name(), () -> compareGradients(drawn)));
    }

    private static boolean isDifferentiable(Drawn drawn) {
        try (Bench reference = Bench.reference()) {
            Numbers output = reference.run(drawn.program(), drawn.inputs()).getFirst();
            return output.type().isFloat()
                    && drawn.operands().stream().anyMatch(operand -> operand.type().isFloat())
                    && !drawn.operation().name().contains("zeros")
                    && !drawn.operation().name().equals("constant");
        }
    }

    private void compareGradients(Drawn drawn) {
        Numbers shape;
        try (Bench reference = Bench.reference()) {
            shape = reference.run(drawn.program(), drawn.inputs()).getFirst();
        }
        RandomGenerator random = Seed.random("weights " + drawn.name(), 0);
        Numbers weights = Numbers.of(DType.FLOAT32, shape.sizes(), _ -> random.nextDouble(-1, 1));
        CentralDifferences.assertGradients(
                this,
                drawn.name(),
                drawn.operands(),
                List.of(weights),
                (ops, x, inputs) ->
                        drawn.operation().form().apply(ops, x).multiply(inputs.getFirst()).sum());
    }

    /**
     * In BFLOAT16, operations have the values of the reference within its rounding, and casts and
     * constants do what they should; without it, a cast is refused.
     */
    @TestFactory
    default Stream<DynamicTest> bfloat16() {
        if (!has(Capability.BFLOAT16)) {
            return Stream.of(dynamicTest("refused", this::bfloat16IsRefused));
        }
        return Stream.of(
                bfloat16("add", x -> x.get(0).add(x.get(1))),
                bfloat16("multiply", x -> x.get(0).multiply(x.get(1))),
                bfloat16("linear", x -> x.get(0).linear(x.get(1))),
                bfloat16("matmul", x -> x.get(0).matmul(x.get(1).transpose(1, 0))),
                bfloat16("silu", x -> x.get(0).silu()),
                bfloat16("softmax", x -> x.get(0).softmax(-1)),
                bfloat16("sum", x -> x.get(0).sum(0)),
                bfloat16("scaled and transposed", x -> x.get(0).multiply(0.3).transpose(1, 0)),
                dynamicTest("casts round to even", this::castsToBfloat16RoundToEven),
                dynamicTest("constants take the type", this::aConstantTakesTheTypeItMeets));
    }

    private void bfloat16IsRefused() {
        try (Bench bench = open()) {
            Program cast = (_, x) -> List.of(x.getFirst().cast(DType.BFLOAT16));
            Refusal.BKD_002.of(
                    List.of("BFLOAT16"), () -> bench.run(cast, Numbers.floats(new long[] {1}, 1)));
        }
    }

    private DynamicTest bfloat16(String name, BFloat16Form form) {
        return dynamicTest(name, () -> compareBfloat16(form));
    }

    private void compareBfloat16(BFloat16Form form) {
        Program program =
                (_, x) -> {
                    List<Tensor> cast = x.stream().map(t -> t.cast(DType.BFLOAT16)).toList();
                    Tensor result = form.apply(cast);
                    assertEquals(DType.BFLOAT16, result.type());
                    return List.of(result.cast(DType.FLOAT32));
                };
        RandomGenerator random = Seed.random("bfloat16", 0);
        Numbers x = Numbers.of(DType.FLOAT32, new long[] {3, 4}, _ -> random.nextDouble(-2, 2));
        Numbers y = Numbers.of(DType.FLOAT32, new long[] {3, 4}, _ -> random.nextDouble(-2, 2));
        try (Bench reference = Bench.reference();
                Bench bench = open()) {
            Numbers expected = reference.run(program, x, y).getFirst();
            expected.assertNear(bench.run(program, x, y).getFirst(), Math.scalb(1, -6), "bfloat16");
        }
    }

    /** A form of operands that all have one type. */
    @FunctionalInterface
    interface BFloat16Form {
        Tensor apply(List<Tensor> operands);
    }

    /** A cast to BFLOAT16 rounds to the nearest, ties to even. */
    private void castsToBfloat16RoundToEven() {
        double step = Math.scalb(1, -7);
        Numbers x =
                Numbers.floats(
                        new long[] {4},
                        1 + step / 2,
                        1 + 1.5 * step,
                        1 + 0.51 * step,
                        -1 - step / 2);
        Program there = (_, t) -> List.of(t.getFirst().cast(DType.BFLOAT16).cast(DType.FLOAT32));
        try (Bench bench = open()) {
            Numbers.floats(new long[] {4}, 1, 1 + 2 * step, 1 + step, -1)
                    .assertNear(bench.run(there, x).getFirst(), 0, "rounded to bfloat16");
        }
    }

    /** A scalar constant meets any floating-point type and takes it. */
    private void aConstantTakesTheTypeItMeets() {
        Program program =
                (ops, x) -> {
                    Tensor half = x.getFirst().cast(DType.BFLOAT16);
                    assertEquals(DType.BFLOAT16, ops.constant(2).multiply(half).type());
                    assertEquals(DType.BFLOAT16, half.add(ops.constant(2)).type());
                    return List.of(half.multiply(ops.constant(2)).cast(DType.FLOAT32));
                };
        try (Bench bench = open()) {
            Numbers doubled = bench.run(program, Numbers.floats(new long[] {2}, 1, -3)).getFirst();
            Numbers.floats(new long[] {2}, 2, -6).assertNear(doubled, 0, "doubled");
        }
    }
}
