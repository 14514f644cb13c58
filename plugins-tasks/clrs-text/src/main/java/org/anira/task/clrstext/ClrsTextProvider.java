package org.anira.task.clrstext;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsProblems;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Point;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Makes the task {@code clrs-text}. */
public final class ClrsTextProvider implements TaskProvider {

    private static final String ALL = "all";
    private static final String MERGED = "merged";
    private static final String TRACES = "traces";
    private static final String LEGACY = "legacy";

    /** Draws of points to tell how often three of them lie on a line, and the least that do not. */
    private static final int TRIALS = 400;

    private static final int LEAST_GENERAL = 8;

    /** Makes the provider. */
    public ClrsTextProvider() {}

    @Override
    public String name() {
        return "clrs-text";
    }

    @Override
    public String summary() {
        return "Answers of classical algorithms, as text; knob length, the size of the input";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.text(
                        "algorithms",
                        ALL,
                        "Algorithms, such as bfs,dfs; all for every one of the form"),
                Option.choice(
                        "form",
                        MERGED,
                        List.of(MERGED, "answers", TRACES),
                        "What is asked: merged, answers alone and algorithms that cannot be told"
                                + " apart by them as one, 23 of them; answers, 30 algorithms by"
                                + " name; traces, those with the states they go through"),
                Option.text(
                        "lengths",
                        Lengths.PUBLISHED,
                        "Lengths of training, such as 4-8,10 for all algorithms, or"
                                + " '4-8; bfs 4-16' for some of their own; published for those of"
                                + " the published training set"),
                Option.text(
                        "evaluation",
                        "",
                        "Lengths to evaluate at, written as lengths are; published for those of the"
                                + " published validation set, empty for those of training"),
                Option.choice(
                        "mixture",
                        "pairs",
                        List.of("pairs", "algorithms"),
                        "What is equally likely in training: pairs of algorithm and length, as"
                                + " published, or algorithms"),
                Option.integer(
                                "decimals",
                                3,
                                "Decimals that inputs are cut to before anything is computed; 0 for"
                                        + " all of them")
                        .between(0, 15),
                Option.choice(
                        "numbers",
                        "shortest",
                        List.of("shortest", LEGACY),
                        "How real numbers are written: legacy for three significant digits, as in"
                                + " data published before 2025; needs decimals 0"));
    }

    @Override
    public Task create(Settings settings) {
        SettingsProblems problems = new SettingsProblems("Task clrs-text");
        String form = settings.text("form");
        int decimals = settings.integer("decimals");
        boolean legacy = settings.text("numbers").equals(LEGACY);
        if (legacy && decimals != 0) {
            problems.add(
                    "'numbers' is legacy, which is written of uncut inputs, and 'decimals' is %d. Set 'decimals' to 0"
                            .formatted(decimals),
                    "numbers",
                    "decimals");
        }
        List<Exercise> exercises =
                exercises(
                        settings.text("algorithms"),
                        form.equals(MERGED) ? Exercise.merged() : Exercise.single(),
                        problems);
        problems.report();

        Map<Exercise, SortedMap<Integer, List<Algorithm>>> training =
                new Lengths("lengths", exercises, problems)
                        .read(settings.text("lengths"), Lengths::isTrained);
        String evaluation = settings.text("evaluation");
        Map<Exercise, SortedMap<Integer, List<Algorithm>>> evaluated =
                evaluation.isBlank()
                        ? training
                        : new Lengths("evaluation", exercises, problems)
                                .read(evaluation, Lengths::isValidated);
        Truncation truncation = Truncation.to(decimals);
        checkPoints(exercises, List.of(training, evaluated), truncation, problems);
        problems.report();

        Composer composer =
                new Composer(form.equals(TRACES), legacy ? Numbers.LEGACY : Numbers.SHORTEST);
        List<Place> places = new ArrayList<>();
        List<Point> grid = new ArrayList<>();
        List<List<Place>> groups = new ArrayList<>();
        for (Exercise exercise : exercises) {
            List<Place> group = new ArrayList<>();
            Set<Integer> lengths = new TreeSet<>(training.get(exercise).keySet());
            lengths.addAll(evaluated.get(exercise).keySet());
            for (int length : lengths) {
                List<Algorithm> members = training.get(exercise).getOrDefault(length, List.of());
                List<Algorithm> drawers =
                        Stream.of(members, evaluated.get(exercise).getOrDefault(length, List.of()))
                                .flatMap(List::stream)
                                .distinct()
                                .toList();
                int limit = composer.longestAnswer(exercise.solver(), length, decimals) + 1;
                int question = composer.longestQuestion(exercise.solver(), length, decimals) + 1;
                Place place =
                        new Place(
                                exercise,
                                length,
                                drawers,
                                !members.isEmpty(),
                                ClrsTextTask.point(exercise, length),
                                limit,
                                question + limit);
                places.add(place);
                if (evaluated.get(exercise).containsKey(length)) {
                    grid.add(place.point());
                }
                members.forEach(_ -> group.add(place));
            }
            groups.add(group);
        }
        Mixture mixture =
                new Mixture(
                        settings.text("mixture").equals("pairs")
                                ? List.of(groups.stream().flatMap(List::stream).toList())
                                : groups);
        return new ClrsTextTask(composer, truncation, places, grid, mixture);
    }

    private static List<Exercise> exercises(
            String text, List<Exercise> all, SettingsProblems problems) {
        if (text.strip().equals(ALL)) {
            return all;
        }
        List<String> known = all.stream().map(Exercise::name).toList();
        Set<String> chosen = new HashSet<>();
        for (String part : text.split(",", -1)) {
            String name = part.strip();
            Optional<Exercise> home =
                    all.stream()
                            .filter(exercise ->
                                    exercise.members().stream()
                                            .anyMatch(member -> member.label().equals(name)))
                            .findFirst();
            if (known.contains(name)) {
                if (!chosen.add(name)) {
                    problems.add("'algorithms' has '%s' twice".formatted(name), "algorithms");
                }
            } else if (home.isPresent()) {
                problems.add(
                        "'algorithms' has '%s', which is a part of '%s' in form merged. Name that one, or take form answers"
                                .formatted(name, home.get().name()),
                        "algorithms",
                        "form");
            } else {
                problems.add(
                        "'algorithms' has '%s', expected all or names from: %s%s"
                                .formatted(
                                        name, String.join(", ", known), Lengths.meant(name, known)),
                        "algorithms");
            }
        }
        return all.stream().filter(exercise -> chosen.contains(exercise.name())).toList();
    }

    /** Notes if points can hardly be drawn without three of them on a line. */
    private static void checkPoints(
            List<Exercise> exercises,
            List<Map<Exercise, SortedMap<Integer, List<Algorithm>>>> lengths,
            Truncation truncation,
            SettingsProblems problems) {
        if (truncation.scale() == 0) {
            return;
        }
        RandomGenerator random = new CounterRandom(0, "points in general position", 0);
        for (Exercise exercise : exercises) {
            if (exercise.solver() != Algorithm.GRAHAM_SCAN
                    && exercise.solver() != Algorithm.JARVIS_MARCH) {
                continue;
            }
            int longest =
                    lengths.stream()
                            .flatMap(map -> map.get(exercise).keySet().stream())
                            .mapToInt(Integer::intValue)
                            .max()
                            .orElse(0);
            int general = Sampler.inGeneralPosition(longest, truncation, TRIALS, random);
            if (general < LEAST_GENERAL) {
                problems.add(
                        "of %d draws of %d points for '%s' only %d had no three on a line with this number of 'decimals'. Take more 'decimals' or shorter lengths"
                                .formatted(TRIALS, longest, exercise.name(), general),
                        "decimals");
                return;
            }
        }
    }
}
