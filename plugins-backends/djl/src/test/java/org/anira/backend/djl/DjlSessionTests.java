package org.anira.backend.djl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.BackendException;
import org.anira.api.Settings;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.EagerOps;
import org.anira.testkit.Slots;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Values, gradients, updates and ownership on the CPU. */
class DjlSessionTests {

    private static final Input X = Input.of("x", DType.FLOAT32, -1, 4);

    private Session session;

    @BeforeEach
    void open() {
        session = new DjlBackendProvider().open(settings(Map.of("device", "cpu", "threads", 1)));
    }

    @AfterEach
    void close() {
        session.close();
    }

    private static Settings settings(Map<String, ?> given) {
        return Settings.of("backend.options", new DjlBackendProvider().options(), given);
    }

    @Test
    void saysWhatComputes() {
        assertEquals(new Session.Info("PyTorch 2.7.1", "cpu", 1), session.info());
    }

    @Test
    void anotherLibtorchInTheProcessIsRefused(@TempDir Path folder) throws IOException {
        String other = "/opt/torch/lib/" + System.mapLibraryName("torch_cpu");
        Path maps = Files.writeString(folder.resolve("maps"), "7f00-7f01 r-xp 0 08:01 9  " + other);
        BackendException refused =
                assertThrows(BackendException.class, () -> Library.requireAlone(maps));
        assertEquals("BKD-001", refused.code());
        assertTrue(refused.getMessage().contains(other), refused.getMessage());
    }

    @Test
    void fusedKernelsEqualTheirFormulas() {
        try (Scope _ = session.scope()) {
            Tensor x = session.tensor(new float[] {-30, -1, 0, 2, 25, 90}, 2, 3);
            float[] values = session.floats(x);
            float[] silu = session.floats(x.silu());
            float[] logSigmoid = session.floats(x.logSigmoid());
            for (int i = 0; i < values.length; i++) {
                assertEquals(values[i] / (1 + Math.exp(-values[i])), silu[i], 1e-5);
                double expected =
                        Math.min(0, values[i]) - Math.log1p(Math.exp(-Math.abs(values[i])));
                assertEquals(expected, logSigmoid[i], 1e-6 * Math.abs(expected));
            }
            float[] norm =
                    session.floats(x.rmsNorm(session.tensor(new float[] {1, 2, 3}, 3), 1e-5));
            double scale = Math.sqrt((900.0 + 1 + 0) / 3 + 1e-5);
            assertArrayEquals(
                    new float[] {(float) (-30 / scale), (float) (-2 / scale), 0},
                    new float[] {norm[0], norm[1], norm[2]},
                    1e-5f);
        }
    }

    @Test
    void reducesLooksUpAndPicks() {
        try (Scope _ = session.scope()) {
            Tensor x = session.tensor(new float[] {1, 5, 5, 7, 2, 0}, 2, 3);
            assertArrayEquals(new float[] {11, 9}, session.floats(x.sum(-1)));
            assertArrayEquals(new float[] {7, 5, 5}, session.floats(x.max(0)));
            assertArrayEquals(new int[] {1, 0}, session.integers(x.argmax(1)));
            assertArrayEquals(new float[] {1, 6, 11, 7, 9, 9}, session.floats(x.cumulativeSum(1)));
            Tensor index = session.tensor(new int[] {1, 0, 1, 1}, 2, 2);
            assertArrayEquals(
                    new float[] {7, 2, 0, 1, 5, 5, 7, 2, 0, 7, 2, 0},
                    session.floats(x.lookup(index)));
            assertEquals(List.of(2L, 2L, 3L), x.lookup(index).shape());
            assertEquals(List.of(2L, 2L), x.slice(1, 0, 1).reshape(-1).lookup(index).shape());
            assertArrayEquals(
                    new float[] {5, 7},
                    session.floats(x.pick(session.tensor(new int[] {2, 0}, 2))));
            assertArrayEquals(
                    new float[] {5, 2}, session.floats(x.pick(session.tensor(new int[] {1}))));
        }
    }

