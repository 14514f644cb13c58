package org.anira.runtime.plugin;

import org.anira.api.task.Axis;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * A task whose API contract is checked, so that an invalid sample is reported before it is used.
 * Checking a sample costs less than drawing it.
 */
final class CheckedTask implements Task {

    private final PluginObject made;
    private final Task task;
    private final Vocabulary vocabulary;
    private final List<Axis> axes;
    private final Set<String> axisNames;
    private final int longest;

    /**
     * Wraps a task.
     *
     * @throws org.anira.api.PluginException PLG-015 if a property of all samples breaks the
     *     contract
     */
    CheckedTask(PluginObject made, Task task) {
        this.made = made;
        this.task = task;
        Vocabulary own = made.call("vocabulary", task::vocabulary);
        int size = made.call("vocabulary", own::size);
        made.require(
                size > Vocabulary.BOS,
                "its vocabulary has %d tokens, expected at least %d",
                size,
                Vocabulary.BOS + 1);
        vocabulary = new CheckedVocabulary(made, own, size);
        axes = complete("axes", made.call("axes", task::axes));
        made.require(!axes.isEmpty(), "'axes' is empty, expected at least one");
        axes.forEach(axis -> made.require(axis.name() != null, "an axis has no name"));
        axisNames = axes.stream().map(Axis::name).collect(Collectors.toUnmodifiableSet());
        made.require(axisNames.size() == axes.size(), "two axes have one name: %s", axes);
        longest = made.call("longest", task::longest);
        made.require(longest >= 2, "'longest' is %d, expected at least 2", longest);
    }

    private record CheckedVocabulary(PluginObject made, Vocabulary vocabulary, int size)
            implements Vocabulary {

        @Override
        public String text(int token) {
            return made.call("text", () -> vocabulary.text(token));
        }
    }

