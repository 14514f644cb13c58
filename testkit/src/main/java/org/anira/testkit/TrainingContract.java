package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import org.anira.api.BackendException;
import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Gradients add up, updates follow AdamW's formula, and slots hold what they should. */
interface TrainingContract extends BackendTrial {

    /**
     * With TRAINING, gradients add up and updates follow the formula of {@link AdamW}; without it
     * they are refused.
     */
    @TestFactory
    default Stream<DynamicTest> training() {
        if (!has(Capability.TRAINING)) {
            return Stream.of(dynamicTest("refused", this::trainingIsRefused));
        }
        return Stream.of(
                dynamicTest("differentiating computes the outputs", this::outputsAreThoseOfARun),
                dynamicTest("gradients add up", this::gradientsAddUp),
                dynamicTest("running records nothing", this::runningRecordsNothing),
                dynamicTest("unused parameters", this::unusedParametersHaveGradientZero),
                dynamicTest("the first output alone", this::onlyTheFirstOutputIsDifferentiated),
                dynamicTest("detached tensors", this::detachedTensorsAreConstants),
                dynamicTest("straight-through", this::straightThroughTakesTheSurrogate),
                dynamicTest("loops and rows", this::gradientsFlowThroughLoopsAndRows),
                dynamicTest("the loss is a scalar", this::theLossIsAScalar),
                dynamicTest("AdamW", this::updatesFollowAdamW),
                dynamicTest("AdamW unclipped", this::updatesMayGoUnclipped),
                dynamicTest("AdamW from written moments", this::updatesGoOnFromWrittenMoments),
                dynamicTest("AdamW at rate 0", this::aRateOfZeroKeepsTheValues),
                dynamicTest("AdamW of no number", this::aGradientThatIsNotFiniteChangesNothing));
    }

    /** Tries that gradients and updates are refused. */
    default void trainingIsRefused() {
        AdamW rule = new AdamW(0.1, 0.9, 0.95, 1e-8, 0, 1);
        try (Bench bench = open()) {
            bench.define("w", Numbers.floats(new long[] {1}, 1));
            Program program = (ops, _) -> List.of(ops.parameter("w").sum());
            Refusal.BKD_002.of(List.of("TRAINING"), () -> bench.differentiate(program));
            Refusal.BKD_002.of(List.of("TRAINING"), () -> bench.session.update(rule, 1));
            Refusal.BKD_002.of(List.of("TRAINING"), bench.session::clearGradients);
        }
    }

    /** w [2] = (1, 2). */
    private static void defineW(Bench bench) {
        bench.define("w", Numbers.floats(new long[] {2}, 1, 2));
    }

    private static void assertGradient(Bench bench, double first, double second, String what) {
        Numbers.floats(new long[] {2}, first, second)
                .assertNear(bench.read("w", Slot.GRADIENT), 1e-5, what);
    }

    /** Outputs of a differentiated program are those of a run. */
    private void outputsAreThoseOfARun() {
        Program program =
                (ops, x) -> {
                    var product = ops.parameter("w").multiply(x.getFirst());
                    return List.of(product.sum(), product);
                };
        try (Bench bench = open()) {
            defineW(bench);
            Numbers x = Numbers.floats(new long[] {2}, 3, 4);
            List<Numbers> run = bench.run(program, x);
            List<Numbers> differentiated = bench.differentiate(program, x);
            for (int i = 0; i < run.size(); i++) {
                run.get(i).assertNear(differentiated.get(i), tolerance(), "output " + i);
            }
        }
    }

    /** Gradients add up over calls, until they are cleared. */
    private void gradientsAddUp() {
        Program program = (ops, x) -> List.of(ops.parameter("w").multiply(x.getFirst()).sum());
        try (Bench bench = open()) {
            defineW(bench);
            assertGradient(bench, 0, 0, "at first");
            bench.differentiate(program, Numbers.floats(new long[] {2}, 3, 4));
            assertGradient(bench, 3, 4, "once");
            bench.differentiate(program, Numbers.floats(new long[] {2}, 10, -1));
            assertGradient(bench, 13, 3, "twice");
            bench.session.clearGradients();
            assertGradient(bench, 0, 0, "cleared");
            bench.differentiate(program, Numbers.floats(new long[] {2}, 3, 4));
            assertGradient(bench, 3, 4, "after clearing");
        }
    }

