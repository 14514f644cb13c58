package org.anira.backend.onnx;

import static org.anira.backend.onnx.Lowering.attribute;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Graph.Value;
import org.anira.backend.floor.Operation.Loop;
import org.anira.backend.floor.Replay;
import org.anira.backend.floor.Shapes;

import java.util.ArrayList;
import java.util.List;

/** A graph's operations as nodes, one after the other. A loop is one Loop node. */
final class OnnxReplay extends Replay {

    private final Lowering lowering;
    private final OnnxOperations operations;

    OnnxReplay(Lowering lowering, OnnxOperations operations) {
        super(new OnnxOps(lowering, operations));
        this.lowering = lowering;
        this.operations = operations;
    }

    @Override
    protected List<Tensor> loop(Loop loop, List<Tensor> carry) {
        OnnxGraph body = body(loop);
        List<String> inputs = new ArrayList<>();
        inputs.add(lowering.scalar(loop.last() - loop.first() + 1L).name());
        inputs.add(operations.any(lowering.own(carry.getFirst())).name());
        carry.forEach(each -> inputs.add(lowering.own(each).name()));
        List<Tensor> results = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        for (Value state : carryOf(loop)) {
            OnnxValue result = value("loop", state);
            outputs.add(result.name());
            results.add(result);
        }
        lowering.innermost()
                .node("Loop", inputs, outputs, List.of(attribute("body", body.build())));
        return results;
    }

    /** Returns the carry as the body takes it: its sizes are those that all steps have. */
    private static List<Value> carryOf(Loop loop) {
        List<Value> inputs = loop.body().inputs();
        return inputs.subList(1, inputs.size());
    }

    private OnnxValue value(String kind, Value like) {
        return new OnnxValue(
                lowering, lowering.fresh(kind), like.type(), Shapes.array(like.sizes()));
    }

    /**
     * Returns the body of a loop as a graph: iteration, condition and carry in, condition and carry
     * out.
     */
    private OnnxGraph body(Loop loop) {
        OnnxGraph graph = new OnnxGraph(lowering, lowering.fresh("body"));
        lowering.within(
                graph,
                () -> {
                    OnnxValue iteration = input(graph, "iteration", DType.INT64);
                    input(graph, "condition", DType.BOOL);
                    List<Tensor> inputs = new ArrayList<>();
                    for (Value state : carryOf(loop)) {
                        OnnxValue input = value("carry", state);
                        graph.input(input, List.of());
                        inputs.add(input);
                    }
                    inputs.addFirst(iteration.add(loop.first()));
                    List<OnnxValue> next =
                            of(loop.body(), inputs).stream().map(lowering::own).toList();
                    graph.output(operations.any(next.getFirst()));
                    next.forEach(graph::output);
                });
        return graph;
    }

    private OnnxValue input(OnnxGraph graph, String kind, DType type) {
        OnnxValue tensor = new OnnxValue(lowering, lowering.fresh(kind), type);
        graph.input(tensor, List.of());
        return tensor;
    }
}