    @Test
    void castsBetweenTypesAndCutsTowardsZero() {
        try (Scope _ = session.scope()) {
            Tensor x = session.tensor(new float[] {-1.7f, 0, 2.9f}, 3);
            assertArrayEquals(new int[] {-1, 0, 2}, session.integers(x.cast(DType.INT64)));
            Tensor mask = x.greaterOrEqual(x.multiply(0));
            assertArrayEquals(new boolean[] {false, true, true}, session.booleans(mask));
            assertArrayEquals(new float[] {0, 1, 1}, session.floats(mask.cast(DType.FLOAT32)));
        }
    }

    @Test
    void listsActiveRows() {
        try (Scope _ = session.scope()) {
            boolean[] active = {true, false, true, false, false, true};
            ActiveRows rows = inside(ops -> ops.activeRows(session.tensor(active, 2, 3)));
            assertArrayEquals(new int[] {0, 2, 5}, session.integers(rows.token()));
            assertArrayEquals(new int[] {6, 1, 7, 3, 4, 8}, session.integers(rows.inverse()));
            assertArrayEquals(new int[] {0, 1, 2, 0}, session.integers(rows.query()));
            assertArrayEquals(new int[] {0, 1, 2}, session.integers(rows.place()));
            assertEquals(List.of(2L, 3L), rows.inverse().shape());
            assertEquals(List.of(2L, 2L), rows.query().shape());
        }
    }

    @Test
    void listsOneRowWhereNoneIsActive() {
        try (Scope _ = session.scope()) {
            ActiveRows rows = inside(ops -> ops.activeRows(session.tensor(new boolean[4], 2, 2)));
            assertArrayEquals(new int[] {0}, session.integers(rows.token()));
            assertArrayEquals(new int[] {0, 1, 2, 3}, session.integers(rows.inverse()));
            assertEquals(List.of(2L, 1L), rows.query().shape());
        }
    }

    private <T> T inside(java.util.function.Function<Ops, T> body) {
        return body.apply(new EagerOps((DjlSession) session));
    }

    @Test
    void loopStopsWhenNoTokenIsActive() {
        Executable counting =
                session.compile(
                        (ops, inputs) -> {
                            Tensor count = inputs.getFirst();
                            Tensor active = count.equalTo(count);
                            List<Tensor> end =
                                    ops.loop(
                                            1,
                                            10,
                                            List.of(active, count),
                                            (d, carry) -> {
                                                Tensor next = carry.get(1).add(1);
                                                Tensor limit =
                                                        ops.constant(3).add(next.multiply(0));
                                                return List.of(
                                                        next.greaterOrEqual(limit).not(), next);
                                            });
                            return List.of(end.get(1));
                        },
                        List.of(Input.of("count", DType.FLOAT32, -1, -1)));
        try (Scope _ = session.scope()) {
            Tensor start = session.tensor(new float[] {0, 1}, 1, 2);
            assertArrayEquals(
                    new float[] {3, 4}, session.floats(counting.run(List.of(start)).getFirst()));
        }
    }

    /**
     * A program that uses most operations once, smoothly; a scalar of x [R, 4] and the parameters.
     */
    private static List<Tensor> smooth(Ops ops, List<Tensor> inputs) {
        Tensor x = inputs.getFirst();
        Tensor h = x.linear(ops.parameter("map")).rmsNorm(ops.parameter("gain"), 1e-3);
        Tensor heads = h.reshape(1, -1, 2, 2).transpose(0, 2, 1, 3);
        Tensor bias = ops.zeros(x.sum().reshape(1), DType.FLOAT32, 1, 1, 1);
        h =
                h.add(
                        ops.attention(
                                        heads,
                                        heads.multiply(1.5),
                                        heads.exp().log(),
                                        new AttentionMask(bias, false))
                                .transpose(0, 2, 1, 3)
                                .reshape(-1, 4));
        List<Tensor> end =
                ops.loop(
                        1,
                        3,
                        List.of(h.equalTo(h).slice(1, 0, 1), h),
                        (d, carry) ->
                                List.of(
                                        carry.get(0),
                                        carry.get(1).tanh().add(carry.get(1).multiply(0.5))));
        h = end.get(1).silu();
        Tensor rows = ops.concat(0, List.of(h, h.sigmoid())).lookup(ops.indices(x, 0).add(1));
        Tensor p = rows.softmax(-1).multiply(rows.logSoftmax(-1)).sum(-1).negate();
        Tensor q = rows.logSigmoid().cumulativeSum(-1).pick(ops.integer(2));
        Tensor r = rows.multiply(rows).add(1).sqrt().divide(rows.abs().add(1)).max(-1);
        Tensor s =
                rows.matmul(ops.parameter("map"))
                        .maximum(rows)
                        .minimum(rows.exp())
                        .sum(0)
                        .slice(0, 1, 3);
        return List.of(
                p.add(q)
                        .subtract(r)
                        .sum()
                        .add(s.sum().multiply(0.1))
                        .add(ops.parameter("gain").sum()));
    }

