package org.anira.backend.floor;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A traced program: its operations in the order of the body's calls, including those that no output
 * needs. It is a program itself, with the same results. Its text is for people.
 *
 * @param inputs the inputs; sizes that vary are −1
 * @param nodes the operations, each after those whose results it takes
 * @param outputs the outputs
 */
public record Graph(List<Value> inputs, List<Node> nodes, List<Value> outputs) implements Program {

    /**
     * The result of a node, or an input.
     *
     * @param number its number, unique among its graph, the graphs inside it and those around it
     * @param sizes of its axes, −1 where one varies
     */
    public record Value(int number, DType type, List<Long> sizes) {

        /** Returns its number, as in {@code %3}. */
        @Override
        public String toString() {
            return "%" + number;
        }
    }

    /** An operation, with the values that it takes and makes. */
    public record Node(Operation operation, List<Value> operands, List<Value> results) {

        public Node {
            operands = List.copyOf(operands);
            results = List.copyOf(results);
        }
    }

    public Graph {
        inputs = List.copyOf(inputs);
        nodes = List.copyOf(nodes);
        outputs = List.copyOf(outputs);
    }

    /**
     * Traces a program: calls its body once, with tensors that record their operations.
     *
     * @param parameters the parameters by name; throws if there is none
     * @param refusals of the backend that asks
     * @param bfloat16 whether the backend has bfloat16
     * @throws org.anira.api.BackendException SHP-001 if operands do not fit, BKD-004 if a tensor is
     *     used where it does not belong
     */
    public static Graph of(
            Program program,
            List<Input> inputs,
            Function<String, Parameter> parameters,
            Refusals refusals,
            boolean bfloat16) {
        return new Recorder(parameters, refusals, bfloat16).trace(program, inputs);
    }

    @Override
    public List<Tensor> body(Ops ops, List<Tensor> inputs) {
        return new Replay(ops).of(this, inputs);
    }

    /** Returns a line for the inputs, for each node, and for the outputs. */
    @Override
    public String toString() {
        return String.join("\n", lines());
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("inputs " + declared(inputs));
        for (Node node : nodes) {
            lines.add(
                    "%s = %s%s"
                            .formatted(
                                    declared(node.results),
                                    node.operation,
                                    node.operands.isEmpty() ? "" : " of " + listed(node.operands)));
            if (node.operation instanceof Operation.Loop loop) {
                loop.body().lines().forEach(line -> lines.add("  " + line));
            }
        }
        lines.add("outputs " + listed(outputs));
        return lines;
    }

    private static String declared(List<Value> values) {
        return values.stream()
                .map(value -> "%s %s %s".formatted(value, value.type, value.sizes))
                .collect(Collectors.joining(", "));
    }

    private static String listed(List<Value> values) {
        return values.stream().map(Value::toString).collect(Collectors.joining(", "));
    }
}
