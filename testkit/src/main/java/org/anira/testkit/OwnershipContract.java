package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.AniraException;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Tensors live as long as their scope, and nothing lives longer. */
interface OwnershipContract extends BackendTrial {

    /** A scope frees what was made inside, and the scope within it first. */
    @Test
    default void scopesFreeWhatWasMadeInside() {
        try (Bench bench = open()) {
            long before = bench.session.liveTensors();
            try (Scope _ = bench.session.scope()) {
                Tensor x = bench.session.tensor(new float[] {1, 2}, 2);
                try (Scope _ = bench.session.scope()) {
                    bench.make(x, Tensor::exp);
                    bench.session.tensor(new int[] {1}, 1);
                    assertEquals(before + 3, bench.session.liveTensors(), "one and two more");
                }
                assertEquals(before + 1, bench.session.liveTensors(), "the inner scope is closed");
            }
            assertEquals(before, bench.session.liveTensors(), "the outer scope is closed");
        }
    }

    /** A kept tensor outlives its scope, by one scope at a time. */
    @Test
    default void keptTensorsOutliveTheirScope() {
        try (Bench bench = open()) {
            long before = bench.session.liveTensors();
            try (Scope _ = bench.session.scope()) {
                Tensor kept;
                try (Scope inner = bench.session.scope()) {
                    Tensor made = bench.session.tensor(new float[] {1, 2}, 2);
                    kept = inner.keep(bench.make(made, x -> x.multiply(3)));
                }
                assertEquals(before + 1, bench.session.liveTensors(), "kept");
                assertArrayEquals(new float[] {3, 6}, bench.session.floats(kept));
            }
            assertEquals(before, bench.session.liveTensors(), "its new scope is closed");
        }
    }

    /** A tensor can be freed before its scope closes. */
    @Test
    default void tensorsCanBeFreedEarly() {
        try (Bench bench = open()) {
            long before = bench.session.liveTensors();
            Tensor old = bench.session.tensor(new float[] {1, 2}, 2);
            Tensor next = bench.make(old, x -> x.add(1));
            bench.scope.free(old);
            assertEquals(before + 1, bench.session.liveTensors(), "one is freed");
            assertMisuse(() -> bench.session.floats(old));
            assertMisuse(() -> bench.make(old, x -> x.add(1)));
            assertArrayEquals(new float[] {2, 3}, bench.session.floats(next));
        }
    }

    /** A tensor of a scope that was closed cannot be used. */
    @Test
    default void freedTensorsAreRefused() {
        try (Bench bench = open()) {
            Tensor freed;
            try (Scope _ = bench.session.scope()) {
                freed = bench.session.tensor(new float[] {1, 2}, 2);
            }
            assertMisuse(() -> bench.session.floats(freed));
            assertMisuse(() -> bench.make(freed, x -> x.add(1)));
        }
    }

    /** What a program computes on the way is freed; its outputs belong to the innermost scope. */
    @Test
    default void programsFreeTheirIntermediates() {
        Program program =
                (ops, x) -> {
                    Tensor sum = x.getFirst().add(1).exp().multiply(2).sum(0);
                    return List.of(sum, x.getFirst(), ops.parameter("w"));
                };
        try (Bench bench = open()) {
            bench.define("w", Numbers.floats(new long[] {1}, 5));
            try (Executable executable =
                    bench.session.compile(program, List.of(Input.of("x", DType.FLOAT32, -1)))) {
                Tensor x = bench.session.tensor(new float[] {1, 2, 3}, 3);
                executable.run(List.of(x)); // whatever is made once
                long before = bench.session.liveTensors();
                try (Scope _ = bench.session.scope()) {
                    List<Tensor> outputs = executable.run(List.of(x));
                    long more = bench.session.liveTensors() - before;
                    assertTrue(more <= outputs.size(), more + " tensors more, and 3 outputs");
                }
                assertEquals(before, bench.session.liveTensors(), "the scope is closed");
                assertArrayEquals(new float[] {1, 2, 3}, bench.session.floats(x), "the input");
                assertArrayEquals(new float[] {5}, Slots.read(bench.session, "w", Slot.VALUE), "w");
            }
        }
    }

