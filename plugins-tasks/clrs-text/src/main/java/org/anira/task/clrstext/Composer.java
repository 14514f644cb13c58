package org.anira.task.clrstext;

import java.util.List;

/**
 * Writes question and answer.
 *
 * @param traced whether the states of the algorithm are a part of both
 */
record Composer(boolean traced, Numbers numbers) {

    /** Characters of the longest header, field names and output names, with room to spare. */
    private static final int FRAME = 128;

    /** Characters of {@code "], ["}. */
    private static final int BETWEEN_ROWS = 4;

    /**
     * Writes the question that an exercise asks about an input, and its answer.
     *
     * @return where the answer begins, counted from the beginning of {@code text}
     */
    int write(Exercise exercise, Input input, Text text) {
        Algorithm algorithm = exercise.solver();
        Algorithm.Answer answer = algorithm.answer();
        boolean withTrace = traced && algorithm.isTraced();
        Trace.States trace = new Trace.States();
        int[] result = algorithm.solve(input, withTrace ? trace : Trace.NONE);
        List<int[]> states = trace.all();

        text.append(exercise.name()).append(":\n");
        algorithm.write(input, new FieldWriter(text, numbers));
        if (withTrace) {
            text.append(", initial_trace: ");
            answer.tracedLayout().write(states.getFirst(), input, numbers, text);
        }
        text.append('\n');
        text.append(withTrace ? "trace | " + answer.tracedNames() : answer.names()).append(":\n");

        int start = text.length();
        if (withTrace) {
            // The last state is left out even where it is not the result.
            for (int i = 1; i < states.size() - 1; i++) {
                if (i > 1) {
                    text.append(", ");
                }
                answer.tracedLayout().write(states.get(i), input, numbers, text);
            }
            text.append(" | ");
            answer.tracedLayout().write(result, input, numbers, text);
        } else {
            answer.layout().write(result, input, numbers, text);
        }
        text.append("\n\n");
        return start;
    }

    /** Returns an upper bound of the characters of a question. */
    int longestQuestion(Algorithm algorithm, int n, int decimals) {
        int width = algorithm.isReal() ? numbers.width(decimals) : digits(n);
        long characters =
                FRAME
                        + algorithm.mostNumbers(n) * (width + 1L)
                        + BETWEEN_ROWS * (n + 1L)
                        + (traced ? state(algorithm, n, decimals) : 0);
        return Math.toIntExact(characters);
    }

    /** Returns an upper bound of the characters of an answer; no more than an array may have. */
    int longestAnswer(Algorithm algorithm, int n, int decimals) {
        long states = 1 + (traced ? algorithm.mostStates(n) : 0);
        return (int) Math.min(Integer.MAX_VALUE / 2, states * state(algorithm, n, decimals));
    }

    private long state(Algorithm algorithm, int n, int decimals) {
        Algorithm.Answer answer = algorithm.answer();
        int width =
                answer.layout() == Layout.KEYS ? numbers.width(decimals) : Math.max(2, digits(n));
        int rows = answer.layout() == Layout.MATRIX ? n + 1 : 1;
        return answer.cells().applyAsInt(n) * (width + 1L) + BETWEEN_ROWS * (rows + 1L);
    }

    private static int digits(int n) {
        return Integer.toString(n).length();
    }
}
