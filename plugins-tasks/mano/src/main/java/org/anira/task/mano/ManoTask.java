package org.anira.task.mano;

import org.anira.api.task.Axis;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * MANO. A sample is {@code BOS OPEN(L) expression ANSWER(L) value}, 2L + 5 tokens, and asks for the
 * value alone.
 *
 * <p>Law: L uniform; an expression of l operators is a value, uniform, for l = 0, else a uniform
 * operator, a left operand of U{0 … l − 1} operators and a right one of the rest. An expression
 * that divides by zero is drawn anew.
 */
final class ManoTask implements Task {

    private static final String LENGTH = "L";
    private static final int EXPRESSION = 2;

    private final ManoVocabulary vocabulary;
    private final Arithmetic arithmetic;
    private final Operator[] operators;
    private final Axis.Range axis;
    private final List<Point> grid;

    /** What all samples of one L share, at index L; nothing at 0. */
    private final Frame[] frames;

    private record Frame(Point point, boolean[] target, List<Span> spans) {}

    /**
     * Makes the task.
     *
     * @param operators what expressions are made of
     * @param least smallest L of training
     * @param most largest L of training
     * @param evaluation the L to evaluate at, none above the vocabulary's longest
     */
    ManoTask(
            ManoVocabulary vocabulary,
            List<Operator> operators,
            int least,
            int most,
            List<Integer> evaluation) {
        this.vocabulary = vocabulary;
        this.operators = operators.toArray(Operator[]::new);
        arithmetic = new Arithmetic(vocabulary.modulus());
        axis = new Axis.Range(LENGTH, "operators", least, most);
        frames = new Frame[vocabulary.longest() + 1];
        for (int length = 1; length < frames.length; length++) {
            int size = size(length);
            boolean[] target = new boolean[size];
            target[size - 1] = true;
            List<Span> spans = List.of(new Span(size - 1, size, 1, List.of()));
            frames[length] = new Frame(Point.of(LENGTH, length), target, spans);
        }
        grid = evaluation.stream().map(length -> frames[length].point).toList();
    }

    private static int size(int length) {
        return 2 * length + 5;
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public List<Axis> axes() {
        return List.of(axis);
    }

    @Override
    public Point draw(Limits limits, RandomGenerator random) {
        return frames[axis.least() + random.nextInt(limits.most(axis) - axis.least() + 1)].point;
    }

    @Override
    public List<Point> grid() {
        return grid;
    }

    @Override
    public boolean trained(Point point) {
        int length = point.number(LENGTH);
        return length >= axis.least() && length <= axis.most();
    }

    @Override
    public int longest() {
        return size(vocabulary.longest());
    }

    @Override
    public Sample sample(Point point, RandomGenerator random) {
        int length = length(point);
        int[] tokens = new int[size(length)];
        int value;
        do {
            value = expression(length, tokens, EXPRESSION, random);
        } while (value == Arithmetic.UNDEFINED);
        Sample sample = complete(tokens, value);
        if (vocabulary.aliases()) {
            for (int i = 0; i < tokens.length; i++) {
                if (vocabulary.hasAlias(tokens[i]) && random.nextBoolean()) {
                    tokens[i] = vocabulary.alias(tokens[i]);
                }
            }
        }
        return sample;
    }

    /**
     * Draws an expression of {@code count} operators into {@code tokens} from index {@code at} on.
     * It takes 2·{@code count} + 1 tokens, so the place of the right operand is known before the
     * left one is drawn.
     *
     * @return its value, or {@link Arithmetic#UNDEFINED}
     */
    private int expression(int count, int[] tokens, int at, RandomGenerator random) {
        if (count == 0) {
            int value = random.nextInt(arithmetic.modulus());
            tokens[at] = vocabulary.value(value);
            return value;
        }
        Operator operator = operators[random.nextInt(operators.length)];
        tokens[at] = vocabulary.operator(operator);
        int leftCount = random.nextInt(count);
        int left = expression(leftCount, tokens, at + 1, random);
        int right = expression(count - 1 - leftCount, tokens, at + 2 + 2 * leftCount, random);
        return arithmetic.apply(operator, left, right);
    }

    /**
     * Puts the frame around an expression that stands in {@code tokens}, and its value at the end.
     */
    Sample complete(int[] tokens, int value) {
        int length = (tokens.length - size(0)) / 2;
        tokens[0] = Vocabulary.BOS;
        tokens[1] = vocabulary.open(length);
        tokens[tokens.length - 2] = vocabulary.answer(length);
        tokens[tokens.length - 1] = vocabulary.value(value);
        Frame frame = frames[length];
        return new Sample(frame.point, tokens, frame.target, frame.spans);
    }

    private int length(Point point) {
        int length = point.number(LENGTH);
        if (length < 1 || length >= frames.length) {
            throw new IllegalArgumentException(
                    "L=%d is outside 1 to %d".formatted(length, frames.length - 1));
        }
        return length;
    }

    @Override
    public boolean grade(Sample sample, int span, int[] answer) {
        return answer.length == 1 && answer[0] == sample.tokens()[sample.tokens().length - 1];
    }

    @Override
    public OptionalDouble chance(Point point) {
        return OptionalDouble.of(1.0 / arithmetic.modulus());
    }

    /**
     * Returns the features of the expression's tokens, each where the token is read; other places
     * have {@code NaN}.
     */
    @Override
    public List<Feature> features(Sample sample) {
        return read(sample).features(EXPRESSION, sample.tokens().length);
    }

    /** Returns the expression that a sample asks about. */
    Expression read(Sample sample) {
        int[] tokens = sample.tokens();
        return new Expression(
                Arrays.copyOfRange(tokens, EXPRESSION, tokens.length - 2), vocabulary, arithmetic);
    }

    @Override
    public String description() {
        Operator outer = operators[0];
        Operator inner = operators[operators.length - 1];
        int a = exampleOperand(9);
        int b = exampleOperand(7);
        int c = exampleOperand(5);
        int value = arithmetic.apply(outer, arithmetic.apply(inner, a, b), c);
        int[] tokens = new int[size(2)];
        int at = EXPRESSION;
        tokens[at++] = vocabulary.operator(outer);
        tokens[at++] = vocabulary.operator(inner);
        tokens[at++] = vocabulary.value(a);
        tokens[at++] = vocabulary.value(b);
        tokens[at] = vocabulary.value(c);
        complete(tokens, value);
        return """
        Evaluate an expression of L operators (%s) modulo %d, written in prefix notation. The answer is one \
        token, the value; OPEN and ANSWER stand around the expression%s. L is uniform in training, and each \
        operator splits the rest uniformly between its operands, so trees are as in random binary search.
        Example, (%d %s %d) %s %d = %d modulo %d:
        %s
        """
                .formatted(
                        Arrays.stream(operators)
                                .map(o -> o.symbol)
                                .collect(Collectors.joining(" ")),
                        arithmetic.modulus(),
                        vocabulary.announced() ? " and tell L" : "",
                        a,
                        inner.symbol,
                        b,
                        outer.symbol,
                        c,
                        value,
                        arithmetic.modulus(),
                        IntStream.of(tokens)
                                .mapToObj(vocabulary::text)
                                .collect(Collectors.joining(" ")));
    }

    /** Returns a value that can be divided by. */
    private int exampleOperand(int number) {
        return Math.max(1, number % arithmetic.modulus());
    }
}
