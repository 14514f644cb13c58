package org.anira.testkit.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.BackendException;
import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.Slots;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The reference's numbers, worked out by hand: nothing else checks the oracle. */
class ReferenceBackendTests {

    private final ReferenceSession session = ReferenceBackend.session();
    private Scope scope;

    @BeforeEach
    void open() {
        scope = session.scope();
    }

    @AfterEach
    void close() {
        session.close();
    }

    private Tensor tensor(List<Integer> shape, double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return session.tensor(floats, shape.stream().mapToLong(Integer::longValue).toArray());
    }

    private Tensor integers(int... values) {
        return session.tensor(values, values.length);
    }

    private void assertTensor(Tensor actual, List<Integer> shape, double... values) {
        assertEquals(shape.stream().map(Integer::longValue).toList(), actual.shape());
        assertArrayEquals(values, session.doubles(actual), 1e-12);
    }

    private List<Tensor> run(Function<Ops, List<Tensor>> body) {
        return session.compile((ops, _) -> body.apply(ops), List.of()).run(List.of());
    }

    private static void assertMisfit(String fragment, Runnable operation) {
        BackendException thrown = assertThrows(BackendException.class, operation::run);
        assertEquals("SHP-001", thrown.code());
        assertTrue(thrown.getMessage().contains(fragment), thrown.getMessage());
    }

    @Test
    void operandsBroadcastFromTheirLastAxis() {
        Tensor column = tensor(List.of(2, 1), 10, 20);
        Tensor row = tensor(List.of(3), 1, 2, 3);
        assertTensor(column.add(row), List.of(2, 3), 11, 12, 13, 21, 22, 23);
        assertTensor(row.subtract(column), List.of(2, 3), -9, -8, -7, -19, -18, -17);
    }

    @Test
    void misfitsNameBothShapes() {
        Tensor a = tensor(List.of(2), 1, 2);
        Tensor b = tensor(List.of(3), 1, 2, 3);
        assertMisfit("FLOAT32[2] and FLOAT32[3]", () -> a.add(b));
        assertMisfit("FLOAT32[2] and INT64[2]", () -> a.multiply(integers(1, 2)));
        assertMisfit("FLOAT32[2] and FLOAT32[3]", () -> a.matmul(b));
        assertMisfit("FLOAT32[2] has no axis 1", () -> a.sum(1));
        assertMisfit("does not go into [-1, 4]", () -> b.reshape(-1, 4));
    }

    @Test
    void aScalarConstantTakesTheTypeItMeets() {
        Tensor half = tensor(List.of(2), 1, 2).cast(DType.BFLOAT16);
        Tensor three = tensor(List.of(), 3);
        assertEquals(DType.BFLOAT16, three.multiply(half).type());
        assertEquals(DType.BFLOAT16, half.multiply(three).type());
    }

    @Test
    void functionsHaveTheirTextbookValues() {
        Tensor x = tensor(List.of(3), -1, 0, 2);
        assertTensor(x.exp(), List.of(3), 1 / Math.E, 1, Math.E * Math.E);
        assertTensor(x.sigmoid(), List.of(3), 0.2689414213699951, 0.5, 0.8807970779778824);
        assertTensor(
                x.logSigmoid(),
                List.of(3),
                -1.3132616875182228,
                -0.6931471805599453,
                -0.12692801104297252);
        assertTensor(x.tanh(), List.of(3), -0.7615941559557649, 0, 0.9640275800758169);
        assertTensor(x.silu(), List.of(3), -0.2689414213699951, 0, 1.7615941559557646);
        assertTensor(tensor(List.of(2), -1000, 1000).logSigmoid(), List.of(2), -1000, 0);
    }