    /**
     * A buffer that is overwritten again and again holds the newest rows, no more tensors live than
     * before, and what was computed from it earlier stays as it was.
     */
    @Test
    default void overwrittenBuffersGrowInNumbersAlone() {
        int size = 200; // more than a scope's bookkeeping would hide
        Program program =
                (ops, x) -> {
                    Tensor next = ops.overwrite(x.get(0), x.get(1), x.get(2));
                    return List.of(next, next.multiply(2));
                };
        List<Input> inputs =
                List.of(
                        Input.of("buffer", DType.FLOAT32, -1, 2),
                        Input.of("index", DType.INT64, -1),
                        Input.of("rows", DType.FLOAT32, -1, 2));
        float[] expected = new float[2 * size];
        try (Bench bench = open();
                Executable executable = bench.session.compile(program, inputs)) {
            Session session = bench.session;
            Tensor buffer = session.tensor(new float[2 * size], size, 2);
            Tensor doubled = session.tensor(new float[2 * size], size, 2);
            long before = 0;
            for (int i = 0; i < size; i++) {
                float[] earlier = session.floats(doubled);
                try (Scope inner = session.scope()) {
                    List<Tensor> outputs =
                            executable.run(
                                    List.of(
                                            buffer,
                                            session.tensor(new int[] {i}, 1),
                                            session.tensor(new float[] {i, -i}, 1, 2)));
                    assertArrayEquals(earlier, session.floats(doubled), "what was made before");
                    bench.scope.free(buffer);
                    bench.scope.free(doubled);
                    buffer = inner.keep(outputs.get(0));
                    doubled = inner.keep(outputs.get(1));
                }
                expected[2 * i] = i;
                expected[2 * i + 1] = -i;
                assertArrayEquals(expected, session.floats(buffer), "after row " + i);
                before = i == 0 ? session.liveTensors() : before;
                assertEquals(before, session.liveTensors(), "after row " + i);
            }
        }
    }

    /** A parameter is not written, whatever a program does with it. */
    @Test
    default void parametersAreNotOverwritten() {
        Program program =
                (ops, x) -> {
                    Tensor view = ops.parameter("w").unsqueeze(0).reshape(-1);
                    Tensor same = ops.parameter("w").cast(DType.FLOAT32).detach();
                    return List.of(
                            ops.overwrite(view, x.get(0), x.get(1)),
                            ops.overwrite(same, x.get(0), x.get(1)));
                };
        try (Bench bench = open()) {
            bench.define("w", Numbers.floats(new long[] {3}, 1, 2, 3));
            Numbers index = Numbers.of(DType.INT64, new long[] {1}, _ -> 1);
            for (Numbers result : bench.run(program, index, Numbers.floats(new long[] {1}, 9))) {
                Numbers.floats(new long[] {3}, 1, 9, 3).assertNear(result, 0, "the result");
            }
            assertArrayEquals(new float[] {1, 2, 3}, Slots.read(bench.session, "w", Slot.VALUE));
        }
    }

    /** A loop does not pile up what its iterations leave behind. */
    @Test
    default void loopsFreeTheirIterations() {
        List<Long> alive = new ArrayList<>();
        try (Bench bench = open()) {
            Program program =
                    (ops, x) ->
                            ops.loop(
                                    1,
                                    40,
                                    List.of(x.get(0), x.get(1)),
                                    (_, c) -> {
                                        alive.add(bench.session.liveTensors());
                                        return List.of(c.get(0), c.get(1).add(1).tanh().add(1));
                                    });
            long before = bench.session.liveTensors();
            bench.run(
                    program,
                    Numbers.truths(new long[] {1, 1}, true),
                    Numbers.floats(new long[] {2}, 1, 2));
            assertEquals(before, bench.session.liveTensors(), "after the loop");
        }
        // A backend that traces calls the body once.
        assertEquals(
                alive.get(Math.min(2, alive.size() - 1)),
                alive.getLast(),
                "alive per step: " + alive);
    }

    /**
     * Over 200 steps of training (or of running, without TRAINING) the number of live tensors stays
     * the same.
     */
    @Test
    default void theNumberOfLiveTensorsIsFlat() {
        Program program =
                (ops, x) -> {
                    Tensor y = x.getFirst().linear(ops.parameter("w")).silu();
                    return List.of(y.multiply(y).sum(), y);
                };
        AdamW rule = new AdamW(1e-3, 0.9, 0.95, 1e-8, 0.1, 1);
        try (Bench bench = open();
                Executable executable =
                        bench.session.compile(
                                program, List.of(Input.of("x", DType.FLOAT32, -1, 3)))) {
            bench.define("w", Numbers.of(DType.FLOAT32, new long[] {2, 3}, i -> i));
            long first = 0;
            for (int step = 1; step <= 200; step++) {
                try (Scope _ = bench.session.scope()) {
                    List<Tensor> inputs =
                            List.of(bench.session.tensor(new float[] {1, 2, 3}, 1, 3));
                    if (has(Capability.TRAINING)) {
                        executable.differentiate(inputs);
                        bench.session.update(rule, step);
                    } else {
                        executable.run(inputs);
                    }
                }
                long now = bench.session.liveTensors();
                first = step == 1 ? now : first;
                assertEquals(first, now, "live tensors after step " + step);
            }
        }
    }

