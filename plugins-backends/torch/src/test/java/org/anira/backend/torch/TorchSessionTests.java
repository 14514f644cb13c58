package org.anira.backend.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.BackendException;
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
import org.anira.backend.floor.EagerTensor;
import org.anira.testkit.Slots;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * What the contract does not say: bfloat16 with gradients, NaN, long training, refusals of
 * libtorch.
 */
class TorchSessionTests {

    private static final AdamW RULE = new AdamW(1e-3, 0.9, 0.95, 1e-8, 0.1, 1);

    private static final List<Input> INPUTS =
            List.of(
                    Input.of("x", DType.FLOAT32, -1, -1, 8),
                    Input.of("active", DType.BOOL, -1, -1));

    private Session session;

    @BeforeEach
    void open() {
        session = Here.open();
        define("table", 5, 8);
        define("key", 8, 8);
        define("value", 8, 8);
        define("gain", 8);
    }

    @AfterEach
    void close() {
        session.close();
    }

    private void define(String name, long... shape) {
        Parameter parameter = Parameter.normal(name, 0.5, shape);
        Slots.define(session, parameter, drawn(name, (int) parameter.size()));
    }

    private static float[] drawn(String name, int size) {
        CounterRandom random = new CounterRandom(1, name, 0);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (0.5 * random.nextGaussian());
        }
        return values;
    }

    /** A step with gathered rows in either type: x [B, T, 8], active [B, T]. */
    private static List<Tensor> step(Ops ops, List<Tensor> inputs, DType type) {
        Tensor x = inputs.get(0);
        ActiveRows rows = ops.activeRows(inputs.get(1));
        Tensor normed = x.rmsNorm(ops.parameter("gain"), 1e-5).cast(type);
        Tensor keys = normed.linear(ops.parameter("key").cast(type));
        Tensor fresh =
                normed.flatten().lookup(rows.token()).linear(ops.parameter("value").cast(type));
        Tensor values = ops.putRows(keys, fresh.silu(), rows);
        Tensor queries = fresh.lookup(rows.query()).reshape(0, 0, 2, 4).transpose(0, 2, 1, 3);
        Tensor bias = ops.zeros(queries.sum(-1).sum(1), DType.FLOAT32, x.shape().get(1));
        Tensor attended =
                ops.attention(
                                queries,
                                keys.reshape(0, 0, 2, 4).transpose(0, 2, 1, 3),
                                values.reshape(0, 0, 2, 4).transpose(0, 2, 1, 3),
                                new AttentionMask(bias.unsqueeze(1), false))
                        .transpose(0, 2, 1, 3)
                        .reshape(0, 0, 8);
        Tensor back = attended.flatten().lookup(rows.place()).multiply(ops.constant(0.5));
        Tensor y = ops.putRows(x, back.cast(DType.FLOAT32), rows).tanh();
        return List.of(y.multiply(y).sum(), y);
    }

    private Executable compile(DType type) {
        return session.compile((ops, inputs) -> step(ops, inputs, type), INPUTS);
    }

    private List<Tensor> inputs() {
        return List.of(
                session.tensor(drawn("x", 48), 2, 3, 8),
                session.tensor(new boolean[] {true, false, true, true, true, false}, 2, 3));
    }

    @Test
    void saysWhatComputes() {
        assertTrue(session.info().library().startsWith("PyTorch 2."), session.info()::toString);
        assertEquals("cpu", session.info().device());
        assertEquals(1, session.info().threads());
    }

    /** Weights and gradients stay float32; only what lies between is rounded. */
    @Test
    void bfloat16HasTheValuesAndGradientsOfFloat32WithinItsRounding() {
        float[][] outputs = new float[2][];
        float[][] gradients = new float[2][];
        for (DType type : List.of(DType.FLOAT32, DType.BFLOAT16)) {
            session.clearGradients();
            try (Scope _ = session.scope()) {
                List<Tensor> out = compile(type).differentiate(inputs());
                outputs[type.ordinal()] = session.floats(out.get(1));
            }
            gradients[type.ordinal()] = Slots.read(session, "key", Slot.GRADIENT);
        }
        assertArrayEquals(outputs[0], outputs[1], 2e-2f);
        assertArrayEquals(gradients[0], gradients[1], 5e-2f);
        assertTrue(sum(gradients[0]) != sum(gradients[1]), "nothing was rounded");
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    @Test
    void bfloat16IsReadAsFloats() {
        try (Scope _ = session.scope()) {
            Tensor x = session.tensor(new float[] {1, 1.0000001f, -2.5f}, 3).cast(DType.BFLOAT16);
            assertArrayEquals(new float[] {1, 1, -2.5f}, session.floats(x));
        }
    }

    /** NaN is a number to libtorch: it goes through to the loss and the norm, where it is seen. */
    @Test
    void nanGoesThroughToTheLossAndTheNorm() {
        float[] key = Slots.read(session, "key", Slot.VALUE);
        key[3] = Float.NaN;
        Slots.write(session, "key", Slot.VALUE, key);
        for (DType type : List.of(DType.FLOAT32, DType.BFLOAT16)) {
            session.clearGradients();
            try (Scope _ = session.scope()) {
                List<Tensor> out = compile(type).differentiate(inputs());
                assertTrue(Float.isNaN(session.floats(out.getFirst())[0]), type + " loss");
                assertTrue(Float.isNaN(session.floats(session.update(RULE, 1))[0]), type + " norm");
            }
        }
    }

    @Test
    void trainingLearnsAndLeavesNothingBehind() {
        Executable program = compile(DType.FLOAT32);
        float first = 0;
        float loss = 0;
        long alive = 0;
        for (int step = 1; step <= 500; step++) {
            try (Scope _ = session.scope()) {
                loss = session.floats(program.differentiate(inputs()).getFirst())[0];
                session.update(RULE, step);
            }
            if (step == 1) {
                first = loss;
                alive = session.liveTensors();
            }
            assertEquals(alive, session.liveTensors(), "live tensors after step " + step);
        }
        assertTrue(loss < first, "loss %s at first, %s at last".formatted(first, loss));
    }

    @Test
    void whatLibtorchRefusesIsReported() {
        try (Scope _ = session.scope()) {
            Tensor table = session.tensor(new float[] {1, 2, 3, 4}, 2, 2);
            Tensor beyond = session.tensor(new int[] {7}, 1);
            BackendException refused =
                    assertThrows(BackendException.class, () -> table.lookup(beyond));
            assertEquals("SHP-001", refused.code());
            assertTrue(refused.getMessage().contains("embedding"), refused.getMessage());
            assertArrayEquals(new float[] {2, 4, 6, 8}, session.floats(table.add(table)));
        }
    }

    @Test
    void aLossWithoutParametersIsReported() {
        Executable program =
                session.compile(
                        (_, x) -> List.of(x.getFirst().sum()),
                        List.of(Input.of("x", DType.FLOAT32, -1)));
        try (Scope _ = session.scope()) {
            Tensor x = session.tensor(new float[] {1, 2}, 2);
            BackendException refused =
                    assertThrows(BackendException.class, () -> program.differentiate(List.of(x)));
            assertTrue(refused.getMessage().contains("backward"), refused.getMessage());
        }
    }

    /**
     * CUDA has an operator where the CPU computes by parts; the call of it can be tried anywhere.
     */
    @Test
    void theNormAsCudaComputesItIsTheSame() {
        TorchSession torch = (TorchSession) session;
        try (Scope _ = session.scope()) {
            EagerTensor x = torch.own(session.tensor(drawn("x", 24), 3, 8));
            EagerTensor gain = torch.own(session.tensor(drawn("gains", 8), 8));
            long handle = new TorchOperations(torch).fusedNorm(x.handle(), 8, gain.handle(), 1e-5);
            float[] fused = session.floats(torch.made(DType.FLOAT32, new long[] {3, 8}, handle));
            assertArrayEquals(session.floats(x.rmsNorm(gain, 1e-5)), fused, 1e-6f);
        }
    }

    @Test
    void emptyTensorsAreTensors() {
        try (Scope _ = session.scope()) {
            Tensor none = session.tensor(new float[0], 0, 3);
            assertEquals(List.of(0L, 3L), none.add(1).multiply(none).shape());
            assertArrayEquals(new float[0], session.floats(none.exp()));
            assertArrayEquals(new float[] {0, 0, 0}, session.floats(none.sum(0)));
            assertArrayEquals(new int[0], session.integers(session.tensor(new int[0], 0)));
            assertArrayEquals(new boolean[0], session.booleans(none.equalTo(none)));
        }
    }

    /** Sums of integers are exact where float32 and float64 would round. */
    @Test
    void integersAddExactly() {
        try (Scope _ = session.scope()) {
            Tensor large = session.tensor(new int[] {Integer.MAX_VALUE, -7}, 2, 1);
            Tensor product = large.multiply(large);
            Tensor more = product.add(session.tensor(new int[] {1, 2}, 2));
            Tensor back = more.subtract(product);
            assertArrayEquals(new int[] {1, 2, 1, 2}, session.integers(back));
            assertEquals(List.of(2L, 2L), back.shape());
        }
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
}
