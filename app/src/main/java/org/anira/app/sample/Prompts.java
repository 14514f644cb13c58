package org.anira.app.sample;

import org.anira.api.Names;
import org.anira.api.SettingsException;
import org.anira.api.task.Axis;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;
import org.anira.runtime.eval.Decoder.Continuation;
import org.anira.runtime.eval.Decoder.Prompt;
import org.anira.runtime.eval.Evaluator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prompts of a task: typed in its tokens, or drawn as an evaluation draws them.
 *
 * @param task the task
 * @param name its name in messages
 * @param seed the seed of its test samples
 */
public record Prompts(Task task, String name, long seed) {

    /** The largest number of tokens or points that a message lists. */
    private static final int NAMED = 40;

    /** The largest number of characters of a prompt that a message quotes. */
    private static final int MOST_SHOWN = 60;

    /**
     * A prompt to continue, and the question that it asks.
     *
     * @param prompt what is continued
     * @param question the answer of a sample that it asks for; empty if it was typed
     */
    public record Query(Prompt prompt, Optional<Question> question) {}

    /**
     * An answer of a test sample.
     *
     * @param index of the sample at its point
     * @param span index of the answer; empty for a task that has none
     */
    public record Question(Sample sample, int index, OptionalInt span) {

        /**
         * Returns whether the task grades a continuation as right; empty if there is nothing to
         * grade.
         */
        public Optional<Boolean> grade(Task task, Continuation continuation) {
            return span.isPresent()
                    ? Optional.of(task.grade(sample, span.getAsInt(), continuation.tokens()))
                    : Optional.empty();
        }

        /** Returns the right answer that the sample carries; there must be a span. */
        public int[] answer() {
            Span answer = sample.spans().get(span.orElseThrow());
            return Arrays.copyOfRange(sample.tokens(), answer.start(), answer.end());
        }
    }

    /**
     * Draws test samples lazily, and makes a prompt for each of their answers.
     *
     * @param n how many samples: the first at each point, then the second, …
     * @param places {@code AXIS=VALUE} each; all points of the grid with these values
     * @param limit largest number of tokens of a continuation; empty for that of the answer
     * @throws SettingsException CFG-003 if there is no such axis or point
     */
    public Stream<Query> drawn(int n, List<String> places, OptionalInt limit) {
        List<Point> points = points(places);
        return IntStream.range(0, n)
                .boxed()
                .flatMap(i -> queries(points.get(i % points.size()), i / points.size(), limit));
    }

    /** Makes a prompt for each answer of a test sample. */
    private Stream<Query> queries(Point point, int index, OptionalInt limit) {
        Sample sample = Evaluator.samples(task, point, seed, index, index + 1).getFirst();
        if (sample.spans().isEmpty()) {
            return Stream.of(
                    new Query(
                            new Prompt(
                                    new int[] {sample.tokens()[0]},
                                    limit.orElse(task.longest() - 1),
                                    List.of(Vocabulary.EOS)),
                            Optional.of(new Question(sample, index, OptionalInt.empty()))));
        }
        return IntStream.range(0, sample.spans().size())
                .mapToObj(s -> {
                    Prompt prompt = Prompt.of(sample, sample.spans().get(s));
                    return new Query(
                            new Prompt(
                                    prompt.tokens(), limit.orElse(prompt.limit()), prompt.stops()),
                            Optional.of(new Question(sample, index, OptionalInt.of(s))));
                });
    }