    /** A program that fails leaves nothing behind, and the session goes on. */
    @Test
    default void failuresLeaveNothingBehind() {
        Program failing =
                (ops, x) -> {
                    ops.loop(
                            1,
                            2,
                            List.of(x.get(0)),
                            (_, c) -> {
                                x.get(1).exp();
                                throw new IllegalStateException("on purpose");
                            });
                    return List.of();
                };
        List<Input> declared =
                List.of(
                        Input.of("active", DType.BOOL, -1, -1),
                        Input.of("values", DType.FLOAT32, -1));
        try (Bench bench = open();
                Executable executable = bench.session.compile(failing, declared)) {
            Tensor active = bench.session.tensor(new boolean[] {true}, 1, 1);
            Tensor values = bench.session.tensor(new float[] {1, 2}, 2);
            long before = bench.session.liveTensors();
            assertThrows(
                    IllegalStateException.class, () -> executable.run(List.of(active, values)));
            assertEquals(before, bench.session.liveTensors(), "after the failure");
            Numbers doubled =
                    bench.run(
                                    (_, x) -> List.of(x.getFirst().multiply(2)),
                                    Numbers.floats(new long[] {2}, 1, 2))
                            .getFirst();
            Numbers.floats(new long[] {2}, 2, 4).assertNear(doubled, 0, "afterwards");
        }
    }

    /**
     * A tensor does not change: neither with the array it was made from, nor with a parameter it
     * was read from.
     */
    @Test
    default void tensorsDoNotChange() {
        try (Bench bench = open();
                Executable executable =
                        bench.session.compile((ops, _) -> List.of(ops.parameter("w")), List.of())) {
            float[] values = {1, 2};
            Tensor tensor = bench.session.tensor(values, 2);
            values[0] = 9;
            assertArrayEquals(new float[] {1, 2}, bench.session.floats(tensor), "the tensor");
            bench.session.floats(tensor)[0] = 9;
            assertArrayEquals(new float[] {1, 2}, bench.session.floats(tensor), "read again");
            bench.define("w", Numbers.floats(new long[] {2}, 3, 4));
            Tensor output = executable.run(List.of()).getFirst();
            Slots.write(bench.session, "w", Slot.VALUE, 5, 6);
            assertArrayEquals(new float[] {3, 4}, bench.session.floats(output), "the old value");
        }
    }

    /** What is closed cannot be used; closing twice does nothing. */
    @Test
    default void whatIsClosedIsRefused() {
        Session session = provider().open(settings());
        try (Scope _ = session.scope()) {
            Executable executable =
                    session.compile((ops, _) -> List.of(ops.constant(1)), List.of());
            executable.close();
            executable.close();
            assertMisuse(() -> executable.run(List.of()));
        }
        Executable left = session.compile((ops, _) -> List.of(ops.constant(1)), List.of());
        session.close();
        session.close();
        assertMisuse(session::scope);
        assertMisuse(() -> left.run(List.of()));
        assertMisuse(() -> session.tensor(new float[] {1}, 1));
    }

    /** A session belongs to the thread that opened it. */
    @Test
    default void otherThreadsAreRefused() throws InterruptedException {
        try (Bench bench = open()) {
            Tensor x = bench.session.tensor(new float[] {1}, 1);
            List<Runnable> calls =
                    List.of(
                            () -> bench.session.tensor(new float[] {1}, 1),
                            () -> bench.session.scope(),
                            () -> bench.session.floats(x));
            for (Runnable call : calls) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                Thread other =
                        new Thread(() -> {
                            try {
                                call.run();
                            } catch (RuntimeException e) {
                                thrown.set(e);
                            }
                        });
                other.start();
                other.join();
                assertMisuse(() -> {
                    if (thrown.get() instanceof RuntimeException e) {
                        throw e;
                    }
                });
            }
        }
    }

    /** Two sessions, one after the other, know nothing of each other. */
    @Test
    default void sessionsAreIndependent() {
        for (int i = 0; i < 2; i++) {
            try (Bench bench = open()) {
                assertEquals(List.of(), bench.session.parameters());
                bench.define("w", Numbers.floats(new long[] {1}, i));
                assertArrayEquals(new float[] {i}, Slots.read(bench.session, "w", Slot.VALUE));
            }
        }
    }

    private static void assertMisuse(Runnable call) {
        RuntimeException thrown =
                assertThrows(RuntimeException.class, call::run, "nothing was refused");
        if (!(thrown instanceof AniraException)) {
            assertInstanceOf(IllegalStateException.class, thrown);
        }
    }
}
