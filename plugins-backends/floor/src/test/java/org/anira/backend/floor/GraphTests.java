package org.anira.backend.floor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.BackendException;
import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.reference.ReferenceBackend;
import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Programs as values: what they say, and that nothing of a program is lost in them. */
class GraphTests {

    private static final List<Input> INPUTS =
            List.of(
                    Input.of("active", DType.BOOL, -1, -1),
                    Input.of("x", DType.FLOAT32, -1, -1, 4));

    private static final Parameter W = Parameter.linear("w", 4, 4, 1);

    private static Graph traced(Program program) {
        return Graph.of(program, INPUTS, _ -> W, new Refusals("test"), true);
    }

    /** Two steps over active rows, of which the second has fewer. */
    private static List<Tensor> steps(Ops ops, List<Tensor> in) {
        Tensor shift = ops.constant(0.5);
        return ops.loop(
                1,
                2,
                in,
                (d, carry) -> {
                    ActiveRows rows = ops.activeRows(carry.get(0));
                    Tensor fresh =
                            carry.get(1)
                                    .flatten()
                                    .lookup(rows.token())
                                    .linear(ops.parameter("w"))
                                    .add(shift);
                    Tensor next = ops.putRows(carry.get(1), fresh, rows);
                    Tensor go = next.pick(ops.integer(0)).greaterOrEqual(ops.constant(0));
                    Tensor early = d.add(ops.integer(0)).greaterOrEqual(ops.integer(9)).not();
                    return List.of(carry.get(0).and(go).and(early), next);
                });
    }

    /** Every operation once or more, to outputs of float32. */
    private static List<Tensor> everything(Ops ops, List<Tensor> in) {
        Tensor x = steps(ops, in).get(1);
        Tensor table = ops.constant(new float[] {1, 2, 3, 4}, 4);
        Tensor y = x.multiply(table).subtract(x).divide(x.abs().add(1)).negate();
        y = y.minimum(x).maximum(x.exp().add(1).log().sqrt().tanh());
        y = y.add(x.sigmoid()).add(x.logSigmoid()).multiply(x.silu());
        y = y.where(in.get(0).unsqueeze(-1).or(in.get(0).not().unsqueeze(-1)), x).detach();
        Tensor heads = y.reshape(0, -1, 2, 2).transpose(0, 2, 1, 3);
        Tensor bias = ops.zeros(x.sum(-1).sum(-1).unsqueeze(1), DType.FLOAT32, 1, 1);
        Tensor attended = ops.attention(heads, heads, heads, new AttentionMask(bias, false));
        Tensor normed =
                attended.transpose(0, 2, 1, 3)
                        .reshape(0, 0, 4)
                        .rmsNorm(table, 1e-5)
                        .cast(DType.BFLOAT16)
                        .cast(DType.FLOAT32);
        Tensor sums = normed.cumulativeSum(1).softmax(-1).logSoftmax(-1);
        Tensor best = sums.argmax(-1).equalTo(ops.indices(x, 1)).cast(DType.FLOAT32);
        Tensor all = ops.concat(-1, List.of(sums, normed.slice(2, 1, 3)));
        return List.of(all, best.add(all.max(-1)), y.matmul(y.transpose(0, 2, 1)).sum());
    }

    private static List<float[]> computed(Program program) {
        try (Session session = ReferenceBackend.session()) {
            float[] weight = new float[16];
            for (int i = 0; i < weight.length; i++) {
                weight[i] = (i % 5 - 2) * 0.3f;
            }
            session.define(W, MemorySegment.ofArray(weight));
            float[] x = new float[24];
            for (int i = 0; i < x.length; i++) {
                x[i] = (i * 7 % 11 - 5) * 0.2f;
            }
            try (Scope _ = session.scope();
                    Executable executable = session.compile(program, INPUTS)) {
                Tensor active =
                        session.tensor(new boolean[] {true, false, true, true, true, false}, 2, 3);
                return executable.run(List.of(active, session.tensor(x, 2, 3, 4))).stream()
                        .map(session::floats)
                        .toList();
            }
        }
    }

