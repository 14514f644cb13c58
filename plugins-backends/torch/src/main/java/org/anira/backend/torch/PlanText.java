package org.anira.backend.torch;

import org.anira.backend.floor.Graph.Node;
import org.anira.backend.floor.Graph.Value;
import org.anira.backend.floor.Operation;
import org.anira.backend.floor.Operation.Along;
import org.anira.backend.floor.Operation.Attention;
import org.anira.backend.floor.Operation.Cast;
import org.anira.backend.floor.Operation.Concat;
import org.anira.backend.floor.Operation.Constant;
import org.anira.backend.floor.Operation.Indices;
import org.anira.backend.floor.Operation.Plain;
import org.anira.backend.floor.Operation.Reshape;
import org.anira.backend.floor.Operation.RmsNorm;
import org.anira.backend.floor.Operation.Slice;
import org.anira.backend.floor.Operation.Transpose;
import org.anira.backend.floor.Operation.Unsqueeze;
import org.anira.backend.floor.Operation.Zeros;
import org.anira.backend.torch.Plan.Embed;
import org.anira.backend.torch.Plan.FindRows;
import org.anira.backend.torch.Plan.Given;
import org.anira.backend.torch.Plan.OfInteger;
import org.anira.backend.torch.Plan.OfParameter;
import org.anira.backend.torch.Plan.OfTable;
import org.anira.backend.torch.Plan.Piece;
import org.anira.backend.torch.Plan.Repeat;
import org.anira.backend.torch.Plan.Stage;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan as {@code compile.py} reads it: a line each, its words apart by spaces. */
final class PlanText {

    private final Plan plan;
    private final StringJoiner lines = new StringJoiner("\n", "", "\n");

    private PlanText(Plan plan) {
        this.plan = plan;
    }

    /** Returns the lines of a plan. Two plans with one text are served by the same libraries. */
    static String of(Plan plan) {
        return new PlanText(plan).text();
    }

    private String text() {
        plan.inputs().forEach(value -> line("input", declared(value)));
        plan.givens().forEach(this::given);
        stages(plan.stages());
        line("end", numbers(plan.outputs()));
        return lines.toString();
    }

    private void given(Given given) {
        Value value = given.value();
        switch (given) {
            case OfParameter _ -> line("parameter", value.number(), words(value.sizes()));
            case OfTable _ -> line("constant", declared(value));
            case OfInteger(_, long number) -> line("whole", value.number(), number);
        }
    }

    private void stages(List<Stage> stages) {
        for (Stage stage : stages) {
            switch (stage) {
                case Piece piece -> piece(piece);
                case FindRows(Value mask, List<Value> results) -> {
                    results.forEach(value -> line("value", declared(value)));
                    line("rows", numbers(results), mask.number());
                }
                case Embed(Value table, Value index, Value result) -> {
                    line("value", declared(result));
                    line("embed", result.number(), table.number(), index.number());
                }
                case Repeat repeat -> {
                    Stream.of(List.of(repeat.d()), repeat.carry(), repeat.results())
                            .flatMap(Collection::stream)
                            .forEach(value -> line("value", declared(value)));
                    line(
                            "loop",
                            numbers(repeat.operands()),
                            "carry",
                            repeat.d().number(),
                            numbers(repeat.carry()),
                            "results",
                            numbers(repeat.results()));
                    stages(repeat.body());
                    line("end", numbers(repeat.next()));
                }
            }
        }
    }

    private void piece(Piece piece) {
        piece.outputs().forEach(value -> line("value", declared(value)));
        line("piece", piece.index());
        line("inputs", numbers(piece.inputs()));
        piece.rows().forEach(four -> line("places", numbers(four)));
        line("needed", numbers(passing(piece.inputs())));
        for (Node node : piece.nodes()) {
            line(
                    "node",
                    node.results().getFirst().number(),
                    word(node.operation()),
                    ":",
                    numbers(node.operands()));
        }
        line("outputs", numbers(piece.outputs()));
        line("passing", numbers(passing(piece.outputs())));
        line("done");
    }

    private List<Value> passing(List<Value> values) {
        return values.stream().filter(plan.passing()::contains).toList();
    }

    private void line(Object... words) {
        lines.add(
                Stream.of(words)
                        .map(String::valueOf)
                        .filter(word -> !word.isEmpty())
                        .collect(Collectors.joining(" ")));
    }

    private static String declared(Value value) {
        return value.number() + " " + value.type() + " " + words(value.sizes());
    }

    private static String numbers(List<Value> values) {
        return values.stream()
                .map(value -> String.valueOf(value.number()))
                .collect(Collectors.joining(" "));
    }

    private static String words(List<?> words) {
        return words.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /** Returns the name of an operation, then its constants. */
    private static String word(Operation operation) {
        return switch (operation) {
            case Plain plain -> plain.name().toLowerCase(Locale.ROOT);
            case Along(Along.Kind kind, int axis) ->
                    kind.name().toLowerCase(Locale.ROOT) + "_along " + axis;
            case Cast(var to) -> "cast " + to;
            case Reshape(List<Long> sizes) -> "reshape " + words(sizes);
            case Transpose(List<Integer> order) -> "transpose " + words(order);
            case Slice(int axis, long from, long to) -> "slice %d %d %d".formatted(axis, from, to);
            case Unsqueeze(int axis) -> "unsqueeze " + axis;
            case RmsNorm(double epsilon) -> "rms_norm " + epsilon;
            case Attention(boolean causal) -> "attention " + (causal ? 1 : 0);
            case Concat(int axis) -> "concat " + axis;
            case Zeros(var type, List<Long> trailing) ->
                    "zeros %s %s".formatted(type, words(trailing)).strip();
            case Indices(int axis) -> "indices " + axis;
            case Constant constant -> "full " + constant.values().getFirst();
            case Operation.ParameterValue _,
                    Operation.Whole _,
                    Operation.Rows _,
                    Operation.Loop _ ->
                    throw new IllegalStateException(operation + " in a piece");
        };
    }
}