    /** Running leaves gradients alone. */
    private void runningRecordsNothing() {
        Program program = (ops, _) -> List.of(ops.parameter("w").sum());
        try (Bench bench = open()) {
            defineW(bench);
            bench.run(program);
            assertGradient(bench, 0, 0, "after a run");
            bench.differentiate(program);
            bench.run(program);
            assertGradient(bench, 1, 1, "after a derivative and a run");
        }
    }

    /** A parameter that the loss does not depend on has gradient zero. */
    private void unusedParametersHaveGradientZero() {
        Program program = (ops, _) -> List.of(ops.parameter("used").sum());
        try (Bench bench = open()) {
            defineW(bench);
            bench.define("used", Numbers.floats(new long[] {1}, 1));
            bench.differentiate(program);
            assertGradient(bench, 0, 0, "unused");
        }
    }

    /** Parameters that a loss uses twice get both gradients, and only the first output counts. */
    private void onlyTheFirstOutputIsDifferentiated() {
        Program program =
                (ops, _) -> {
                    var w = ops.parameter("w");
                    return List.of(w.multiply(w).sum(), w.multiply(100).sum());
                };
        try (Bench bench = open()) {
            defineW(bench);
            bench.differentiate(program);
            assertGradient(bench, 2, 4, "w²");
        }
    }

    /** No gradient flows through a detached tensor, its numbers stay. */
    private void detachedTensorsAreConstants() {
        Program program =
                (ops, _) -> {
                    var w = ops.parameter("w");
                    return List.of(w.multiply(w.detach()).sum());
                };
        try (Bench bench = open()) {
            defineW(bench);
            Numbers loss = bench.differentiate(program).getFirst();
            Numbers.floats(new long[0], 5).assertNear(loss, tolerance(), "loss");
            assertGradient(bench, 1, 2, "w · sg(w)");
        }
    }

    /** A straight-through estimate: forward the hard value, backward the soft one. */
    private void straightThroughTakesTheSurrogate() {
        Program program =
                (ops, _) -> {
                    var soft = ops.parameter("w").sigmoid();
                    var hard = soft.greaterOrEqual(ops.constant(0.8)).cast(DType.FLOAT32);
                    return List.of(hard.add(soft.subtract(soft.detach())).sum());
                };
        try (Bench bench = open()) {
            defineW(bench);
            Numbers loss = bench.differentiate(program).getFirst();
            Numbers.floats(new long[0], 1).assertNear(loss, tolerance(), "loss");
            double one = 1 / (1 + Math.exp(-1));
            double two = 1 / (1 + Math.exp(-2));
            assertGradient(bench, one * (1 - one), two * (1 - two), "sigmoid'");
        }
    }

    /** Gradients flow through loops, gathered rows and choices. */
    private void gradientsFlowThroughLoopsAndRows() {
        RandomGenerator random = Seed.random("loop gradients", 0);
        List<Numbers> operands = new ArrayList<>();
        operands.add(
                Numbers.of(DType.FLOAT32, new long[] {2, 3, 2}, _ -> random.nextDouble(-1, 1)));
        operands.add(Numbers.of(DType.FLOAT32, new long[] {2, 2}, _ -> random.nextDouble(-1, 1)));
        Numbers depths = Numbers.integers(new long[] {2, 3}, 1, 3, 2, 1, 1, 4);
        CentralDifferences.assertGradients(
                this,
                "loop over active rows",
                operands,
                List.of(depths),
                (ops, p, x) -> {
                    Tensor start = x.getFirst().greaterOrEqual(ops.integer(1));
                    List<Tensor> end =
                            ops.loop(
                                    1,
                                    4,
                                    List.of(start, p.get(0)),
                                    (d, c) -> {
                                        ActiveRows rows = ops.activeRows(c.get(0));
                                        Tensor flat = c.get(1).reshape(-1, 2);
                                        Tensor next =
                                                flat.lookup(rows.token()).linear(p.get(1)).tanh();
                                        Tensor all = ops.concat(0, List.of(flat, next));
                                        Tensor on =
                                                x.getFirst().greaterOrEqual(d.add(ops.integer(1)));
                                        return List.of(
                                                c.get(0).and(on), all.lookup(rows.inverse()));
                                    });
                    return end.get(1).multiply(end.get(1)).sum();
                });
    }

