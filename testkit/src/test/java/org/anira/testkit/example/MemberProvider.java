package org.anira.testkit.example;

import org.anira.api.Settings;
import org.anira.api.task.Axis;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.api.task.Vocabulary;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Provides {@code member}: any of n letters is to be named, {@code BOS b a d ? a}. Several right
 * answers, all of one token.
 */
public final class MemberProvider implements TaskProvider {

    @Override
    public String name() {
        return "member";
    }

    @Override
    public String summary() {
        return "Name any letter of a word; knob n, the number of its letters";
    }

    @Override
    public Task create(Settings settings) {
        return new Member(new Axis.Range("n", "letters", 1, 5), new Letters(8));
    }

    private record Member(Axis.Range axis, Letters vocabulary) implements Task {

        @Override
        public List<Axis> axes() {
            return List.of(axis);
        }

        @Override
        public Point draw(Limits limits, RandomGenerator random) {
            return Point.of(axis.name(), 1 + random.nextInt(limits.most(axis)));
        }

        @Override
        public List<Point> grid() {
            return List.of(Point.of(axis.name(), 1), Point.of(axis.name(), axis.most()));
        }

        @Override
        public boolean trained(Point point) {
            return true;
        }

        @Override
        public Sample sample(Point point, RandomGenerator random) {
            int n = point.number(axis.name());
            int[] tokens = new int[n + 3];
            tokens[0] = Vocabulary.BOS;
            tokens[n + 1] = Letters.ASK;
            for (int i = 1; i <= n; i++) {
                tokens[i] = Letters.letter(random.nextInt(vocabulary.letters()));
            }
            tokens[n + 2] = tokens[1 + random.nextInt(n)];
            boolean[] target = new boolean[tokens.length];
            target[n + 2] = true;
            return new Sample(point, tokens, target, List.of(new Span(n + 2, n + 3, 1, List.of())));
        }

        @Override
        public int longest() {
            return axis.most() + 3;
        }

        @Override
        public boolean grade(Sample sample, int span, int[] answer) {
            int asked = sample.spans().get(span).start() - 1;
            return answer.length == 1
                    && IntStream.range(1, asked).anyMatch(i -> sample.tokens()[i] == answer[0]);
        }

        @Override
        public String description() {
            int[] word = {Letters.letter(1), Letters.letter(0), Letters.letter(3)};
            return "Name any one of the n letters that stand before the question mark. Example: BOS"
                    + " "
                    + "%s ? %s".formatted(vocabulary.text(word), vocabulary.text(word[1]));
        }
    }
}
