package org.anira.testkit.example;

import org.anira.api.Settings;
import org.anira.api.task.Axis;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Provides {@code coins}: a coin is thrown, and what counts is the probability that a model gives
 * to what fell. No answers, but a scorer; an axis of names.
 */
public final class CoinsProvider implements TaskProvider {

    @Override
    public String name() {
        return "coins";
    }

    @Override
    public String summary() {
        return "Predict the throws of a coin; knob coin, fair or loaded";
    }

    @Override
    public Task create(Settings settings) {
        return new Coins();
    }

    private record Coins() implements Task {

        private static final int THROWS = 6;
        private static final Axis.Values AXIS =
                new Axis.Values("coin", "coin", List.of("fair", "loaded"));

        @Override
        public Vocabulary vocabulary() {
            return new Letters(2);
        }

        @Override
        public List<Axis> axes() {
            return List.of(AXIS);
        }

        @Override
        public Point draw(Limits limits, RandomGenerator random) {
            return grid().get(random.nextInt(2));
        }

        @Override
        public List<Point> grid() {
            return AXIS.values().stream().map(coin -> Point.of(AXIS.name(), coin)).toList();
        }

        @Override
        public boolean trained(Point point) {
            return true;
        }

        @Override
        public Sample sample(Point point, RandomGenerator random) {
            double first = point.name(AXIS.name()).equals("fair") ? 0.5 : 0.9;
            int[] tokens = new int[1 + THROWS];
            tokens[0] = Vocabulary.BOS;
            for (int i = 1; i <= THROWS; i++) {
                tokens[i] = Letters.letter(random.nextDouble() < first ? 0 : 1);
            }
            boolean[] target = new boolean[tokens.length];
            Arrays.fill(target, 1, tokens.length, true);
            return new Sample(point, tokens, target, List.of());
        }

        @Override
        public int longest() {
            return 1 + THROWS;
        }

        @Override
        public boolean grade(Sample sample, int span, int[] answer) {
            throw new IndexOutOfBoundsException("there are no answers to grade");
        }

        @Override
        public Optional<Scorer> scorer() {
            return Optional.of(new Likelihood());
        }

        @Override
        public String description() {
            return "Say how likely each side of a coin is, throw by throw. Example: BOS a b b a a"
                    + " b";
        }
    }

    private record Likelihood() implements Scorer {

        @Override
        public List<String> names() {
            return List.of("loss (nats)");
        }

        @Override
        public Map<String, Double> score(Sample sample, float[][] logProbabilities) {
            double loss = 0;
            for (int i = 0; i < logProbabilities.length; i++) {
                loss -= logProbabilities[i][sample.tokens()[i + 1]];
            }
            return Map.of("loss (nats)", loss / logProbabilities.length);
        }

        @Override
        public List<Prompt> prompts(Point point, int count, RandomGenerator random) {
            return Collections.nCopies(
                    count, new Prompt("from nothing", new int[] {Vocabulary.BOS}, 6));
        }

        @Override
        public boolean accepts(Prompt prompt, int[] continuation) {
            return Arrays.stream(continuation).allMatch(token -> token > Letters.ASK);
        }
    }
}