    /** Only a float32 scalar can be differentiated. */
    private void theLossIsAScalar() {
        Program program = (ops, _) -> List.of(ops.parameter("w").multiply(2));
        try (Bench bench = open()) {
            defineW(bench);
            assertThrows(BackendException.class, () -> bench.differentiate(program));
        }
    }

    /** Slots are read and written one by one; without TRAINING all but VALUE are refused. */
    @Test
    default void slotsHoldWhatIsWritten() {
        try (Bench bench = open()) {
            defineW(bench);
            bench.define("m", Numbers.floats(new long[] {1, 2}, 7, 8));
            if (!has(Capability.TRAINING)) {
                assertValuesAlone(bench);
                return;
            }
            for (Slot slot : Slot.values()) {
                if (slot != Slot.VALUE) {
                    Numbers.floats(new long[] {2}, 0, 0)
                            .assertNear(bench.read("w", slot), 0, slot + " at first");
                }
            }
            for (Slot slot : Slot.values()) {
                Slots.write(bench.session, "w", slot, slot.ordinal(), -1);
            }
            for (Slot slot : Slot.values()) {
                Numbers.floats(new long[] {2}, slot.ordinal(), -1)
                        .assertNear(bench.read("w", slot), 0, slot + " as written");
            }
            Numbers.floats(new long[] {1, 2}, 7, 8)
                    .assertNear(bench.read("m", Slot.VALUE), 0, "the other parameter");
            bench.session.clearGradients();
            Numbers.floats(new long[] {2}, 0, 0)
                    .assertNear(bench.read("w", Slot.GRADIENT), 0, "cleared gradient");
            Numbers.floats(new long[] {2}, Slot.FIRST_MOMENT.ordinal(), -1)
                    .assertNear(bench.read("w", Slot.FIRST_MOMENT), 0, "moment after clearing");
        }
    }

    private static void assertValuesAlone(Bench bench) {
        for (Slot slot : Slot.values()) {
            if (slot != Slot.VALUE) {
                Refusal.BKD_002.of(List.of("TRAINING"), () -> Slots.read(bench.session, "w", slot));
                Refusal.BKD_002.of(
                        List.of("TRAINING"), () -> Slots.write(bench.session, "w", slot, 0, 0));
            }
        }
        Slots.write(bench.session, "w", Slot.VALUE, 5, -1);
        Numbers.floats(new long[] {2}, 5, -1)
                .assertNear(bench.read("w", Slot.VALUE), 0, "VALUE as written");
        Numbers.floats(new long[] {1, 2}, 7, 8)
                .assertNear(bench.read("m", Slot.VALUE), 0, "the other parameter");
    }

    /**
     * Updates follow the formula of {@link AdamW} for several steps: with clipping, and decay of
     * matrices alone.
     */
    private void updatesFollowAdamW() {
        assertUpdates(new AdamW(0.05, 0.9, 0.95, 1e-8, 0.1, 0.5), 1);
    }

    /** Without clipping and decay they follow it too. */
    private void updatesMayGoUnclipped() {
        assertUpdates(new AdamW(0.01, 0.8, 0.999, 1e-5, 0, Double.POSITIVE_INFINITY), 1);
    }

    /** Training that goes on from written moments is where it would have been. */
    private void updatesGoOnFromWrittenMoments() {
        assertUpdates(new AdamW(0.05, 0.9, 0.95, 1e-8, 0.1, 1), 1000);
    }

    /** A rate of 0 moves nothing but the moments. */
    private void aRateOfZeroKeepsTheValues() {
        assertUpdates(new AdamW(0, 0.9, 0.95, 1e-8, 0.1, 1), 1);
    }