    @Test
    void castsCutTowardsZeroAndRoundToEven() {
        Tensor x = tensor(List.of(4), -1.7, 1.7, -0.2, 3);
        assertArrayEquals(new int[] {-1, 1, 0, 3}, session.integers(x.cast(DType.INT64)));
        double step = Math.scalb(1, -7);
        Tensor ties = tensor(List.of(3), 1 + step / 2, 1 + 3 * step / 2, 1 + step * 0.51);
        assertTensor(ties.cast(DType.BFLOAT16), List.of(3), 1, 1 + 2 * step, 1 + step);
    }

    @Test
    void reductionsTakeTheirAxis() {
        Tensor x = tensor(List.of(2, 3), 1, 5, 5, 4, 0, -1);
        assertTensor(x.sum(0), List.of(3), 5, 5, 4);
        assertTensor(x.sum(-1), List.of(2), 11, 3);
        assertTensor(x.sum(), List.of(), 14);
        assertTensor(x.max(1), List.of(2), 5, 4);
        assertArrayEquals(new int[] {1, 0}, session.integers(x.argmax(1)));
        assertTensor(x.cumulativeSum(1), List.of(2, 3), 1, 6, 11, 4, 4, 3);
        assertTensor(x.cumulativeSum(0), List.of(2, 3), 1, 5, 5, 5, 5, 4);
        Tensor lanes = tensor(List.of(2, 2), 0, 1, 1000, 1000);
        double share = 1 / (1 + Math.E);
        assertTensor(lanes.softmax(1), List.of(2, 2), share, 1 - share, 0.5, 0.5);
        assertTensor(lanes.logSoftmax(1).exp(), List.of(2, 2), share, 1 - share, 0.5, 0.5);
    }

    @Test
    void shapesChange() {
        Tensor x = tensor(List.of(2, 3), 0, 1, 2, 3, 4, 5);
        assertTensor(x.transpose(1, 0), List.of(3, 2), 0, 3, 1, 4, 2, 5);
        assertTensor(x.reshape(0, -1, 1), List.of(2, 3, 1), 0, 1, 2, 3, 4, 5);
        assertTensor(x.slice(-1, 1, 3), List.of(2, 2), 1, 2, 4, 5);
        assertTensor(x.unsqueeze(-1), List.of(2, 3, 1), 0, 1, 2, 3, 4, 5);
        assertTensor(x.unsqueeze(1), List.of(2, 1, 3), 0, 1, 2, 3, 4, 5);
    }

    @Test
    void productsContractTheRightAxes() {
        Tensor a = tensor(List.of(2, 3), 1, 2, 3, 4, 5, 6);
        Tensor w = tensor(List.of(2, 3), 1, 0, 1, 0, 1, 0);
        assertTensor(a.linear(w), List.of(2, 2), 4, 2, 10, 5);
        assertTensor(a.matmul(w.transpose(1, 0)), List.of(2, 2), 4, 2, 10, 5);
        Tensor batch = tensor(List.of(2, 1, 1, 2), 1, 1, 2, 2);
        Tensor right = tensor(List.of(3, 2, 1), 1, 2, 3, 4, 5, 6);
        assertTensor(batch.matmul(right), List.of(2, 3, 1, 1), 3, 7, 11, 6, 14, 22);
    }

    @Test
    void lookUpsReadRowsAndEntries() {
        Tensor x = tensor(List.of(3, 2), 0, 1, 10, 11, 20, 21);
        assertTensor(x.lookup(integers(2, 0, 2)), List.of(3, 2), 20, 21, 0, 1, 20, 21);
        assertTensor(x.pick(integers(1, 0, 1)), List.of(3), 1, 10, 21);
        assertTensor(x.pick(session.tensor(new int[] {1})), List.of(3), 1, 11, 21);
    }