    /** Returns a list after checking that it has no null elements. */
    private <T> List<T> complete(String method, List<T> list) {
        for (T each : list) {
            made.require(each != null, "'%s' has an element that is nothing", method);
        }
        return List.copyOf(list);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public List<Axis> axes() {
        return axes;
    }

    @Override
    public Point draw(Limits limits, RandomGenerator random) {
        return onTheAxes("draw", made.call("draw", () -> task.draw(limits, random)));
    }

    @Override
    public List<Point> grid() {
        List<Point> grid = complete("grid", made.call("grid", task::grid));
        made.require(!grid.isEmpty(), "'grid' is empty, expected at least one point");
        grid.forEach(point -> onTheAxes("grid", point));
        return grid;
    }

    /**
     * Returns a point after checking that it has a value of the right type for each axis, and no
     * other values.
     */
    private Point onTheAxes(String method, Point point) {
        boolean fits = point.values().keySet().equals(axisNames);
        for (Axis axis : axes) {
            Object value = point.values().get(axis.name());
            fits &=
                    switch (axis) {
                        case Axis.Range _ -> value instanceof Integer;
                        case Axis.Values _ -> value instanceof String;
                    };
        }
        made.require(
                fits,
                "'%s' returned the point '%s', expected a value for each of the axes %s",
                method,
                point,
                axes.stream().map(Axis::name).collect(Collectors.joining(", ")));
        return point;
    }

    @Override
    public boolean trained(Point point) {
        return made.call("trained", () -> task.trained(point));
    }

    @Override
    public Sample sample(Point point, RandomGenerator random) {
        Sample sample = made.call("sample", () -> task.sample(point, random));
        made.require(
                point.equals(sample.point()),
                "its sample is at '%s', asked for at '%s'",
                sample.point(),
                point);
        tokens("its sample at '%s'".formatted(point), sample.tokens());
        int length = sample.tokens().length;
        made.require(length >= 2, "its sample at '%s' has %d tokens, expected 2", point, length);
        boolean[] target = sample.target();
        made.require(
                target != null && target.length == length,
                "its sample at '%s' marks the targets of %s tokens, and has %d",
                point,
                target == null ? "no" : Integer.toString(target.length),
                length);
        boolean some = false;
        for (boolean each : target) {
            some |= each;
        }
        made.require(
                some && !target[0],
                "its sample at '%s' has %s as a target",
                point,
                some ? "the first token" : "no token");
        made.require(sample.spans() != null, "its sample at '%s' has no list of answers", point);
        int end = 1;
        for (Span span : sample.spans()) {
            made.require(
                    span != null && span.start() >= end && span.end() <= length,
                    "its sample at '%s' of %d tokens has the answer %s, expected answers in order"
                            + " inside it",
                    point,
                    length,
                    span == null ? "nothing" : span.start() + " to " + span.end());
            end = span.end();
        }
        return sample;
    }

    /** Checks tokens that the model is to read. */
    private void tokens(String whose, int[] tokens) {
        made.require(tokens != null && tokens.length > 0, "%s has no tokens", whose);
        made.require(
                tokens.length <= longest,
                "%s has %d tokens, but 'longest' is %d",
                whose,
                tokens.length,
                longest);
        made.require(
                tokens[0] == Vocabulary.BOS,
                "%s begins with token %d, expected BOS, %d",
                whose,
                tokens[0],
                Vocabulary.BOS);
        for (int token : tokens) {
            made.require(
                    token > Vocabulary.PAD && token < vocabulary.size(),
                    "%s has the token %d, expected %d to %d",
                    whose,
                    token,
                    Vocabulary.PAD + 1,
                    vocabulary.size() - 1);
        }
    }

    @Override
    public int longest() {
        return longest;
    }

    @Override
    public boolean grade(Sample sample, int span, int[] answer) {
        return made.call("grade", () -> task.grade(sample, span, answer));
    }

    @Override
    public Point point(Sample sample, int span) {
        return onTheAxes("point", made.call("point", () -> task.point(sample, span)));
    }

    @Override
    public OptionalDouble chance(Point point) {
        return made.call("chance", () -> task.chance(point));
    }

    @Override
    public List<Feature> features(Sample sample) {
        List<Feature> features =
                complete("features", made.call("features", () -> task.features(sample)));
        Set<String> names = new HashSet<>();
        for (Feature feature : features) {
            made.require(
                    feature.name() != null
                            && feature.name().matches("[a-z][a-z0-9_]*")
                            && names.add(feature.name()),
                    "a feature is named '%s', expected lower case with underscores, each name once",
                    feature.name());
            made.require(feature.meaning() != null, "feature '%s' has no meaning", feature.name());
            made.require(
                    feature.values() != null && feature.values().length == sample.tokens().length,
                    "feature '%s' has %s values for %d tokens",
                    feature.name(),
                    feature.values() == null ? "no" : feature.values().length,
                    sample.tokens().length);
        }
        return features;
    }

    @Override
    public Optional<Scorer> scorer() {
        return made.call("scorer", task::scorer).map(CheckedScorer::new);
    }

    @Override
    public String description() {
        return made.call("description", task::description);
    }

    /** A scorer whose API contract is checked. */
    private final class CheckedScorer implements Scorer {

        private final Scorer scorer;
        private final List<String> names;
        private final boolean readsDistributions;

        CheckedScorer(Scorer scorer) {
            this.scorer = scorer;
            names = complete("names", made.call("names", scorer::names));
            readsDistributions = made.call("readsDistributions", scorer::readsDistributions);
            made.require(
                    readsDistributions || names.isEmpty(),
                    "its scorer reads no distributions, and declares scores: %s",
                    names);
        }

        @Override
        public List<String> names() {
            return names;
        }

        @Override
        public boolean readsDistributions() {
            return readsDistributions;
        }

        @Override
        public Map<String, Double> score(Sample sample, float[][] logProbabilities) {
            Map<String, Double> values =
                    made.call("score", () -> scorer.score(sample, logProbabilities));
            made.require(
                    values.keySet().equals(Set.copyOf(names))
                            && values.values().stream().allMatch(Objects::nonNull),
                    "its scorer gave values for %s, and declares %s",
                    values.keySet(),
                    names);
            return values;
        }

        @Override
        public List<Prompt> prompts(Point point, int count, RandomGenerator random) {
            List<Prompt> prompts =
                    complete(
                            "prompts",
                            made.call("prompts", () -> scorer.prompts(point, count, random)));
            for (Prompt prompt : prompts) {
                made.require(prompt.name() != null, "a prompt has no name");
                tokens("its prompt '%s'".formatted(prompt.name()), prompt.tokens());
            }
            return prompts;
        }

        @Override
        public boolean accepts(Prompt prompt, int[] continuation) {
            return made.call("accepts", () -> scorer.accepts(prompt, continuation));
        }
    }
}
