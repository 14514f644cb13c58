package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.anira.api.BackendException;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Slot;
import org.junit.jupiter.api.Test;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Gradients add up, updates follow AdamW's formula, and slots hold what they should. */
interface TrainingContract extends BackendTrial {

    /** Without TRAINING, gradients and updates are refused. */
    @Test
    default void trainingIsRefusedWithoutTheCapability() {
        assumeTrue(!has(Capability.TRAINING), "the backend has TRAINING");
        AdamW rule = new AdamW(0.1, 0.9, 0.95, 1e-8, 0, 1);
        try (Bench bench = open()) {
            bench.define("w", Numbers.floats(new long[] {1}, 1));
            Program program = (ops, _) -> List.of(ops.parameter("w").sum());
            Refusal.BKD_002.of(List.of("TRAINING"), () -> bench.differentiate(program));
            Refusal.BKD_002.of(List.of("TRAINING"), () -> bench.session.update(rule, 1));
        }
    }

    private Bench openForTraining() {
        assumeTrue(has(Capability.TRAINING), "no TRAINING: its refusal is tried");
        return open();
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
    @Test
    default void differentiatingComputesTheOutputs() {
        Program program =
                (ops, x) -> {
                    var product = ops.parameter("w").multiply(x.getFirst());
                    return List.of(product.sum(), product);
                };
        try (Bench bench = openForTraining()) {
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
    @Test
    default void gradientsAddUp() {
        Program program = (ops, x) -> List.of(ops.parameter("w").multiply(x.getFirst()).sum());
        try (Bench bench = openForTraining()) {
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
    @Test
    default void runningRecordsNothing() {
        Program program = (ops, _) -> List.of(ops.parameter("w").sum());
        try (Bench bench = openForTraining()) {
            defineW(bench);
            bench.run(program);
            assertGradient(bench, 0, 0, "after a run");
            bench.differentiate(program);
            bench.run(program);
            assertGradient(bench, 1, 1, "after a derivative and a run");
        }
    }

    /** A parameter that the loss does not depend on has gradient zero. */
    @Test
    default void unusedParametersHaveGradientZero() {
        Program program = (ops, _) -> List.of(ops.parameter("used").sum());
        try (Bench bench = openForTraining()) {
            defineW(bench);
            bench.define("used", Numbers.floats(new long[] {1}, 1));
            bench.differentiate(program);
            assertGradient(bench, 0, 0, "unused");
        }
    }

    /** Parameters that a loss uses twice get both gradients, and only the first output counts. */
    @Test
    default void onlyTheFirstOutputIsDifferentiated() {
        Program program =
                (ops, _) -> {
                    var w = ops.parameter("w");
                    return List.of(w.multiply(w).sum(), w.multiply(100).sum());
                };
        try (Bench bench = openForTraining()) {
            defineW(bench);
            bench.differentiate(program);
            assertGradient(bench, 2, 4, "w²");
        }
    }

    /** No gradient flows through a detached tensor, its numbers stay. */
    @Test
    default void detachedTensorsAreConstants() {
        Program program =
                (ops, _) -> {
                    var w = ops.parameter("w");
                    return List.of(w.multiply(w.detach()).sum());
                };
        try (Bench bench = openForTraining()) {
            defineW(bench);
            Numbers loss = bench.differentiate(program).getFirst();
            Numbers.floats(new long[0], 5).assertNear(loss, tolerance(), "loss");
            assertGradient(bench, 1, 2, "w · sg(w)");
        }
    }

    /** A straight-through estimate: forward the hard value, backward the soft one. */
    @Test
    default void straightThroughGradientsTakeTheSurrogate() {
        Program program =
                (ops, _) -> {
                    var soft = ops.parameter("w").sigmoid();
                    var hard = soft.greaterOrEqual(ops.constant(0.8)).cast(DType.FLOAT32);
                    return List.of(hard.add(soft.subtract(soft.detach())).sum());
                };
        try (Bench bench = openForTraining()) {
            defineW(bench);
            Numbers loss = bench.differentiate(program).getFirst();
            Numbers.floats(new long[0], 1).assertNear(loss, tolerance(), "loss");
            double one = 1 / (1 + Math.exp(-1));
            double two = 1 / (1 + Math.exp(-2));
            assertGradient(bench, one * (1 - one), two * (1 - two), "sigmoid'");
        }
    }

    /** Only a float32 scalar can be differentiated. */
    @Test
    default void theLossIsAScalar() {
        Program program = (ops, _) -> List.of(ops.parameter("w").multiply(2));
        try (Bench bench = openForTraining()) {
            defineW(bench);
            assertThrows(BackendException.class, () -> bench.differentiate(program));
        }
    }

    /** Slots are read and written one by one. */
    @Test
    default void slotsHoldWhatIsWritten() {
        try (Bench bench = open()) {
            defineW(bench);
            bench.define("m", Numbers.floats(new long[] {1, 2}, 7, 8));
            for (Slot slot : Slot.values()) {
                if (slot != Slot.VALUE) {
                    Numbers.floats(new long[] {2}, 0, 0)
                            .assertNear(bench.read("w", slot), 0, slot + " at first");
                }
            }
            for (Slot slot : Slot.values()) {
                bench.session.write("w", slot, new float[] {slot.ordinal(), -1});
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

    /**
     * Updates follow the formula of {@link AdamW} for several steps: with clipping, and decay of
     * matrices alone.
     */
    @Test
    default void updatesFollowAdamW() {
        assertUpdates(new AdamW(0.05, 0.9, 0.95, 1e-8, 0.1, 0.5), 1);
    }

    /** Without clipping and decay they follow it too. */
    @Test
    default void updatesMayGoUnclipped() {
        assertUpdates(new AdamW(0.01, 0.8, 0.999, 1e-5, 0, Double.POSITIVE_INFINITY), 1);
    }

    /** Training that goes on from written moments is where it would have been. */
    @Test
    default void updatesGoOnFromWrittenMoments() {
        assertUpdates(new AdamW(0.05, 0.9, 0.95, 1e-8, 0.1, 1), 1000);
    }

    /** A rate of 0 moves nothing but the moments. */
    @Test
    default void aRateOfZeroKeepsTheValues() {
        assertUpdates(new AdamW(0, 0.9, 0.95, 1e-8, 0.1, 1), 1);
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
        try (Bench bench = openForTraining()) {
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
                        bench.session.write(name, slot, drawn.narrow());
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
                double norm = adamW(rule, step, shapes, expected);
                try (Scope _ = bench.session.scope()) {
                    Numbers found = Numbers.read(bench.session, bench.session.update(rule, step));
                    Numbers.floats(new long[0], norm)
                            .assertNear(found, 1e-5, "norm of the gradient");
                }
                assertSlots(bench, "step " + step, shapes, expected);
            }
        }
    }

    /**
     * Updates values and moments by the formula, sets the gradients to zero, and returns their
     * norm.
     */
    private static double adamW(
            AdamW rule,
            int step,
            Map<String, long[]> shapes,
            Map<String, Map<Slot, double[]>> all) {
        double squares = 0;
        for (Map<Slot, double[]> slots : all.values()) {
            for (double g : slots.get(Slot.GRADIENT)) {
                squares += g * g;
            }
        }
        double norm = Math.sqrt(squares);
        double scale = Math.min(1, rule.clip() / (norm + 1e-6));
        all.forEach((name, slots) -> {
            double[] x = slots.get(Slot.VALUE);
            double[] gradient = slots.get(Slot.GRADIENT);
            double[] m = slots.get(Slot.FIRST_MOMENT);
            double[] v = slots.get(Slot.SECOND_MOMENT);
            for (int i = 0; i < x.length; i++) {
                double g = gradient[i] * scale;
                m[i] = rule.beta1() * m[i] + (1 - rule.beta1()) * g;
                v[i] = rule.beta2() * v[i] + (1 - rule.beta2()) * g * g;
                if (shapes.get(name).length >= 2) {
                    x[i] *= 1 - rule.rate() * rule.decay();
                }
                double mean = m[i] / (1 - Math.pow(rule.beta1(), step));
                double square = v[i] / (1 - Math.pow(rule.beta2(), step));
                x[i] -= rule.rate() * mean / (Math.sqrt(square) + rule.epsilon());
                gradient[i] = 0;
            }
        });
        return norm;
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