    private void aGradientThatIsNotFiniteChangesNothing() {
        AdamW rule = new AdamW(0.1, 0.9, 0.95, 1e-8, 0.1, 1);
        for (float broken : new float[] {Float.POSITIVE_INFINITY, Float.NaN}) {
            try (Bench bench = open()) {
                defineW(bench);
                bench.define("v", Numbers.floats(new long[] {1}, 3));
                Map<Slot, float[]> w = new EnumMap<>(Slot.class);
                w.put(Slot.VALUE, new float[] {1, 2});
                w.put(Slot.FIRST_MOMENT, new float[] {3, 4});
                w.put(Slot.SECOND_MOMENT, new float[] {5, 6});
                w.put(Slot.GRADIENT, new float[] {broken, 7});
                w.forEach((slot, values) -> Slots.write(bench.session, "w", slot, values));
                Slots.write(bench.session, "v", Slot.GRADIENT, 8);
                try (Scope _ = bench.session.scope()) {
                    float norm = bench.session.floats(bench.session.update(rule, 1))[0];
                    assertFalse(Float.isFinite(norm), () -> "norm of the gradient: " + norm);
                }
                w.forEach((slot, values) ->
                        assertArrayEquals(
                                values, Slots.read(bench.session, "w", slot), slot + " of w"));
                assertArrayEquals(new float[] {3}, Slots.read(bench.session, "v", Slot.VALUE));
                assertArrayEquals(new float[] {8}, Slots.read(bench.session, "v", Slot.GRADIENT));
            }
        }
    }

    private void assertUpdates(AdamW rule, int firstStep) {
        RandomGenerator random = Seed.random("adamw", firstStep);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("matrix", new long[] {3, 2});
        shapes.put("vector", new long[] {3});
        shapes.put("unused", new long[] {2, 1});
        Program program =
                (ops, x) -> {
                    var y =
                            x.getFirst()
                                    .linear(ops.parameter("matrix"))
                                    .add(ops.parameter("vector"));
                    return List.of(y.multiply(y).sum());
                };
        try (Bench bench = open()) {
            Map<String, Map<Slot, double[]>> expected = new LinkedHashMap<>();
            shapes.forEach((name, shape) -> {
                Map<Slot, double[]> slots = new EnumMap<>(Slot.class);
                for (Slot slot : Slot.values()) {
                    boolean zero = slot == Slot.GRADIENT || firstStep == 1 && slot != Slot.VALUE;
                    double least = slot == Slot.SECOND_MOMENT ? 0 : -1;
                    Numbers drawn =
                            Numbers.of(
                                    DType.FLOAT32,
                                    shape,
                                    _ -> zero ? 0 : random.nextDouble(least, 1));
                    slots.put(slot, drawn.values());
                    if (slot == Slot.VALUE) {
                        bench.define(name, drawn);
                    } else {
                        Slots.write(bench.session, name, slot, drawn.narrow());
                    }
                }
                expected.put(name, slots);
            });
            for (int step = firstStep; step < firstStep + 6; step++) {
                Numbers x =
                        Numbers.of(DType.FLOAT32, new long[] {4, 2}, _ -> random.nextDouble(-1, 1));
                bench.differentiate(program, x);
                for (String name : shapes.keySet()) {
                    expected.get(name).put(Slot.GRADIENT, bench.read(name, Slot.GRADIENT).values());
                }
                double norm = UpdateFormula.apply(rule, step, shapes, expected);
                try (Scope _ = bench.session.scope()) {
                    Numbers found = Numbers.read(bench.session, bench.session.update(rule, step));
                    Numbers.floats(new long[0], norm)
                            .assertNear(found, 1e-5, "norm of the gradient");
                }
                assertSlots(bench, "step " + step, shapes, expected);
            }
        }
    }

    private static void assertSlots(
            Bench bench,
            String when,
            Map<String, long[]> shapes,
            Map<String, Map<Slot, double[]>> expected) {
        shapes.forEach((name, shape) -> {
            for (Slot slot : Slot.values()) {
                Numbers.floats(shape, expected.get(name).get(slot))
                        .assertNear(
                                bench.read(name, slot),
                                1e-5,
                                "%s, %s of %s".formatted(when, slot, name));
            }
        });
        assertEquals(shapes.size(), bench.session.parameters().size());
    }
}