    private void define(String name, long seed, long... shape) {
        Parameter parameter = Parameter.normal(name, 1, shape);
        CounterRandom random = new CounterRandom(seed, "test", 0);
        float[] values = new float[(int) parameter.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Slots.define(session, parameter, values);
    }

    private double loss(Executable program, Tensor x) {
        try (Scope _ = session.scope()) {
            return session.floats(program.run(List.of(x)).getFirst())[0];
        }
    }

    @Test
    void gradientsEqualCentralDifferences() {
        define("map", 1, 4, 4);
        define("gain", 2, 4);
        Executable program = session.compile(DjlSessionTests::smooth, List.of(X));
        try (Scope _ = session.scope()) {
            Tensor x =
                    session.tensor(
                            new float[] {.3f, -1, 2, .5f, 1, .1f, -.7f, .2f, .9f, -.4f, 1.3f, -2},
                            3,
                            4);
            program.differentiate(List.of(x));
            for (String name : List.of("map", "gain")) {
                float[] gradient = Slots.read(session, name, Slot.GRADIENT);
                float[] value = Slots.read(session, name, Slot.VALUE);
                for (int i = 0; i < value.length; i++) {
                    float[] moved = value.clone();
                    moved[i] = value[i] + 4e-3f;
                    Slots.write(session, name, Slot.VALUE, moved);
                    double above = loss(program, x);
                    moved[i] = value[i] - 4e-3f;
                    Slots.write(session, name, Slot.VALUE, moved);
                    double below = loss(program, x);
                    Slots.write(session, name, Slot.VALUE, value);
                    assertEquals((above - below) / 8e-3, gradient[i], 2e-2, name + "[" + i + "]");
                }
            }
        }
    }

    @Test
    void gradientsAddUpUntilCleared() {
        define("map", 1, 4, 4);
        define("gain", 2, 4);
        Executable program = session.compile(DjlSessionTests::smooth, List.of(X));
        try (Scope _ = session.scope()) {
            Tensor x = session.tensor(new float[] {.3f, -1, 2, .5f}, 1, 4);
            program.differentiate(List.of(x));
            float[] once = Slots.read(session, "map", Slot.GRADIENT);
            program.differentiate(List.of(x));
            float[] twice = Slots.read(session, "map", Slot.GRADIENT);
            for (int i = 0; i < once.length; i++) {
                assertEquals(2 * once[i], twice[i], 1e-6);
            }
            session.clearGradients();
            assertArrayEquals(new float[16], Slots.read(session, "map", Slot.GRADIENT));
        }
    }

    @Test
    void writesAndReadsEverySlot() {
        define("gain", 2, 4);
        for (Slot slot : Slot.values()) {
            Slots.write(session, "gain", slot, slot.ordinal(), 1, 2, 3);
        }
        for (Slot slot : Slot.values()) {
            assertArrayEquals(
                    new float[] {slot.ordinal(), 1, 2, 3}, Slots.read(session, "gain", slot));
        }
    }

    @Test
    void updatesByAdamW() {
        define("map", 1, 4, 4);
        define("gain", 2, 4);
        AdamW rule = new AdamW(1e-2, .9, .99, 1e-8, .1, .5);
        float[] map = Slots.read(session, "map", Slot.VALUE);
        float[] gain = Slots.read(session, "gain", Slot.VALUE);
        double[][] moments = new double[40][2];
        for (int step = 1; step <= 3; step++) {
            float[] mapGradient = new float[16];
            float[] gainGradient = new float[4];
            double squares = 0;
            for (int i = 0; i < 20; i++) {
                float g = (float) Math.sin(7 * i + step);
                squares += g * g;
                if (i < 16) {
                    mapGradient[i] = g;
                } else {
                    gainGradient[i - 16] = g;
                }
            }
            Slots.write(session, "map", Slot.GRADIENT, mapGradient);
            Slots.write(session, "gain", Slot.GRADIENT, gainGradient);
            try (Scope _ = session.scope()) {
                assertEquals(
                        Math.sqrt(squares), session.floats(session.update(rule, step))[0], 1e-5);
            }
            double factor = Math.min(1, rule.clip() / (Math.sqrt(squares) + 1e-6));
            for (int i = 0; i < 20; i++) {
                boolean matrix = i < 16;
                double g = factor * (matrix ? mapGradient[i] : gainGradient[i - 16]);
                moments[i][0] = .9 * moments[i][0] + .1 * g;
                moments[i][1] = .99 * moments[i][1] + .01 * g * g;
                double x = matrix ? map[i] * (1 - 1e-2 * .1) : gain[i - 16];
                x -=
                        1e-2
                                * (moments[i][0] / (1 - Math.pow(.9, step)))
                                / (Math.sqrt(moments[i][1] / (1 - Math.pow(.99, step))) + 1e-8);
                if (matrix) {
                    map[i] = (float) x;
                } else {
                    gain[i - 16] = (float) x;
                }
            }
            assertArrayEquals(map, Slots.read(session, "map", Slot.VALUE), 1e-5f);
            assertArrayEquals(gain, Slots.read(session, "gain", Slot.VALUE), 1e-5f);
            assertArrayEquals(new float[16], Slots.read(session, "map", Slot.GRADIENT));
        }
    }

    @Test
    void trainingKeepsTheNumberOfLiveTensors() {
        define("map", 1, 4, 4);
        define("gain", 2, 4);
        Executable program = session.compile(DjlSessionTests::smooth, List.of(X));
        long before = session.liveTensors();
        assertEquals(8, before);
        AdamW rule = new AdamW(1e-2, .9, .99, 1e-8, .1, 1);
        double first = Double.NaN;
        double last = Double.NaN;
        for (int step = 1; step <= 200; step++) {
            try (Scope _ = session.scope()) {
                Tensor x = session.tensor(new float[] {.3f, -1, 2, .5f, 1, 2, 3, 4}, 2, 4);
                last = session.floats(program.differentiate(List.of(x)).getFirst())[0];
                session.update(rule, step);
                first = step == 1 ? last : first;
            }
            assertEquals(before, session.liveTensors(), "step " + step);
        }
        assertTrue(last < first - 1, first + " → " + last);
    }

    @Test
    void keepsATensorBeyondItsScope() {
        try (Scope _ = session.scope()) {
            Tensor kept;
            Tensor lost;
            try (Scope inner = session.scope()) {
                kept = inner.keep(session.tensor(new float[] {1, 2}, 2));
                lost = session.tensor(new float[] {3}, 1);
                Tensor early = session.tensor(new float[] {3}, 1);
                inner.free(early);
            }
            assertArrayEquals(new float[] {1, 2}, session.floats(kept));
            assertEquals(1, session.liveTensors());
            refuses("BKD-004", "after its scope had closed", () -> session.floats(lost));
        }
        assertEquals(0, session.liveTensors());
    }

    @Test
    void refusesWhatDoesNotFit() {
        define("gain", 2, 4);
        try (Scope _ = session.scope()) {
            Tensor a = session.tensor(new float[6], 2, 3);
            Tensor b = session.tensor(new float[8], 2, 4);
            Tensor i = session.tensor(new int[6], 2, 3);
            refuses("SHP-001", "add of FLOAT32 [2, 3] and FLOAT32 [2, 4]", () -> a.add(b));
            refuses("SHP-001", "FLOAT32 [2, 3] and FLOAT32 [2, 4]", () -> a.matmul(b));
            refuses("SHP-001", "FLOAT32 [2, 3] and INT64 [2, 3]", () -> a.multiply(i));
            refuses("SHP-001", "reshape to [4, 5] of FLOAT32 [2, 3]", () -> a.reshape(4, 5));
            refuses(
                    "SHP-001",
                    "lookup of FLOAT32 [2, 3]",
                    () -> a.lookup(session.tensor(new int[] {2}, 1)));
            refuses("SHP-001", "exp of INT64", i::exp);
            refuses("SHP-001", "no axis 2", () -> a.sum(2));
            refuses("SHP-001", "7 values", () -> session.tensor(new float[7], 2, 3));
            refuses("BKD-002", "'djl' has no capability BFLOAT16", () -> a.cast(DType.BFLOAT16));
            refuses(
                    "BKD-003",
                    "no parameter 'gian'. Did you mean 'gain'?",
                    () -> Slots.read(session, "gian", Slot.VALUE));
            refuses("BKD-003", "already has a parameter 'gain'", () -> define("gain", 3, 4));
            refuses(
                    "SHP-001",
                    "has 4 elements",
                    () -> Slots.write(session, "gain", Slot.VALUE, new float[3]));
            Executable program = session.compile((_, inputs) -> inputs, List.of(X));
            refuses(
                    "SHP-001",
                    "Input 'x' is FLOAT32 [2, 3], expected FLOAT32 [-1, 4]",
                    () -> program.run(List.of(a)));
            refuses("SHP-001", "takes 1 inputs [x], but 0", () -> program.run(List.of()));
            refuses("SHP-001", "must be a FLOAT32 scalar", () -> program.differentiate(List.of(b)));
        }
    }

    @Test
    void refusesAnotherThread() throws InterruptedException {
        Throwable[] thrown = new Throwable[1];
        Thread other =
                new Thread(() -> {
                    try {
                        session.scope();
                    } catch (BackendException e) {
                        thrown[0] = e;
                    }
                });
        other.start();
        other.join();
        assertTrue(thrown[0].getMessage().contains("belongs to thread"), String.valueOf(thrown[0]));
    }

    @Test
    void refusesTheTensorOfAnotherSession() {
        try (Session second = new DjlBackendProvider().open(settings(Map.of("threads", 1)));
                Scope _ = second.scope();
                Scope _ = session.scope()) {
            Tensor foreign = second.tensor(new float[1], 1);
            refuses("BKD-004", "another session", () -> session.floats(foreign));
        }
    }

    @Test
    void refusesAnotherNumberOfThreads() {
        refuses(
                "BKD-001",
                "asked for 2 threads",
                () -> new DjlBackendProvider().open(settings(Map.of("threads", 2))));
    }

    @Test
    void refusesADeviceThatIsNotThere() {
        refuses(
                "BKD-001",
                "no device 'tpu'",
                () -> new DjlBackendProvider().open(settings(Map.of("device", "tpu"))));
        refuses(
                "BKD-001",
                "cannot compute on 'cuda:99'",
                () -> new DjlBackendProvider().open(settings(Map.of("device", "cuda:99"))));
    }

    @Test
    void closedSessionRefusesEverything() {
        session.close();
        session.close();
        refuses("BKD-004", "session is closed", session::scope);
    }

    /** Takes 8 GiB of memory, so it runs only with {@code -Danira.slow}. */
    @Test
    void aParameterMayExceedTwoGibibytes() {
        if (System.getProperty("anira.slow") == null) {
            String reason = "it takes 8 GiB of memory; -Danira.slow runs it";
            System.out.println("Skipped: aParameterMayExceedTwoGibibytes: " + reason);
            Assumptions.abort(reason);
        }
        Parameter parameter = Parameter.constant("large", 0, (1L << 29) + 1);
        long last = parameter.size() - 1;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(parameter.bytes(), Float.BYTES);
            values.setAtIndex(ValueLayout.JAVA_FLOAT, last, 7);
            session.define(parameter, values);
            session.write("large", Slot.SECOND_MOMENT, values);
            for (Slot slot : List.of(Slot.VALUE, Slot.SECOND_MOMENT)) {
                values.setAtIndex(ValueLayout.JAVA_FLOAT, last, 0);
                session.read("large", slot, values);
                assertEquals(7, values.getAtIndex(ValueLayout.JAVA_FLOAT, last), slot.toString());
            }
        }
    }

    private static void refuses(
            String code, String part, org.junit.jupiter.api.function.Executable action) {
        BackendException thrown = assertThrows(BackendException.class, action);
        assertEquals(code, thrown.code(), thrown.getMessage());
        assertTrue(thrown.getMessage().contains(part), thrown.getMessage());
    }
}
