package org.anira.task.clrstext;

import org.anira.api.task.Axis;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * CLRS-Text. A sample is {@code BOS question answer EOS}, a token for each character, and asks for
 * the answer with its EOS.
 */
final class ClrsTextTask implements Task {

    private static final String LENGTH = "length";
    private static final String ALGORITHM = "algorithm";

    /** Text is written into a buffer of this size at first, unless it is shorter for sure. */
    private static final int BUFFER = 1 << 12;

    private static final List<Integer> STOPS = List.of(Vocabulary.EOS);

    private final Vocabulary vocabulary = new ClrsTextVocabulary();
    private final Composer composer;
    private final Truncation truncation;
    private final List<Place> places;
    private final List<Point> grid;
    private final Mixture mixture;
    private final Axis.Range lengths;
    private final Axis.Values algorithms;

    /** By name of the exercise the places, at the index of their length. */
    private final Map<String, Place[]> byName = new HashMap<>();

    /**
     * Makes the task.
     *
     * @param places all places that are trained or evaluated at, exercise by exercise
     * @param grid the points of those that are evaluated at
     * @param mixture the training distribution over places that are trained
     */
    ClrsTextTask(
            Composer composer,
            Truncation truncation,
            List<Place> places,
            List<Point> grid,
            Mixture mixture) {
        this.composer = composer;
        this.truncation = truncation;
        this.places = List.copyOf(places);
        this.grid = List.copyOf(grid);
        this.mixture = mixture;
        for (Place place : places) {
            byName.computeIfAbsent(place.exercise().name(), _ -> new Place[Lengths.MOST + 1])[
                            place.length()] =
                    place;
        }
        int[] trained = places.stream().filter(Place::trained).mapToInt(Place::length).toArray();
        lengths =
                new Axis.Range(
                        LENGTH,
                        "input size",
                        IntStream.of(trained).min().orElseThrow(),
                        IntStream.of(trained).max().orElseThrow());
        algorithms =
                new Axis.Values(
                        ALGORITHM,
                        "algorithm",
                        places.stream().map(place -> place.exercise().name()).distinct().toList());
    }

    /** Returns the point of an exercise at a length. */
    static Point point(Exercise exercise, int length) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(LENGTH, length);
        values.put(ALGORITHM, exercise.name());
        return Point.of(values);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public List<Axis> axes() {
        return List.of(lengths, algorithms);
    }

    @Override
    public Point draw(Limits limits, RandomGenerator random) {
        return mixture.draw(limits.most(lengths), random).point();
    }

    @Override
    public List<Point> grid() {
        return grid;
    }

    @Override
    public boolean trained(Point point) {
        return place(point).trained();
    }

    @Override
    public int longest() {
        return places.stream().mapToInt(Place::longest).max().orElseThrow();
    }

    private Place place(Point point) {
        Place[] exercise = byName.get(point.name(ALGORITHM));
        int length = point.number(LENGTH);
        Place place =
                exercise == null || length < 0 || length >= exercise.length
                        ? null
                        : exercise[length];
        if (place == null) {
            throw new IllegalArgumentException(
                    "%s is neither trained nor evaluated at".formatted(point));
        }
        return place;
    }

    @Override
    public Sample sample(Point point, RandomGenerator random) {
        Place place = place(point);
        List<Algorithm> drawers = place.drawers();
        Algorithm drawer =
                drawers.size() == 1
                        ? drawers.getFirst()
                        : drawers.get(random.nextInt(drawers.size()));
        return sample(place, drawer.draw(place.length(), truncation, random));
    }

    private Sample sample(Place place, Input input) {
        Text text = new Text(Math.min(BUFFER, place.longest()));
        text.appendToken(Vocabulary.BOS);
        int start = composer.write(place.exercise(), input, text);
        int[] tokens = text.appendToken(Vocabulary.EOS).tokens();
        boolean[] target = new boolean[tokens.length];
        Arrays.fill(target, start, tokens.length, true);
        List<Span> spans = List.of(new Span(start, tokens.length, place.limit(), STOPS));
        return new Sample(place.point(), tokens, target, spans);
    }

    @Override
    public boolean grade(Sample sample, int span, int[] answer) {
        int[] tokens = sample.tokens();
        return Arrays.equals(
                tokens, sample.spans().get(span).start(), tokens.length, answer, 0, answer.length);
    }

    @Override
    public OptionalDouble chance(Point point) {
        Place place = place(point);
        int n = place.length();
        return switch (place.exercise().solver()) {
            case SEGMENTS_INTERSECT -> OptionalDouble.of(0.5);
            case MINIMUM, BINARY_SEARCH, QUICKSELECT -> OptionalDouble.of(1.0 / n);
            case FIND_MAXIMUM_SUBARRAY_KADANE -> OptionalDouble.of(2.0 / (n * (n + 1)));
            case NAIVE_STRING_MATCHER, KMP_MATCHER ->
                    OptionalDouble.of(1.0 / (n - 2 * Math.max(1, n / 5)));
            default -> OptionalDouble.empty();
        };
    }

    /**
     * Returns the features of the answer's tokens, each at the position that predicts the token;
     * other places have {@code NaN}. The algorithm works on the numbers as they are written.
     */
    @Override
    public List<Feature> features(Sample sample) {
        Place place = place(sample.point());
        Algorithm algorithm = place.exercise().solver();
        Trace.States trace = new Trace.States();
        int[] result = algorithm.solve(read(sample), trace);
        boolean traced = composer.traced() && algorithm.isTraced();
        Layout layout = traced ? algorithm.answer().tracedLayout() : algorithm.answer().layout();
        int cells = layout == Layout.INDEX ? 1 : result.length;
        return new Difficulty(sample.tokens(), sample.spans().getFirst().start())
                .features(cells, traced, trace.all(), result);
    }

    /** Returns the input that a sample asks about. */
    Input read(Sample sample) {
        String text = ClrsTextVocabulary.string(sample.tokens());
        return place(sample.point())
                .exercise()
                .solver()
                .read(new FieldReader(text.lines().skip(1).findFirst().orElseThrow()));
    }

    @Override
    public String description() {
        Place place = places.stream().min(Comparator.comparingInt(Place::longest)).orElseThrow();
        Sample sample = sample(place.point(), new CounterRandom(1, "example", 0));
        int[] tokens = sample.tokens();
        int start = sample.spans().getFirst().start();
        return """
        Answer what an algorithm would, for an input that is written as text, a token for each character. \
        The answer is %s, compared as text. Real numbers are %s. As tokens the end of a line is ␤, a space ␠. %s
        Example, %s of length %d:
        %s
        The answer as tokens: %s
        """
                .formatted(
                        composer.traced()
                                ? "the states that the algorithm goes through, then its result"
                                : "its result",
                        composer.numbers() == Numbers.LEGACY
                                ? "written with three significant digits"
                                : truncation.scale() == 0
                                        ? "written in full"
                                        : "cut to %d decimals before anything is computed"
                                                .formatted(
                                                        Math.round(Math.log10(truncation.scale()))),
                        algorithms.values().size() == 1
                                ? "There is one algorithm."
                                : "There are %d algorithms, each with lengths of its own."
                                        .formatted(algorithms.values().size()),
                        place.exercise().name(),
                        place.length(),
                        ClrsTextVocabulary.string(tokens).strip(),
                        IntStream.range(start, tokens.length)
                                .mapToObj(i -> vocabulary.text(tokens[i]))
                                .collect(Collectors.joining(" ")));
    }
}
