package org.anira.runtime.eval;

import org.anira.api.task.Axis;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * Says the first tokens again: BOS x1 … xn x1 x1 x2 EOS. The first answer, x1, counts at k = 1, the
 * second at k = 2; samples are drawn at k = 2.
 *
 * @param size V; tokens from 3 on are said
 * @param answers whether there are answers
 * @param words whether the second answer is x1 x2 EOS, else x1 alone
 * @param scored whether there is a scorer
 */
record EchoTask(int size, boolean answers, boolean words, boolean scored) implements Task {

    static final String LOSS = "loss (nats)";
    static final String NOTHING = "from nothing";
    static final String ONE = "after x1";
    static final String EVEN = "loss where x1 is even (nats)";

    static Point point(int n, int k) {
        Map<String, Integer> values = new LinkedHashMap<>();
        values.put("n", n);
        values.put("k", k);
        return Point.of(values);
    }

    @Override
    public Vocabulary vocabulary() {
        return new Vocabulary() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public String text(int token) {
                return "t" + token;
            }
        };
    }

    @Override
    public List<Axis> axes() {
        return List.of(new Axis.Range("n", "tokens", 2, 3), new Axis.Range("k", "tokens", 1, 2));
    }

    @Override
    public Point draw(Limits limits, RandomGenerator random) {
        return point(2 + random.nextInt(2), 2);
    }

    @Override
    public List<Point> grid() {
        return List.of(point(3, 2), point(2, 2));
    }

    @Override
    public boolean trained(Point point) {
        return point.number("n") == 2;
    }

    @Override
    public Sample sample(Point point, RandomGenerator random) {
        int n = point.number("n");
        int[] tokens = new int[n + 5];
        tokens[0] = Vocabulary.BOS;
        for (int i = 1; i <= n; i++) {
            tokens[i] = 3 + random.nextInt(size - 3);
        }
        tokens[n + 1] = tokens[1];
        tokens[n + 2] = tokens[1];
        tokens[n + 3] = tokens[2];
        tokens[n + 4] = Vocabulary.EOS;
        boolean[] target = new boolean[tokens.length];
        Arrays.fill(target, n + 1, tokens.length, true);
        Span first = new Span(n + 1, n + 2, 1, List.of());
        Span second =
                words
                        ? new Span(n + 2, n + 5, 4, List.of(Vocabulary.EOS))
                        : new Span(n + 2, n + 3, 1, List.of());
        return new Sample(point, tokens, target, answers ? List.of(first, second) : List.of());
    }

    @Override
    public int longest() {
        return 8;
    }

    @Override
    public boolean grade(Sample sample, int span, int[] answer) {
        Span asked = sample.spans().get(span);
        return Arrays.equals(
                answer, Arrays.copyOfRange(sample.tokens(), asked.start(), asked.end()));
    }

    @Override
    public Point point(Sample sample, int span) {
        return point(sample.point().number("n"), span + 1);
    }

    @Override
    public OptionalDouble chance(Point point) {
        return OptionalDouble.of(1.0 / (size - 3));
    }

    @Override
    public Optional<Scorer> scorer() {
        return scored ? Optional.of(new Loss()) : Optional.empty();
    }

    @Override
    public String description() {
        return "Says the first tokens again";
    }

    private record Loss() implements Scorer {

        @Override
        public List<String> names() {
            return List.of(LOSS, EVEN);
        }

        @Override
        public Map<String, Double> score(Sample sample, float[][] logProbabilities) {
            double loss = 0;
            for (int i = 0; i < logProbabilities.length; i++) {
                loss -= logProbabilities[i][sample.tokens()[i + 1]];
            }
            boolean even = sample.tokens()[1] % 2 == 0;
            return Map.of(LOSS, loss, EVEN, even ? loss : Double.NaN);
        }

        /** Beginnings without and with x1, which is one of n. */
        @Override
        public List<Prompt> prompts(Point point, int count, RandomGenerator random) {
            List<Prompt> prompts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int x1 = 3 + random.nextInt(point.number("n"));
                prompts.add(new Prompt(NOTHING, new int[] {Vocabulary.BOS}, 5));
                prompts.add(new Prompt(ONE, new int[] {Vocabulary.BOS, x1}, 4));
            }
            return prompts;
        }

        /** Right if the last token has the parity of the number of tokens given. */
        @Override
        public boolean accepts(Prompt prompt, int[] continuation) {
            return continuation[continuation.length - 1] % 2 == prompt.tokens().length % 2;
        }
    }
}
