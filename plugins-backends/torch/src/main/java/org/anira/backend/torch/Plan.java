package org.anira.backend.torch;

import org.anira.backend.floor.Graph.Node;
import org.anira.backend.floor.Graph.Value;

import java.util.List;
import java.util.Set;

/**
 * A traced program, cut where the host acts: what lies between is compiled.
 *
 * @param inputs the program's inputs
 * @param givens what else is known before a run
 * @param stages what is done, in order
 * @param outputs the program's outputs
 * @param passing the values through which gradients pass from the first output to parameters
 * @param bounds what is asked of integers that are looked up
 * @param size above all numbers of values
 */
record Plan(
        List<Value> inputs,
        List<Given> givens,
        List<Stage> stages,
        List<Value> outputs,
        Set<Value> passing,
        List<Bound> bounds,
        int size) {

    /** A value that does not depend on the inputs. */
    sealed interface Given {
        /** Returns the value. */
        Value value();
    }

    /** A parameter. */
    record OfParameter(Value value, String name) implements Given {}

    /** A table of fixed numbers. */
    record OfTable(Value value, List<Float> numbers) implements Given {}

    /** An INT64 scalar. */
    record OfInteger(Value value, long number) implements Given {}

    /**
     * Integers of an input, 0 ≤ i {@code < limit}, since they are looked up in a table.
     *
     * @param input the input's place
     */
    record Bound(int input, long limit) {}

    /** Something done in a run. */
    sealed interface Stage {}

    /**
     * Operations without the host in between.
     *
     * @param index its place among all pieces
     * @param repeated whether a loop repeats it
     * @param inputs values from outside
     * @param rows the results of each {@link FindRows} among the inputs
     * @param outputs values that are used outside
     */
    record Piece(
            int index,
            boolean repeated,
            List<Value> inputs,
            Set<List<Value>> rows,
            List<Node> nodes,
            List<Value> outputs)
            implements Stage {

        /** Returns its name, for people. */
        String name() {
            return (repeated ? "loop body " : "piece ") + index;
        }
    }

    /** Finds the rows of a mask. @param results the four of {@code ActiveRows} */
    record FindRows(Value mask, List<Value> results) implements Stage {}

    /** Looks up in a table through which gradients pass, and which gets them in a fixed order. */
    record Embed(Value table, Value index, Value result) implements Stage {}

    /**
     * Repeats stages, as {@code Ops.loop} says.
     *
     * @param operands the carry before
     * @param d the number of the step
     * @param carry the carry inside, before a step
     * @param next the carry inside, after a step
     * @param results the carry after
     */
    record Repeat(
            int first,
            int last,
            List<Value> operands,
            Value d,
            List<Value> carry,
            List<Stage> body,
            List<Value> next,
            List<Value> results)
            implements Stage {}
}
