package org.anira.backend.torch;

import org.anira.api.tensor.DType;
import org.anira.backend.floor.Graph;
import org.anira.backend.floor.Graph.Node;
import org.anira.backend.floor.Graph.Value;
import org.anira.backend.floor.Operation.Cast;
import org.anira.backend.floor.Operation.Concat;
import org.anira.backend.floor.Operation.Loop;
import org.anira.backend.floor.Operation.Plain;
import org.anira.backend.floor.Operation.Slice;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes one product of the products of one tensor with several weights, as of a token's state with
 * those of queries, keys and values. The weights are put together once, outside of loops.
 */
final class JointProducts {

    /** Parameters, and what is cast from them: known wherever an operation is. */
    private final Set<Value> weights;

    private final Map<List<Value>, Node> together = new LinkedHashMap<>();
    private int numbers;

    private JointProducts(Set<Value> parameters, int numbers) {
        weights = new HashSet<>(parameters);
        this.numbers = numbers;
    }

    /**
     * Returns a graph with the same results.
     *
     * @param parameters their values
     * @param numbers above those of all values
     */
    static Graph of(Graph graph, Set<Value> parameters, int numbers) {
        return new JointProducts(parameters, numbers).whole(graph);
    }

    private Graph whole(Graph graph) {
        List<Node> given = new ArrayList<>();
        List<Node> others = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (node.operation() instanceof Cast && weights.contains(node.operands().getFirst())) {
                weights.addAll(node.results());
            }
            if (weights.containsAll(node.results())) {
                given.add(node);
            } else {
                others.add(node);
            }
        }
        Graph rest = joined(new Graph(graph.inputs(), others, graph.outputs()));
        List<Node> nodes =
                Stream.of(given, together.values(), rest.nodes())
                        .flatMap(each -> each.stream())
                        .toList();
        return new Graph(graph.inputs(), nodes, graph.outputs());
    }

    private Graph joined(Graph graph) {
        Map<Value, List<Node>> products = new HashMap<>();
        for (Node node : graph.nodes()) {
            if (isProduct(node)) {
                products.computeIfAbsent(node.operands().getFirst(), _ -> new ArrayList<>())
                        .add(node);
            }
        }
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            List<Node> group =
                    isProduct(node) ? products.get(node.operands().getFirst()) : List.of();
            if (node.operation() instanceof Loop(int first, int last, Graph body)) {
                nodes.add(
                        new Node(
                                new Loop(first, last, joined(body)),
                                node.operands(),
                                node.results()));
            } else if (group.size() < 2) {
                nodes.add(node);
            } else if (group.getFirst() == node) {
                nodes.addAll(product(group));
            }
        }
        return new Graph(graph.inputs(), nodes, graph.outputs());
    }

    private boolean isProduct(Node node) {
        return node.operation() == Plain.LINEAR && weights.contains(node.operands().get(1));
    }

    /** Returns one product, and the parts of it that are the results of all. */
    private List<Node> product(List<Node> all) {
        Value whole =
                together.computeIfAbsent(
                                all.stream().map(node -> node.operands().get(1)).toList(),
                                this::concatenated)
                        .results()
                        .getFirst();
        Value first = all.getFirst().results().getFirst();
        int last = first.sizes().size() - 1;
        List<Long> sizes = new ArrayList<>(first.sizes());
        sizes.set(last, whole.sizes().getFirst());
        Value result = value(first.type(), sizes);
        List<Node> nodes = new ArrayList<>();
        nodes.add(
                new Node(
                        Plain.LINEAR,
                        List.of(all.getFirst().operands().getFirst(), whole),
                        List.of(result)));
        long from = 0;
        for (Node node : all) {
            long to = from + node.operands().get(1).sizes().getFirst();
            nodes.add(new Node(new Slice(last, from, to), List.of(result), node.results()));
            from = to;
        }
        return nodes;
    }

    private Node concatenated(List<Value> parts) {
        Value first = parts.getFirst();
        long rows = parts.stream().mapToLong(part -> part.sizes().getFirst()).sum();
        return new Node(
                new Concat(0),
                parts,
                List.of(value(first.type(), List.of(rows, first.sizes().get(1)))));
    }

    private Value value(DType type, List<Long> sizes) {
        return new Value(numbers++, type, sizes);
    }
}
