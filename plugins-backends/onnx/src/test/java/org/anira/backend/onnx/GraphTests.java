package org.anira.backend.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;

import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Graph;
import org.anira.backend.onnx.Lowering.Lowered;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What programs become. */
class GraphTests {

    private static final List<Input> INPUTS =
            List.of(
                    Input.of("active", DType.BOOL, -1, -1),
                    Input.of("x", DType.FLOAT32, -1, -1, 4));

    private static Lowered lowered(Program program, int opset) {
        Function<String, Parameter> parameters = name -> Parameter.linear(name, 4, 4, 1);
        Graph graph = Graph.of(program, INPUTS, parameters, OnnxSession.REFUSALS, false);
        return Lowering.of(graph, INPUTS, List.of(), parameters, Map.of(), opset);
    }

    /** Steps over active rows with one weight, up to a depth. */
    private static Program steps(int depth) {
        return (ops, in) ->
                ops.loop(
                        1,
                        depth,
                        in,
                        (d, carry) -> {
                            var rows = ops.activeRows(carry.get(0));
                            Tensor moved =
                                    carry.get(1)
                                            .flatten()
                                            .lookup(rows.token())
                                            .rmsNorm(ops.constant(new float[4], 4), 1e-5)
                                            .linear(ops.parameter("w"));
                            Tensor go = d.add(ops.integer(2)).greaterOrEqual(ops.integer(3));
                            return List.of(
                                    carry.get(0).and(go), ops.putRows(carry.get(1), moved, rows));
                        });
    }

    private static List<NodeProto> nodes(GraphProto graph) {
        List<NodeProto> all = new ArrayList<>();
        for (NodeProto node : graph.getNodeList()) {
            all.add(node);
            node.getAttributeList().stream()
                    .filter(AttributeProto::hasG)
                    .forEach(attribute -> all.addAll(nodes(attribute.getG())));
        }
        return all;
    }

    private static long count(GraphProto graph, String operation) {
        return nodes(graph).stream().filter(node -> node.getOpType().equals(operation)).count();
    }

    @Test
    void aLoopIsOneNodeWhateverItsLength() {
        GraphProto six = lowered(steps(6), 23).graph();
        GraphProto hundred = lowered(steps(100), 23).graph();

        assertEquals(1, count(six, "Loop"));
        assertEquals(nodes(six).size(), nodes(hundred).size());
    }

    @Test
    void aLoopOfNoStepIsNoNode() {
        assertEquals(0, count(lowered(steps(0), 23).graph(), "Loop"));
    }

    @Test
    void aWeightIsThereOnceHoweverOftenItIsRead() {
        Lowered lowered =
                lowered(
                        (ops, in) -> {
                            Tensor once = in.get(1).linear(ops.parameter("w"));
                            List<Tensor> looped = steps(5).body(ops, List.of(in.get(0), once));
                            return List.of(looped.get(1).linear(ops.parameter("w")));
                        },
                        23);

        assertEquals(
                List.of("w.transposed"), lowered.weights().stream().map(Weight::name).toList());
    }

    @Test
    void aWeightThatIsAlsoReadAsItIsIsThereInBothForms() {
        Lowered lowered =
                lowered(
                        (ops, in) ->
                                List.of(
                                        in.get(1)
                                                .linear(ops.parameter("w"))
                                                .add(ops.parameter("w").sum())),
                        23);

        assertEquals(
                List.of("w.transposed", "w"),
                lowered.weights().stream().map(Weight::name).toList());
    }

    @Test
    void constantsOfOneContentAreOne() {
        GraphProto graph =
                lowered(
                                (ops, in) ->
                                        List.of(
                                                in.get(1)
                                                        .add(
                                                                ops.constant(
                                                                        new float[] {1, 2, 3, 4},
                                                                        4))
                                                        .multiply(
                                                                ops.constant(
                                                                        new float[] {1, 2, 3, 4},
                                                                        4))),
                                23)
                        .graph();

        assertEquals(1, graph.getInitializerCount());
    }

    @Test
    void whatNoOutputNeedsIsLeftOut() {
        Lowered lowered =
                lowered(
                        (ops, in) -> {
                            in.get(1).linear(ops.parameter("w")).exp().add(0.125);
                            return List.of(in.get(1).tanh());
                        },
                        23);

        assertEquals(
                List.of("Tanh", "Identity"),
                lowered.graph().getNodeList().stream().map(NodeProto::getOpType).toList());
        assertEquals(0, lowered.graph().getInitializerCount());
        assertEquals(List.of(), lowered.weights());
    }

    @Test
    void normAndAttentionAreOneNodeWhereTheOperatorsHaveThem() {
        Program program =
                (ops, in) -> {
                    Tensor heads =
                            in.get(1).rmsNorm(ops.constant(new float[4], 4), 1e-5).unsqueeze(1);
                    return List.of(attend(ops, heads, in.get(0)));
                };
        GraphProto fused = lowered(program, 23).graph();
        GraphProto composed = lowered(program, 17).graph();

        assertEquals(1, count(fused, "RMSNormalization"));
        assertEquals(1, count(fused, "Attention"));
        assertEquals(0, count(composed, "RMSNormalization") + count(composed, "Attention"));
    }

    private static Tensor attend(Ops ops, Tensor heads, Tensor active) {
        Tensor bias = ops.zeros(active, DType.FLOAT32).unsqueeze(1).unsqueeze(1);
        return ops.attention(heads, heads, heads, new AttentionMask(bias, false));
    }
}