    @Test
    void activeRowsListTheTokensInOrder() {
        boolean[] mask = {false, true, true, false, false, false, true, false, false};
        List<Tensor> rows =
                run(ops -> {
                    ActiveRows active = ops.activeRows(session.tensor(mask, 3, 3));
                    return List.of(
                            active.token(), active.inverse(), active.query(), active.place());
                });
        assertArrayEquals(new int[] {1, 2, 6}, session.integers(rows.get(0)));
        assertArrayEquals(new int[] {0, 9, 10, 3, 4, 5, 11, 7, 8}, session.integers(rows.get(1)));
        assertEquals(List.of(3L, 3L), rows.get(1).shape());
        assertEquals(List.of(3L, 2L), rows.get(2).shape());
        assertArrayEquals(new int[] {0, 1, 4}, session.integers(rows.get(3)));
    }

    @Test
    void aLoopStopsWhenNobodyIsActive() {
        List<Tensor> carry =
                run(ops -> {
                    Tensor count = session.tensor(new int[] {0});
                    Tensor active = session.tensor(new boolean[] {true, true}, 1, 2);
                    return ops.loop(
                            1,
                            10,
                            List.of(active, count),
                            (d, c) ->
                                    List.of(
                                            ops.integer(3)
                                                    .greaterOrEqual(d)
                                                    .and(c.getFirst())
                                                    .and(ops.integer(2).greaterOrEqual(d)),
                                            c.get(1).add(d)));
                });
        assertArrayEquals(new int[] {1 + 2 + 3}, session.integers(carry.get(1)));
    }

    @Test
    void attentionWeighsTheValuesOfAllowedKeys() {
        Tensor queries = tensor(List.of(1, 1, 1, 4), 2, 0, 0, 0);
        Tensor keys = tensor(List.of(1, 1, 3, 4), Math.log(3), 0, 0, 0, 0, 0, 0, 0, 9, 9, 9, 9);
        Tensor values = tensor(List.of(1, 1, 3, 4), 4, 0, 8, 0, 0, 4, 0, 0, 1, 1, 1, 1);
        Tensor bias = tensor(List.of(1, 1, 1, 3), 0, 0, -1e9);
        List<Tensor> out =
                run(ops ->
                        List.of(
                                ops.attention(
                                        queries, keys, values, new AttentionMask(bias, false))));
        assertEquals(List.of(1L, 1L, 1L, 4L), out.getFirst().shape());
        assertArrayEquals(new double[] {3, 1, 6, 0}, session.doubles(out.getFirst()), 1e-6);
    }

    @Test
    void parametersKeepTheirValuesAndNothingElse() {
        Slots.define(session, Parameter.constant("w", 0, 2), 1, 2);
        List<Tensor> before = run(ops -> List.of(ops.parameter("w")));
        Slots.write(session, "w", Slot.VALUE, 5, 6);
        assertArrayEquals(new float[] {5, 6}, Slots.read(session, "w", Slot.VALUE));
        assertEquals(
                "BKD-002",
                assertThrows(
                                BackendException.class,
                                () -> Slots.read(session, "w", Slot.FIRST_MOMENT))
                        .code());
        assertTensor(before.getFirst(), List.of(2), 1, 2);
        assertEquals(
                "BKD-003",
                assertThrows(BackendException.class, () -> Slots.read(session, "v", Slot.VALUE))
                        .code());
    }

    @Test
    void scopesFreeWhatIsNotKept() {
        long before = session.liveTensors();
        List<Tensor> used = new ArrayList<>();
        Tensor kept;
        try (Scope inner = session.scope()) {
            used.add(tensor(List.of(1), 1));
            kept = inner.keep(used.getFirst().add(1));
        }
        assertEquals(before + 1, session.liveTensors());
        assertTensor(kept, List.of(1), 2);
        assertThrows(IllegalStateException.class, () -> used.getFirst().add(1));
        scope.close();
        assertThrows(IllegalStateException.class, () -> kept.add(1));
    }

    @Test
    void trainingIsRefused() {
        BackendException thrown =
                assertThrows(
                        BackendException.class,
                        () ->
                                session.compile((ops, _) -> List.of(ops.constant(1)), List.of())
                                        .differentiate(List.of()));
        assertEquals("BKD-002", thrown.code());
    }
}
