package org.anira.backend.torch;

import org.anira.api.tensor.DType;
import org.anira.backend.floor.Graph;
import org.anira.backend.floor.Graph.Node;
import org.anira.backend.floor.Graph.Value;
import org.anira.backend.floor.Operation;
import org.anira.backend.floor.Operation.Cast;
import org.anira.backend.floor.Operation.Constant;
import org.anira.backend.floor.Operation.Loop;
import org.anira.backend.floor.Operation.ParameterValue;
import org.anira.backend.floor.Operation.Plain;
import org.anira.backend.floor.Operation.Rows;
import org.anira.backend.floor.Operation.Whole;
import org.anira.backend.torch.Plan.Bound;
import org.anira.backend.torch.Plan.Embed;
import org.anira.backend.torch.Plan.FindRows;
import org.anira.backend.torch.Plan.Given;
import org.anira.backend.torch.Plan.OfInteger;
import org.anira.backend.torch.Plan.OfParameter;
import org.anira.backend.torch.Plan.OfTable;
import org.anira.backend.torch.Plan.Piece;
import org.anira.backend.torch.Plan.Repeat;
import org.anira.backend.torch.Plan.Stage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Cuts a graph into a {@link Plan}. The host finds rows, repeats loops, and looks up where
 * gradients are added to a table; an operation is put as late as what needs its result allows, so
 * that little is kept between pieces.
 */
final class Cut {

    private final Map<Value, Value> same = new HashMap<>();
    private final Map<Object, Given> givens = new LinkedHashMap<>();
    private final Map<Value, Node> scalars = new HashMap<>();
    private final Set<Value> learning = new HashSet<>();
    private final Set<Value> reaching = new HashSet<>();
    private final Map<Value, List<Value>> places = new HashMap<>();
    private final Map<Value, Integer> ofInput = new HashMap<>();
    private final Set<Bound> bounds = new LinkedHashSet<>();
    private int pieces;
    private int size;

    private Cut() {}

    /** Cuts a graph. */
    static Plan of(Graph graph) {
        return new Cut().plan(graph);
    }

    private Plan plan(Graph traced) {
        Graph graph = JointProducts.of(living(traced), parameters(), size);
        graph.nodes().forEach(this::countAll);
        for (int i = 0; i < graph.inputs().size(); i++) {
            ofInput.put(graph.inputs().get(i), i);
        }
        learn(graph);
        reach(graph.outputs().getFirst());
        reachThrough(graph);
        Set<Value> passing = new HashSet<>(learning);
        passing.retainAll(reaching);
        List<Stage> stages = new Scope(graph, false).stages();
        graph.outputs().forEach(this::solid);
        return new Plan(
                graph.inputs(),
                List.copyOf(givens.values()),
                stages,
                graph.outputs(),
                passing,
                List.copyOf(bounds),
                size);
    }

    // What nothing needs goes, and what is known before a run is taken out.