    private List<Point> points(List<String> places) {
        List<String> axes = task.axes().stream().map(Axis::name).toList();
        Map<String, String> values = new LinkedHashMap<>();
        for (String place : places) {
            int equals = place.indexOf('=');
            if (equals < 1) {
                throw new SettingsException(
                        "CFG-006",
                        "'%s' is not of the form AXIS=VALUE. The axes of task '%s': %s"
                                .formatted(place, name, String.join(", ", axes)));
            }
            String axis = place.substring(0, equals);
            if (!axes.contains(axis)) {
                throw new SettingsException(
                        "CFG-003",
                        "Task '%s' has no axis '%s'. Its axes: %s"
                                .formatted(name, axis, String.join(", ", axes)));
            }
            if (values.put(axis, place.substring(equals + 1)) != null) {
                throw new SettingsException(
                        "CFG-003",
                        "Axis '%s' is given twice: %s. Leave one out"
                                .formatted(axis, String.join(", ", places)));
            }
        }
        List<Point> points =
                task.grid().stream()
                        .filter(point ->
                                values.entrySet().stream()
                                        .allMatch(each ->
                                                String.valueOf(point.values().get(each.getKey()))
                                                        .equals(each.getValue())))
                        .toList();
        if (points.isEmpty()) {
            throw new SettingsException(
                    "CFG-003",
                    "The grid of task '%s' has no point with %s. Its points: %s"
                            .formatted(
                                    name,
                                    String.join(" and ", places),
                                    some(
                                            task.grid().stream().map(Point::toString).toList(),
                                            "; ")));
        }
        return points;
    }

    /**
     * Reads typed prompts, whose continuations end as answers of the test samples do.
     *
     * @param texts tokens divided by blanks; {@code BOS} may be left out
     * @param length positions of the model
     * @param limit largest number of tokens of a continuation; empty for that of any answer
     * @throws SettingsException CFG-003 for an unknown token or a prompt that is too long
     */
    public List<Query> typed(List<String> texts, int length, OptionalInt limit) {
        List<Span> spans =
                task.grid().stream()
                        .flatMap(point -> Evaluator.samples(task, point, seed, 0, 1).stream())
                        .flatMap(sample -> sample.spans().stream())
                        .toList();
        int most = limit.orElse(spans.stream().mapToInt(Span::limit).max().orElse(length));
        List<Integer> stops =
                Stream.concat(
                                spans.stream().flatMap(span -> span.stops().stream()),
                                Stream.of(Vocabulary.EOS))
                        .distinct()
                        .toList();
        List<Query> queries = new ArrayList<>();
        for (String text : texts) {
            int[] tokens = tokens(text);
            if (tokens.length >= length) {
                throw new SettingsException(
                        "CFG-003",
                        "A prompt has %d tokens, BOS included, and the model %d positions, of which one must be left to continue. Shorten it: --prompt '%s'"
                                .formatted(tokens.length, length, beginning(text)));
            }
            queries.add(new Query(new Prompt(tokens, most, stops), Optional.empty()));
        }
        return queries;
    }

    private int[] tokens(String text) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (int token = Vocabulary.PAD + 1; token < task.vocabulary().size(); token++) {
            ids.putIfAbsent(task.vocabulary().text(token), token);
        }
        List<Integer> tokens = new ArrayList<>();
        for (String word : text.split("\\s+")) {
            if (word.isEmpty()) {
                continue;
            }
            Integer token = ids.get(word);
            if (token == null) {
                throw new SettingsException(
                        "CFG-003",
                        "'%s' in --prompt is no token of task '%s'. %s\nIts tokens: %s"
                                .formatted(
                                        beginning(word),
                                        name,
                                        Names.suggestion(word, ids.keySet()),
                                        some(List.copyOf(ids.keySet()), " "))
                                .replace(" \n", "\n"));
            }
            tokens.add(token);
        }
        if (tokens.isEmpty() || tokens.getFirst() != Vocabulary.BOS) {
            tokens.addFirst(Vocabulary.BOS);
        }
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Returns a text, or its beginning if it is long. */
    private static String beginning(String text) {
        int end = Math.min(text.length(), MOST_SHOWN);
        return end == text.length() ? text : text.substring(0, end) + "…";
    }

    private static String some(List<String> all, String between) {
        return all.stream().limit(NAMED).collect(Collectors.joining(between))
                + (all.size() > NAMED ? between + "…" : "");
    }
}
