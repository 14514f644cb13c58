package org.anira.backend.floor;

import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Graph.Node;
import org.anira.backend.floor.Graph.Value;
import org.anira.backend.floor.Operation.Loop;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a graph once, with the tensors and operations of another session or interpreter. */
public class Replay {

    private final Ops ops;
    private final Map<Value, Tensor> tensors = new HashMap<>();

    /** Starts a run. @param ops the operations of those tensors */
    public Replay(Ops ops) {
        this.ops = ops;
    }

    /**
     * Runs a graph. If it lies inside another one, the values of the outer graph must be computed
     * already.
     *
     * @return the outputs
     */
    public final List<Tensor> of(Graph graph, List<Tensor> inputs) {
        note(graph.inputs(), inputs);
        for (Node node : graph.nodes()) {
            List<Tensor> operands = all(node.operands());
            note(
                    node.results(),
                    node.operation() instanceof Loop loop
                            ? loop(loop, operands)
                            : node.operation().on(ops, operands));
        }
        return all(graph.outputs());
    }

    /** Runs a loop. */
    protected List<Tensor> loop(Loop loop, List<Tensor> carry) {
        return ops.loop(
                loop.first(),
                loop.last(),
                carry,
                (d, state) -> {
                    List<Tensor> inputs = new ArrayList<>();
                    inputs.add(d);
                    inputs.addAll(state);
                    return of(loop.body(), inputs);
                });
    }

    private void note(List<Value> values, List<Tensor> made) {
        for (int i = 0; i < values.size(); i++) {
            tensors.put(values.get(i), made.get(i));
        }
    }

    private List<Tensor> all(List<Value> values) {
        return values.stream().map(tensors::get).toList();
    }
}