    /** Returns a graph without what is known before a run, and without what nothing needs. */
    private Graph living(Graph graph) {
        graph.inputs().forEach(this::count);
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes()) {
            node.results().forEach(this::count);
            Value result = node.results().getFirst();
            switch (node.operation()) {
                case ParameterValue(String name) ->
                        give(result, name, new OfParameter(result, name));
                case Whole(long number) -> give(result, number, new OfInteger(result, number));
                case Constant constant when constant.sizes().isEmpty() -> scalars.put(result, node);
                case Constant constant ->
                        give(result, constant, new OfTable(result, constant.values()));
                case Cast(DType to) when node.operands().getFirst().type() == to ->
                        same.put(result, same(node.operands().getFirst()));
                case Loop loop -> {
                    Graph body = living(loop.body());
                    nodes.add(
                            new Node(
                                    new Loop(loop.first(), loop.last(), body),
                                    same(node.operands()),
                                    node.results()));
                }
                default ->
                        nodes.add(
                                new Node(node.operation(), same(node.operands()), node.results()));
            }
        }
        List<Value> outputs = same(graph.outputs());
        Set<Value> needed = new HashSet<>(outputs);
        List<Node> kept = new ArrayList<>();
        for (Node node : nodes.reversed()) {
            if (node.results().stream().anyMatch(needed::contains)) {
                kept.add(node);
                needed.addAll(taken(node));
            }
        }
        return new Graph(graph.inputs(), kept.reversed(), outputs);
    }

    private void countAll(Node node) {
        node.results().forEach(this::count);
        if (node.operation() instanceof Loop loop) {
            loop.body().nodes().forEach(this::countAll);
        }
    }

    private void count(Value value) {
        size = Math.max(size, value.number() + 1);
    }

    private void give(Value value, Object key, Given given) {
        same.put(value, givens.computeIfAbsent(key, _ -> given).value());
    }

    /** A scalar that the host passes on is a value of its own. */
    private void solid(Value value) {
        Node scalar = scalars.get(value);
        if (scalar != null && scalar.operation() instanceof Constant constant) {
            givens.putIfAbsent(value, new OfTable(value, constant.values()));
        }
    }

    private Value same(Value value) {
        return same.getOrDefault(value, value);
    }

    private List<Value> same(List<Value> values) {
        return values.stream().map(this::same).toList();
    }

    /** Returns the values of its graph, and of those around it, that a node takes. */
    private static Set<Value> taken(Node node) {
        Set<Value> taken = new LinkedHashSet<>(node.operands());
        if (node.operation() instanceof Loop loop) {
            taken.addAll(outside(loop.body()));
        }
        return taken;
    }

    /** Returns the values that a body takes from outside. */
    private static Set<Value> outside(Graph body) {
        Set<Value> made = new HashSet<>(body.inputs());
        Set<Value> taken = new LinkedHashSet<>();
        for (Node node : body.nodes()) {
            taken.addAll(taken(node));
            made.addAll(node.results());
        }
        taken.addAll(body.outputs());
        taken.removeAll(made);
        return taken;
    }

    // Gradients: which values depend on parameters, and which does the loss depend on.

    private void learn(Graph graph) {
        learning.addAll(parameters());
        learnInside(graph);
    }

    private Set<Value> parameters() {
        return givens.values().stream()
                .filter(OfParameter.class::isInstance)
                .map(Given::value)
                .collect(Collectors.toSet());
    }

    private void learnInside(Graph graph) {
        for (Node node : graph.nodes()) {
            if (node.operation() instanceof Loop loop) {
                Graph body = loop.body();
                learnAlong(node.operands(), carry(body));
                int before;
                do {
                    before = learning.size();
                    learnInside(body);
                    learnAlong(body.outputs(), carry(body));
                } while (learning.size() > before);
                learnAlong(node.operands(), node.results());
                learnAlong(body.outputs(), node.results());
            } else if (node.operation() != Plain.DETACH
                    && node.results().getFirst().type().isFloat()
                    && node.operands().stream().anyMatch(learning::contains)) {
                learning.addAll(node.results());
            }
        }
    }

    private static List<Value> carry(Graph body) {
        return body.inputs().subList(1, body.inputs().size());
    }

    private void learnAlong(List<Value> from, List<Value> to) {
        for (int i = 0; i < from.size(); i++) {
            if (learning.contains(from.get(i))) {
                learning.add(to.get(i));
            }
        }
    }

    private void reach(Value value) {
        if (learning.contains(value)) {
            reaching.add(value);
        }
    }

    private void reachThrough(Graph graph) {
        for (Node node : graph.nodes().reversed()) {
            if (node.operation() instanceof Loop loop) {
                Graph body = loop.body();
                reachAlong(node.results(), body.outputs());
                int before;
                do {
                    before = reaching.size();
                    reachThrough(body);
                    reachAlong(carry(body), body.outputs());
                } while (reaching.size() > before);
                reachAlong(carry(body), node.operands());
                reachAlong(node.results(), node.operands());
            } else if (node.operation() != Plain.DETACH
                    && node.results().stream().anyMatch(reaching::contains)) {
                node.operands().forEach(this::reach);
            }
        }
    }

    private void reachAlong(List<Value> from, List<Value> to) {
        for (int i = 0; i < from.size(); i++) {
            if (reaching.contains(from.get(i))) {
                reach(to.get(i));
            }
        }
    }

    // Pieces.

    private boolean passes(Value value) {
        return learning.contains(value) && reaching.contains(value);
    }

    /** Returns whether the host runs a node. */
    private boolean isOfHost(Node node) {
        return switch (node.operation()) {
            case Rows _, Loop _ -> true;
            case Plain plain when plain == Plain.LOOKUP ->
                    passes(node.operands().getFirst())
                            && !places.containsKey(node.operands().get(1));
            default -> false;
        };
    }

    /** A graph while it is cut: piece 0, stages of the host, piece 1, and so on. */
    private final class Scope {

        private final Graph graph;
        private final boolean repeated;

        /** By value, the place where it is made. */
        private final Map<Value, Place> made = new HashMap<>();

        private final Map<Node, Integer> levels = new HashMap<>();

        /** A level, and whether the host makes it there, after the level's piece. */
        private record Place(int level, boolean host) {}

        Scope(Graph graph, boolean repeated) {
            this.graph = graph;
            this.repeated = repeated;
        }

        List<Stage> stages() {
            int last = early();
            late(last);
            List<Stage> stages = new ArrayList<>();
            for (int level = -1; level <= last; level++) {
                add(stages, level);
            }
            return stages;
        }

        /** Puts every node as early as possible. Returns the last level. */
        private int early() {
            int last = 0;
            for (Node node : graph.nodes()) {
                boolean host = isOfHost(node);
                if (node.operation() instanceof Rows) {
                    node.results().forEach(value -> places.put(value, node.results()));
                }
                int level = host ? -1 : 0;
                for (Value value : taken(node)) {
                    Place place = made.get(value);
                    if (place != null) {
                        level = Math.max(level, place.level + (place.host && !host ? 1 : 0));
                    }
                }
                for (Value result : node.results()) {
                    made.put(result, new Place(level, host));
                }
                levels.put(node, level);
                last = Math.max(last, level);
                bound(node);
            }
            return last;
        }

        /** Puts every node of a piece as late as possible. */
        private void late(int last) {
            Map<Value, Integer> needed = new HashMap<>();
            graph.outputs().forEach(value -> needed.put(value, last));
            for (Node node : graph.nodes().reversed()) {
                if (!isOfHost(node)) {
                    levels.put(
                            node,
                            node.results().stream()
                                    .mapToInt(value -> needed.getOrDefault(value, last))
                                    .min()
                                    .orElseThrow());
                }
                int level = levels.get(node);
                taken(node).forEach(value -> needed.merge(value, level, Math::min));
            }
        }

        private void add(List<Stage> stages, int level) {
            List<Node> own =
                    graph.nodes().stream()
                            .filter(node -> !isOfHost(node) && levels.get(node) == level)
                            .toList();
            if (!own.isEmpty()) {
                stages.add(piece(own));
            }
            for (Node node : graph.nodes()) {
                if (isOfHost(node) && levels.get(node) == level) {
                    stages.add(stage(node));
                }
            }
        }

        private Stage piece(List<Node> own) {
            Set<Value> inside = new HashSet<>();
            Set<Value> taken = new LinkedHashSet<>();
            List<Node> nodes = new ArrayList<>();
            for (Node node : own) {
                for (Value operand : node.operands()) {
                    if (scalars.containsKey(operand) && inside.add(operand)) {
                        nodes.add(scalars.get(operand));
                    }
                }
                nodes.add(node);
                inside.addAll(node.results());
                for (Value operand : node.operands()) {
                    taken.addAll(places.getOrDefault(operand, List.of(operand)));
                }
            }
            taken.removeAll(inside);
            Set<Value> elsewhere = new HashSet<>(graph.outputs());
            graph.nodes().stream()
                    .filter(node -> !own.contains(node))
                    .forEach(node -> elsewhere.addAll(taken(node)));
            List<Value> outputs =
                    own.stream()
                            .flatMap(node -> node.results().stream())
                            .filter(elsewhere::contains)
                            .toList();
            Set<List<Value>> rows = new LinkedHashSet<>();
            taken.stream().filter(places::containsKey).map(places::get).forEach(rows::add);
            return new Piece(pieces++, repeated, List.copyOf(taken), rows, nodes, outputs);
        }

        private Stage stage(Node node) {
            taken(node).forEach(Cut.this::solid);
            return switch (node.operation()) {
                case Rows _ -> new FindRows(node.operands().getFirst(), node.results());
                case Loop loop ->
                        new Repeat(
                                loop.first(),
                                loop.last(),
                                node.operands(),
                                loop.body().inputs().getFirst(),
                                carry(loop.body()),
                                new Scope(loop.body(), true).stages(),
                                loop.body().outputs(),
                                node.results());
                default ->
                        new Embed(
                                node.operands().get(0),
                                node.operands().get(1),
                                node.results().getFirst());
            };
        }
    }

    // Integers that are looked up.

    /** Follows integers of inputs to where they are looked up. */
    private void bound(Node node) {
        Operation operation = node.operation();
        Value first = node.operands().isEmpty() ? null : node.operands().getFirst();
        boolean rearranges =
                switch (operation) {
                    case Operation.Reshape _,
                            Operation.Transpose _,
                            Operation.Slice _,
                            Operation.Unsqueeze _ ->
                            true;
                    case Plain plain -> plain == Plain.LOOKUP || plain == Plain.DETACH;
                    default -> false;
                };
        if (rearranges && ofInput.containsKey(first)) {
            ofInput.put(node.results().getFirst(), ofInput.get(first));
        }
        if (operation == Plain.LOOKUP || operation == Plain.PICK) {
            Integer input = ofInput.get(node.operands().get(1));
            int axis = operation == Plain.LOOKUP ? 0 : first.sizes().size() - 1;
            long limit = first.sizes().get(axis);
            if (input != null && limit >= 0) {
                bounds.add(new Bound(input, limit));
            }
        }
    }
}
