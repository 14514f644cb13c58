package org.anira.task.mano;

import org.anira.api.task.Feature;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * An expression that was read back from its tokens, with everything its difficulty is measured by.
 * Token j = 0 … 2L is the root of the subtree whose tokens are j … j + 2·{@code operators[j]}: the
 * left operand begins at j + 1, the right one after it. Two passes over the tokens, O(L).
 */
final class Expression {

    private final Operator[] operator;
    private final int[] operators;
    private final int[] height;
    private final int[] value;
    private final int[] depth;
    private final int[] side;
    private final int[] reductions;
    private final int[] pendingOperators;
    private final int[] pendingValues;

    /**
     * Reads an expression.
     *
     * @param tokens [2L + 1]: operators, aliases included, and values
     * @throws IllegalArgumentException if they are not exactly one expression, or it divides by
     *     zero
     */
    Expression(int[] tokens, ManoVocabulary vocabulary, Arithmetic arithmetic) {
        int count = tokens.length;
        operator = new Operator[count];
        operators = new int[count];
        height = new int[count];
        value = new int[count];
        depth = new int[count];
        side = new int[count];
        reductions = new int[count];
        pendingOperators = new int[count];
        pendingValues = new int[count];

        for (int j = count - 1; j >= 0; j--) {
            if (vocabulary.isValue(tokens[j])) {
                value[j] = vocabulary.asValue(tokens[j]);
            } else if (vocabulary.isOperator(tokens[j])) {
                operator[j] = vocabulary.asOperator(tokens[j]);
                int left = j + 1;
                int right = left < count ? end(left) + 1 : count;
                require(right < count, "operator %d lacks an operand", j);
                operators[j] = 1 + operators[left] + operators[right];
                height[j] = 1 + Math.max(height[left], height[right]);
                value[j] = arithmetic.apply(operator[j], value[left], value[right]);
                require(value[j] >= 0, "operator %d divides by zero", j);
            } else {
                require(false, "token %d is neither an operator nor a value", j);
            }
        }
        require(
                count > 0 && end(0) == count - 1,
                "there are %d tokens too many",
                count - 1 - (count > 0 ? end(0) : 0));

        for (int j = 0; j < count; j++) {
            if (operator[j] != null) {
                int left = j + 1;
                int right = end(left) + 1;
                depth[left] = depth[right] = depth[j] + 1;
                side[left] = 1;
                side[right] = 2;
                reductions[end(j)]++;
                pendingValues[right - 1]++;
                pendingValues[end(j)]--;
            }
            boolean first = j == 0;
            pendingOperators[j] =
                    (first ? 0 : pendingOperators[j - 1])
                            + (operator[j] == null ? 0 : 1)
                            - reductions[j];
            pendingValues[j] += first ? 0 : pendingValues[j - 1];
        }
    }

    private int end(int j) {
        return j + 2 * operators[j];
    }

    private static void require(boolean condition, String problem, int at) {
        if (!condition) {
            throw new IllegalArgumentException("not an expression: " + problem.formatted(at));
        }
    }

    /** Returns the value of the whole expression. */
    int value() {
        return value[0];
    }

    /** Returns the height of its tree. */
    int height() {
        return height[0];
    }

    /** Returns the operators of the left operand of the root. */
    int leftOperators() {
        return operator[0] == null ? 0 : operators[1];
    }

    /**
     * Returns the difficulty of each token, for a sequence of {@code total} tokens in which this
     * begins at {@code start}.
     */
    List<Feature> features(int start, int total) {
        int[] open = new int[operators.length];
        for (int j = 0; j < open.length; j++) {
            open[j] = (j == 0 ? 1 : open[j - 1]) + (operator[j] == null ? -1 : 1);
        }
        return List.of(
                feature(
                        "kind",
                        "0 for a value, 1 to 4 for + - * /",
                        start,
                        total,
                        j -> operator[j] == null ? 0 : 1 + operator[j].ordinal()),
                feature(
                        "subtree_ops",
                        "Operators in the subtree rooted at the token",
                        start,
                        total,
                        j -> operators[j]),
                feature(
                        "subtree_height",
                        "Height of the subtree rooted at the token, 0 for a value",
                        start,
                        total,
                        j -> height[j]),
                feature("depth", "Operators above the token", start, total, j -> depth[j]),
                feature(
                        "side",
                        "0 for the root, 1 for a left operand, 2 for a right one",
                        start,
                        total,
                        j -> side[j]),
                feature(
                        "open_slots",
                        "Operands still missing after the token",
                        start,
                        total,
                        j -> open[j]),
                feature(
                        "pending_ops",
                        "Operators read whose subtree is unfinished after the token",
                        start,
                        total,
                        j -> pendingOperators[j]),
                feature(
                        "pending_values",
                        "Pending operators whose left operand is finished",
                        start,
                        total,
                        j -> pendingValues[j]),
                feature(
                        "stack",
                        "Height of a left-to-right evaluator's stack after the token",
                        start,
                        total,
                        j -> pendingOperators[j] + pendingValues[j]),
                feature(
                        "reductions",
                        "Operators whose subtree ends at the token",
                        start,
                        total,
                        j -> reductions[j]),
                feature(
                        "subtree_value",
                        "Value of the subtree rooted at the token",
                        start,
                        total,
                        j -> value[j]));
    }

    private Feature feature(
            String name, String meaning, int start, int total, IntToDoubleFunction of) {
        double[] values = new double[total];
        Arrays.fill(values, Double.NaN);
        for (int j = 0; j < operators.length; j++) {
            values[start + j] = of.applyAsDouble(j);
        }
        return new Feature(name, meaning, values);
    }
}
