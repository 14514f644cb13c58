package org.anira.task.clrstext;

import org.anira.api.Names;
import org.anira.api.SettingsProblems;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads the lengths of each exercise: entries separated by semicolons, each for one exercise or,
 * without a name, for all others: {@code 4-8,10; bfs 4-16; dfs published}.
 */
final class Lengths {

    static final int LEAST = 4;
    static final int MOST = 64;
    static final String PUBLISHED = "published";

    private static final Pattern ENTRY =
            Pattern.compile("(?:([A-Za-z_][\\w-]*)\\s+)?(published|[\\d,\\s-]+)");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,3})(?:\\s*-\\s*(\\d{1,3}))?");

    /** The lengths of published training sets, up to a largest one for each algorithm. */
    private static final List<Integer> TRAINED = List.of(4, 5, 10, 11, 12, 15, 19, 23, 28, 31);

    private final String option;
    private final List<Exercise> exercises;
    private final SettingsProblems problems;

    /**
     * Prepares to read an option.
     *
     * @param problems takes what is wrong
     */
    Lengths(String option, List<Exercise> exercises, SettingsProblems problems) {
        this.option = option;
        this.exercises = exercises;
        this.problems = problems;
    }

    /** Returns whether an algorithm has a length in the published training set. */
    static boolean isTrained(Algorithm algorithm, int length) {
        return TRAINED.contains(length) && length <= algorithm.largestTrained();
    }

    /** Returns whether an algorithm has a length in the published validation set. */
    static boolean isValidated(Algorithm algorithm, int length) {
        return length <= algorithm.largestValidated();
    }

    /**
     * Reads the value of the option.
     *
     * @param published whether an algorithm has a length where the published ones are asked for
     * @return for each exercise its lengths, and for each of them the members that have it
     */
    Map<Exercise, SortedMap<Integer, List<Algorithm>>> read(
            String text, BiFunction<Algorithm, Integer, Boolean> published) {
        Map<String, String> values = new HashMap<>();
        for (String entry : text.split(";", -1)) {
            Matcher matcher = ENTRY.matcher(entry.strip());
            if (!matcher.matches()) {
                problems.add(
                        "'%s' has '%s', expected lengths such as 4-8,10 or published, after a name if they are for one algorithm"
                                .formatted(option, entry.strip()),
                        option);
                continue;
            }
            String name = matcher.group(1) == null ? "" : matcher.group(1);
            List<String> known = exercises.stream().map(Exercise::name).toList();
            if (!name.isEmpty() && !known.contains(name)) {
                problems.add(
                        "'%s' has lengths for '%s', which is not among the algorithms%s"
                                .formatted(option, name, meant(name, known)),
                        option);
            } else if (values.put(name, matcher.group(2)) != null) {
                problems.add(
                        "'%s' has two entries %s"
                                .formatted(
                                        option,
                                        name.isEmpty() ? "without a name" : "for '" + name + "'"),
                        option);
            }
        }
        Map<Exercise, SortedMap<Integer, List<Algorithm>>> lengths = new HashMap<>();
        Map<String, List<Integer>> listed = new HashMap<>();
        values.values().forEach(value -> listed.computeIfAbsent(value, this::list));
        for (Exercise exercise : exercises) {
            String value = values.getOrDefault(exercise.name(), values.getOrDefault("", PUBLISHED));
            SortedMap<Integer, List<Algorithm>> members = new TreeMap<>();
            if (value.equals(PUBLISHED)) {
                IntStream.rangeClosed(LEAST, MOST)
                        .forEach(length -> {
                            List<Algorithm> having =
                                    exercise.members().stream()
                                            .filter(member -> published.apply(member, length))
                                            .toList();
                            if (!having.isEmpty()) {
                                members.put(length, having);
                            }
                        });
            } else {
                listed.get(value).forEach(length -> members.put(length, exercise.members()));
            }
            lengths.put(exercise, members);
        }
        return lengths;
    }

    /** Returns a sentence that asks whether another name was meant, or nothing. */
    static String meant(String name, List<String> known) {
        String suggestion = Names.suggestion(name, known);
        return suggestion.isEmpty() ? "" : ". " + suggestion;
    }

    private List<Integer> list(String value) {
        if (value.equals(PUBLISHED)) {
            return List.of();
        }
        List<Integer> lengths = new ArrayList<>();
        for (String part : value.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            int from = range.matches() ? Integer.parseInt(range.group(1)) : 0;
            int to = from > 0 && range.group(2) != null ? Integer.parseInt(range.group(2)) : from;
            if (from < LEAST || to > MOST || from > to) {
                problems.add(
                        "'%s' has '%s', expected a length from %d to %d, or a range such as 4-16"
                                .formatted(option, part.strip(), LEAST, MOST),
                        option);
                continue;
            }
            IntStream.rangeClosed(from, to).forEach(lengths::add);
        }
        return lengths;
    }
}
