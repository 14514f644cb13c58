package org.anira.task.clrstext;

import org.anira.api.task.Feature;

import java.util.Arrays;
import java.util.List;

/**
 * How hard each token of an answer is: what the algorithm does until its value is settled. An
 * answer is taken as a row of values, runs of characters that numbers are made of; value i of a
 * state is its cell i.
 */
final class Difficulty {

    private static final String DIGITS = "-.0123456789e";

    private final int[] tokens;
    private final int start;
    private final double[] value;
    private final double[] character;

    /**
     * Prepares for the tokens of a sample.
     *
     * @param start index of the first token of the answer
     */
    Difficulty(int[] tokens, int start) {
        this.tokens = tokens;
        this.start = start;
        value = nowhere();
        character = nowhere();
        int values = -1;
        int place = -1;
        for (int i = start; i < tokens.length; i++) {
            if (DIGITS.indexOf(ClrsTextVocabulary.character(tokens[i])) < 0) {
                place = -1;
                continue;
            }
            if (++place == 0) {
                values++;
            }
            value[i - 1] = values;
            character[i - 1] = place;
        }
    }

    private double[] nowhere() {
        double[] values = new double[tokens.length];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    /**
     * Returns the features, each at the position that predicts the token.
     *
     * @param cells values in a state as it is written in the answer
     * @param traced whether the answer begins with a trace
     * @param states all states that the algorithm goes through
     * @param result what it ends with
     */
    List<Feature> features(int cells, boolean traced, List<int[]> states, int[] result) {
        int written = traced ? Math.max(0, states.size() - 2) : 0;
        double[] steps = nowhere();
        double[] state = nowhere();
        double[] changed = nowhere();
        double[] settled = nowhere();
        double[] within = nowhere();
        Arrays.fill(steps, start - 1, tokens.length - 1, states.size());
        for (int i = start - 1; i < tokens.length - 1; i++) {
            if (Double.isNaN(value[i])) {
                continue;
            }
            int nth = (int) value[i] / cells;
            int cell = (int) value[i] % cells;
            within[i] = cell;
            if (nth < written) {
                state[i] = nth + 1;
                int[] now = states.get(nth + 1);
                changed[i] = now[cell] == states.get(nth)[cell] ? 0 : 1;
            } else if (nth == written) {
                state[i] = states.size();
                settled[i] = settled(states, result, cell);
            }
        }
        return List.of(
                new Feature("steps", "States that the algorithm goes through", steps),
                new Feature(
                        "state",
                        "Which of them the token belongs to, from 0; their number for the result",
                        state),
                new Feature("value", "Place of the token's value in its state, from 0", within),
                new Feature("character", "Place of the token in its value, from 0", character),
                new Feature(
                        "changed",
                        "1 for a value of the trace that differs from the state before, else 0",
                        changed),
                new Feature(
                        "settled",
                        "The state from which on a value of the result stays as it is",
                        settled));
    }

    /** Returns the first state from which on a cell has its last value. */
    private static int settled(List<int[]> states, int[] result, int cell) {
        int settled = states.size();
        while (settled > 0 && states.get(settled - 1)[cell] == result[cell]) {
            settled--;
        }
        return settled;
    }
}
