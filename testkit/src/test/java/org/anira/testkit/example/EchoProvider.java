package org.anira.testkit.example;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.task.Axis;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Provides {@code echo}: n letters are to be repeated, {@code BOS b a a ? b a a EOS}. One right
 * answer, which a stop token ends.
 */
public final class EchoProvider implements TaskProvider {

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String summary() {
        return "Repeat a word; knob n, the number of its letters";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.integer("least", 1, "Smallest n of training").between(1, 20),
                Option.integer("most", 6, "Largest n of training").between(1, 20),
                Option.integer("letters", 3, "Letters of the alphabet").between(2, 26));
    }

    @Override
    public Task create(Settings settings) {
        int least = settings.integer("least");
        int most = settings.integer("most");
        if (least > most) {
            throw new SettingsException(
                    "CFG-003",
                    List.of("least", "most"),
                    "'least' is %d, above 'most', %d".formatted(least, most));
        }
        return new Echo(
                new Axis.Range("n", "letters", least, most),
                new Letters(settings.integer("letters")));
    }

    private record Echo(Axis.Range axis, Letters vocabulary) implements Task {

        /** How far evaluation goes beyond training. */
        private static final int UNSEEN = 2;

        @Override
        public List<Axis> axes() {
            return List.of(axis);
        }

        @Override
        public Point draw(Limits limits, RandomGenerator random) {
            int range = limits.most(axis) - axis.least() + 1;
            return Point.of(axis.name(), axis.least() + random.nextInt(range));
        }

        @Override
        public List<Point> grid() {
            return IntStream.rangeClosed(axis.least(), axis.most() + UNSEEN)
                    .mapToObj(n -> Point.of(axis.name(), n))
                    .toList();
        }

        @Override
        public boolean trained(Point point) {
            int n = point.number(axis.name());
            return n >= axis.least() && n <= axis.most();
        }

        @Override
        public Sample sample(Point point, RandomGenerator random) {
            int n = point.number(axis.name());
            int[] tokens = new int[2 * n + 3];
            tokens[0] = Vocabulary.BOS;
            tokens[n + 1] = Letters.ASK;
            for (int i = 1; i <= n; i++) {
                tokens[i] = Letters.letter(random.nextInt(vocabulary.letters()));
                tokens[n + 1 + i] = tokens[i];
            }
            tokens[2 * n + 2] = Vocabulary.EOS;
            boolean[] target = new boolean[tokens.length];
            Arrays.fill(target, n + 2, tokens.length, true);
            Span answer = new Span(n + 2, tokens.length, n + 1, List.of(Vocabulary.EOS));
            return new Sample(point, tokens, target, List.of(answer));
        }

        @Override
        public int longest() {
            return 2 * (axis.most() + UNSEEN) + 3;
        }

        @Override
        public boolean grade(Sample sample, int span, int[] answer) {
            Span place = sample.spans().get(span);
            return Arrays.equals(
                    answer, Arrays.copyOfRange(sample.tokens(), place.start(), place.end()));
        }

        @Override
        public OptionalDouble chance(Point point) {
            return OptionalDouble.of(Math.pow(vocabulary.letters(), -point.number(axis.name())));
        }

        @Override
        public List<Feature> features(Sample sample) {
            double[] place = new double[sample.tokens().length];
            Arrays.fill(place, Double.NaN);
            Span answer = sample.spans().getFirst();
            for (int i = answer.start(); i < answer.end(); i++) {
                place[i] = i - answer.start();
            }
            return List.of(new Feature("place", "Letters of the answer before the token", place));
        }

        @Override
        public String description() {
            int b = Letters.letter(1);
            int a = Letters.letter(0);
            int[] example = {Vocabulary.BOS, b, a, a, Letters.ASK, b, a, a, Vocabulary.EOS};
            return "Repeat the n letters before the question mark, then end. Example: "
                    + vocabulary.text(example);
        }
    }
}
