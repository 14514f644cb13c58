package org.anira.backend.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Graph;
import org.anira.backend.floor.Graph.Node;
import org.anira.backend.floor.Operation.Concat;
import org.anira.backend.floor.Operation.Loop;
import org.anira.backend.floor.Operation.ParameterValue;
import org.anira.backend.floor.Operation.Plain;
import org.anira.backend.torch.Plan.Bound;
import org.anira.backend.torch.Plan.Embed;
import org.anira.backend.torch.Plan.Piece;
import org.anira.backend.torch.Plan.Repeat;
import org.anira.testkit.Slots;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How a small recurrent program is cut, and what becomes of its products. */
class CutTests {

    private static final Map<String, Parameter> PARAMETERS =
            Map.of(
                    "table", Parameter.normal("table", 1, 5, 4),
                    "gate", Parameter.normal("gate", 1, 4, 4),
                    "up", Parameter.normal("up", 1, 4, 4));

    private static final List<Input> INPUTS =
            List.of(
                    Input.of("tokens", DType.INT64, -1, -1),
                    Input.of("active", DType.BOOL, -1, -1));

    /** A step on every token that is active, three times, and the mean square of what comes out. */
    private static final Program PROGRAM =
            (ops, inputs) -> {
                Tensor gate = ops.parameter("gate");
                Tensor up = ops.parameter("up");
                Tensor x = ops.parameter("table").lookup(inputs.get(0));
                List<Tensor> after =
                        ops.loop(
                                2,
                                4,
                                List.of(inputs.get(1), step(x, gate, up)),
                                (_, carry) -> List.of(carry.get(0), step(carry.get(1), gate, up)));
                Tensor y = after.get(1);
                return List.of(y.multiply(y).sum(), y);
            };

    private TorchSession session;

    private static Tensor step(Tensor x, Tensor gate, Tensor up) {
        return x.linear(gate).sigmoid().multiply(x.linear(up).tanh());
    }

    @BeforeEach
    void open() {
        session = (TorchSession) Here.open();
        PARAMETERS.forEach((name, parameter) -> {
            CounterRandom random = new CounterRandom(1, name, 0);
            float[] values = new float[(int) parameter.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian();
            }
            Slots.define(session, parameter, values);
        });
    }

    @AfterEach
    void close() {
        session.close();
    }

    private Graph graph() {
        return Graph.of(PROGRAM, INPUTS, PARAMETERS::get, session.refusals(), true);
    }

    private static Graph joined(Graph graph) {
        return JointProducts.of(
                graph,
                graph.nodes().stream()
                        .filter(node -> node.operation() instanceof ParameterValue)
                        .filter(node -> !node.operation().equals(new ParameterValue("table")))
                        .flatMap(node -> node.results().stream())
                        .collect(Collectors.toSet()),
                1000);
    }

    private static List<Node> nodes(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            nodes.add(node);
            if (node.operation() instanceof Loop loop) {
                nodes.addAll(nodes(loop.body()));
            }
        }
        return nodes;
    }

    private static long count(Graph graph, Object operation) {
        return nodes(graph).stream().filter(node -> node.operation().equals(operation)).count();
    }

    private float[] result(Program program) {
        try (Scope _ = session.scope()) {
            List<Tensor> inputs =
                    List.of(
                            session.tensor(new int[] {0, 4, 2, 3, 1, 1}, 2, 3),
                            session.tensor(
                                    new boolean[] {true, true, true, true, true, true}, 2, 3));
            return session.floats(session.compile(program, INPUTS).run(inputs).get(1));
        }
    }

    @Test
    void productsOfOneTensorBecomeOne() {
        Graph graph = graph();
        Graph joined = joined(graph);
        assertEquals(4, count(graph, Plain.LINEAR));
        assertEquals(2, count(joined, Plain.LINEAR));
        assertArrayEquals(result(graph), result(joined), 1e-6f);
    }

    @Test
    void weightsArePutTogetherOnceOutsideOfTheLoop() {
        Graph joined = joined(graph());
        assertEquals(1, count(joined, new Concat(0)));
        assertTrue(
                joined.nodes().stream().anyMatch(node -> node.operation().equals(new Concat(0))));
    }

    @Test
    void theHostEmbedsAndRepeats() {
        Plan plan = Cut.of(graph());
        assertEquals(1, plan.stages().stream().filter(Embed.class::isInstance).count());
        List<Repeat> loops =
                plan.stages().stream()
                        .filter(Repeat.class::isInstance)
                        .map(Repeat.class::cast)
                        .toList();
        assertEquals(1, loops.size());
        assertEquals(2, loops.getFirst().first());
        assertEquals(4, loops.getFirst().last());
        List<Piece> body =
                loops.getFirst().body().stream()
                        .filter(Piece.class::isInstance)
                        .map(Piece.class::cast)
                        .toList();
        assertEquals(List.of(true), body.stream().map(Piece::repeated).toList());
    }

    /** Compiled code does not look, so the host does. */
    @Test
    void tokensHaveTheBoundOfTheTable() {
        assertEquals(List.of(new Bound(0, 5)), Cut.of(graph()).bounds());
    }

    @Test
    void gradientsPassFromTheLossToEveryParameter() {
        Plan plan = Cut.of(graph());
        Set<String> learning =
                plan.givens().stream()
                        .filter(Plan.OfParameter.class::isInstance)
                        .map(Plan.OfParameter.class::cast)
                        .filter(given -> plan.passing().contains(given.value()))
                        .map(Plan.OfParameter::name)
                        .collect(Collectors.toSet());
        assertEquals(PARAMETERS.keySet(), learning);
    }
}