    @Test
    void aGraphIsAProgramWithTheSameResults() {
        List<float[]> expected = computed(GraphTests::everything);
        List<float[]> actual = computed(traced(GraphTests::everything));

        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "output " + i);
        }
    }

    @Test
    void theGraphOfAGraphIsTheSame() {
        Graph graph = traced(GraphTests::everything);

        assertEquals(graph.toString(), traced(graph).toString());
    }

    @Test
    void twoTracesAreEqual() {
        assertEquals(traced(GraphTests::everything), traced(GraphTests::everything));
    }

    @Test
    void aGraphSaysWhatItDoes() {
        Graph graph =
                traced((ops, in) -> {
                    Tensor y = in.get(1).linear(ops.parameter("w")).multiply(2).sum(-1);
                    return ops.loop(
                            1,
                            3,
                            List.of(in.get(0), y),
                            (d, carry) -> List.of(carry.get(0), carry.get(1).exp()));
                });

        assertEquals(
                """
                inputs %0 BOOL [-1, -1], %1 FLOAT32 [-1, -1, 4]
                %2 FLOAT32 [4, 4] = parameter w
                %3 FLOAT32 [-1, -1, 4] = linear of %1, %2
                %4 FLOAT32 [] = constant 2.0
                %5 FLOAT32 [-1, -1, 4] = multiply of %3, %4
                %6 FLOAT32 [-1, -1] = sum along axis 2 of %5
                %11 BOOL [-1, -1], %12 FLOAT32 [-1, -1] = loop 1 … 3 of %0, %6
                  inputs %7 INT64 [], %8 BOOL [-1, -1], %9 FLOAT32 [-1, -1]
                  %10 FLOAT32 [-1, -1] = exp of %9
                  outputs %8, %10
                outputs %11, %12\
                """,
                graph.toString());
    }

    /** A cache that grows has no size that all steps share. */
    @Test
    void sizesThatChangeFromStepToStepVary() {
        Graph graph =
                traced((ops, in) -> {
                    Tensor row = ops.constant(new float[4], 1, 4);
                    return ops.loop(
                            1,
                            3,
                            List.of(in.get(0), row),
                            (_, carry) ->
                                    List.of(
                                            carry.get(0),
                                            ops.concat(0, List.of(carry.get(1), row))));
                });

        assertEquals(List.of(-1L, 4L), graph.outputs().get(1).sizes());
    }

    @Test
    void whatDoesNotFitIsRefusedWhereSizesAreKnown() {
        BackendException thrown =
                assertThrows(
                        BackendException.class,
                        () ->
                                traced((ops, in) ->
                                        List.of(
                                                in.get(1)
                                                        .matmul(
                                                                ops.parameter("w")
                                                                        .slice(0, 0, 3)))));

        assertEquals("SHP-001", thrown.code());
        assertEquals(
                "Backend 'test' was asked for matmul of FLOAT32 [-1, -1, 4] and FLOAT32 [3, 4];"
                        + " expected […, M, K] and […, K, N]",
                thrown.getMessage());
    }

    @Test
    void aTensorOfALoopIsRefusedOutsideOfIt() {
        List<Tensor> leaked = new ArrayList<>();
        BackendException thrown =
                assertThrows(
                        BackendException.class,
                        () ->
                                traced((ops, in) -> {
                                    ops.loop(
                                            1,
                                            2,
                                            in,
                                            (_, carry) -> {
                                                leaked.add(carry.get(1).tanh());
                                                return carry;
                                            });
                                    return List.of(leaked.getFirst().exp());
                                }));

        assertEquals("BKD-004", thrown.code());
        assertTrue(thrown.getMessage().contains("carry"), thrown.getMessage());
    }

    @Test
    void aTensorIsRefusedWhenItsBodyHasEnded() {
        List<Tensor> leaked = new ArrayList<>();
        traced((_, in) -> {
            leaked.addAll(in);
            return in;
        });

        BackendException thrown = assertThrows(BackendException.class, () -> leaked.get(1).exp());

        assertEquals("BKD-004", thrown.code());
    }

    @Test
    void aCarryThatChangesItsTypeIsRefused() {
        Program program =
                (ops, in) ->
                        ops.loop(
                                1,
                                3,
                                in,
                                (_, carry) ->
                                        List.of(carry.get(0), carry.get(1).cast(DType.INT64)));

        BackendException thrown = assertThrows(BackendException.class, () -> traced(program));

        assertEquals("SHP-001", thrown.code());
        assertTrue(thrown.getMessage().contains("INT64"), thrown.getMessage());
    }
}
