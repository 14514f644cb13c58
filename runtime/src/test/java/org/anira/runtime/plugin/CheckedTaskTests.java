package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.anira.api.AniraException;
import org.anira.api.DataException;
import org.anira.api.Settings;
import org.anira.api.task.Axis;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;
import org.anira.runtime.plugin.Fakes.Echo;
import org.anira.runtime.plugin.Fakes.One;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A task that does not keep what the API promises is named, and what it did. */
class CheckedTaskTests {

    private static final int[] TOKENS = {Vocabulary.BOS, 3, 3};
    private static final boolean[] TARGET = {false, false, true};

    @TempDir static Path directory;
    private static Plugin plugin;

    @BeforeAll
    static void startThePlugin() {
        plugin = Fakes.plugin(directory);
    }

    private Task hosted(Task task) {
        return Fakes.hosted(Kind.TASK, Fakes.provider(task), plugin)
                .create(Settings.defaults(List.of()));
    }

    /** Uses everything that a task has. */
    private void use(Task given) {
        Task task = hosted(given);
        CounterRandom random = new CounterRandom(1, "test", 0);
        Point point = task.draw(Limits.NONE, random);
        task.grid().forEach(task::chance);
        task.trained(point);
        Sample sample = task.sample(point, random);
        task.vocabulary().text(sample.tokens()[1]);
        task.grade(sample, 0, new int[] {3});
        task.point(sample, 0);
        task.features(sample);
        Scorer scorer = task.scorer().orElseThrow();
        scorer.score(sample, new float[2][5]);
        scorer.prompts(point, 1, random);
        task.description();
    }

    private static Task with(Sample sample) {
        return new Echo() {
            @Override
            public Sample sample(Point point, RandomGenerator random) {
                return sample;
            }
        };
    }

    private static Task with(int[] tokens, boolean[] target, Span... spans) {
        return with(new Sample(Echo.POINT, tokens, target, Arrays.asList(spans)));
    }

    private static Task with(Feature... features) {
        return new Echo() {
            @Override
            public List<Feature> features(Sample sample) {
                return Arrays.asList(features);
            }
        };
    }

    private static Task with(Scorer scorer) {
        return new Echo() {
            @Override
            public Optional<Scorer> scorer() {
                return Optional.of(scorer);
            }
        };
    }

    private static Task with(List<Axis> axes) {
        return new Echo() {
            @Override
            public List<Axis> axes() {
                return axes;
            }
        };
    }

    private static Scorer scoring(Map<String, Double> values) {
        return new One() {
            @Override
            public Map<String, Double> score(Sample sample, float[][] logProbabilities) {
                return values;
            }
        };
    }

    private static Scorer readingNothing() {
        return new One() {
            @Override
            public boolean readsDistributions() {
                return false;
            }
        };
    }

    private static Scorer prompting(int... tokens) {
        return new One() {
            @Override
            public List<Prompt> prompts(Point point, int count, RandomGenerator random) {
                return List.of(new Prompt("some", tokens, 1));
            }
        };
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                arguments("'sample' returned nothing", with((Sample) null)),
                arguments("its sample at 'n=1' has no tokens", with(null, TARGET)),
                arguments(
                        "its sample at 'n=1' has 1 tokens, expected 2",
                        with(new int[] {Vocabulary.BOS}, new boolean[1])),
                arguments(
                        "its sample at 'n=1' has 4 tokens, but 'longest' is 3",
                        with(new int[] {Vocabulary.BOS, 3, 3, 3}, new boolean[4])),
                arguments(
                        "its sample at 'n=1' has the token 5, expected 1 to 4",
                        with(new int[] {Vocabulary.BOS, 3, 5}, TARGET)),
                arguments(
                        "its sample at 'n=1' has the token -1, expected 1 to 4",
                        with(new int[] {Vocabulary.BOS, 3, -1}, TARGET)),
                arguments(
                        "its sample at 'n=1' begins with token 3, expected BOS, 1",
                        with(new int[] {3, 3, 3}, TARGET)),
                arguments(
                        "its sample at 'n=1' marks the targets of no tokens, and has 3",
                        with(TOKENS, null)),
                arguments(
                        "its sample at 'n=1' marks the targets of 2 tokens, and has 3",
                        with(TOKENS, new boolean[2])),
                arguments(
                        "its sample at 'n=1' has the first token as a target",
                        with(TOKENS, new boolean[] {true, false, true})),
                arguments(
                        "its sample at 'n=1' has no token as a target",
                        with(TOKENS, new boolean[3])),
                arguments(
                        "its sample at 'n=1' has no list of answers",
                        with(new Sample(Echo.POINT, TOKENS, TARGET, null))),
                arguments(
                        "its sample at 'n=1' of 3 tokens has the answer 2 to 4, expected answers in"
                                + " order inside it",
                        with(TOKENS, TARGET, new Span(2, 4, 1, List.of()))),
                arguments(
                        "its sample at 'n=1' of 3 tokens has the answer nothing, expected answers"
                                + " in order inside it",
                        with(TOKENS, TARGET, (Span) null)),
                arguments(
                        "its sample at 'n=1' of 3 tokens has the answer 1 to 2, expected answers in"
                                + " order inside it",
                        with(
                                TOKENS,
                                TARGET,
                                new Span(2, 3, 1, List.of()),
                                new Span(1, 2, 1, List.of()))),
                arguments(
                        "its sample is at 'n=2', asked for at 'n=1'",
                        with(new Sample(Point.of("n", 2), TOKENS, TARGET, List.of()))),
                arguments(
                        "a feature is named 'Place', expected lower case with underscores, each"
                                + " name once",
                        with(new Feature("Place", "Its place", new double[3]))),
                arguments(
                        "feature 'place' has 2 values for 3 tokens",
                        with(new Feature("place", "Its place", new double[2]))),
                arguments(
                        "feature 'place' has no values for 3 tokens",
                        with(new Feature("place", "Its place", null))),
                arguments("'features' has an element that is nothing", with((Feature) null)),
                arguments(
                        "its scorer gave values for [two], and declares [one]",
                        with(scoring(Map.of("two", 1.0)))),
                arguments("'score' returned nothing", with(scoring(null))),
                arguments(
                        "its scorer reads no distributions, and declares scores: [one]",
                        with(readingNothing())),
                arguments(
                        "its prompt 'some' has the token 9, expected 1 to 4",
                        with(prompting(Vocabulary.BOS, 9))),
                arguments(
                        "its prompt 'some' has 4 tokens, but 'longest' is 3",
                        with(prompting(Vocabulary.BOS, 3, 3, 3))),
                arguments("'axes' is empty, expected at least one", with(List.<Axis>of())),
                arguments(
                        "'draw' returned the point 'n=1', expected a value for each of the axes m",
                        with(List.<Axis>of(new Axis.Range("m", "tokens", 1, 1)))),
                arguments(
                        "'draw' returned the point 'n=1', expected a value for each of the axes n",
                        with(List.<Axis>of(new Axis.Values("n", "", List.of("1"))))),
                arguments(
                        "'longest' is 0, expected at least 2",
                        new Echo() {
                            @Override
                            public int longest() {
                                return 0;
                            }
                        }),
                arguments(
                        "'vocabulary' returned nothing",
                        new Echo() {
                            @Override
                            public Vocabulary vocabulary() {
                                return null;
                            }
                        }),
                arguments(
                        "'grid' returned nothing",
                        new Echo() {
                            @Override
                            public List<Point> grid() {
                                return null;
                            }
                        }),
                arguments(
                        "'scorer' returned nothing",
                        new Echo() {
                            @Override
                            public Optional<Scorer> scorer() {
                                return null;
                            }
                        }));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatIsNotAsPromisedIsNamed(String what, Task task) {
        AniraException e = assertThrows(AniraException.class, () -> use(task));

        assertEquals(
                "PLG-015 Task 'echo' of plugin 'fake' breaks a promise: %s. Report it to the plugin's author, or use another version."
                        .formatted(what),
                e.code() + " " + e.getMessage());
    }

    @Test
    void aSoundTaskIsUsedAsItIs() {
        use(new Echo());
        assertArrayEquals(
                new Echo().sample(Echo.POINT, new CounterRandom(1, "test", 0)).tokens(),
                hosted(new Echo()).sample(Echo.POINT, new CounterRandom(1, "test", 0)).tokens());
    }

    @Test
    void whatItThrowsNamesTheTaskAndNoWordsOfJava() {
        Task task =
                hosted(
                        new Echo() {
                            @Override
                            public Sample sample(Point point, RandomGenerator random) {
                                TOKENS[7] = 3;
                                return null;
                            }

                            @Override
                            public boolean grade(Sample sample, int span, int[] answer) {
                                throw new NullPointerException("java.lang.String");
                            }
                        });

        assertEquals(
                "PLG-005 'sample' of task 'echo' of plugin 'fake' failed: array index out of"
                        + " bounds: Index 7 out of bounds for length 3. Report it to the plugin's"
                        + " author; --stacktrace shows where.",
                thrown(() -> task.sample(Echo.POINT, new CounterRandom(1, "test", 0))));
        assertEquals(
                "PLG-005 'grade' of task 'echo' of plugin 'fake' failed: null pointer:"
                        + " java.lang.String. Report it to the plugin's author; --stacktrace shows"
                        + " where.",
                thrown(() -> task.grade(null, 0, null)));
    }

    @Test
    void whatItMeansToSayIsSaid() {
        Task task =
                hosted(
                        new Echo() {
                            @Override
                            public Sample sample(Point point, RandomGenerator random) {
                                throw new DataException("DAT-001", "no file");
                            }
                        });

        assertEquals(
                "DAT-001 no file",
                thrown(() -> task.sample(Echo.POINT, new CounterRandom(1, "test", 0))));
    }

    private static String thrown(Runnable action) {
        AniraException e = assertThrows(AniraException.class, action::run);
        return e.code() + " " + e.getMessage();
    }

    /** A default that a wrapper inherits would hide what the plug-in says. */
    @ParameterizedTest
    @ValueSource(classes = {CheckedTask.class, CheckedMechanism.class})
    void everyMethodOfTheApiIsPassedOn(Class<?> outer) {
        Stream.concat(Stream.of(outer), Stream.of(outer.getDeclaredClasses()))
                .flatMap(each -> Stream.of(each.getInterfaces()).map(api -> Map.entry(each, api)))
                .forEach(each ->
                        Stream.of(each.getValue().getDeclaredMethods())
                                .filter(method -> !method.isSynthetic())
                                .forEach(method ->
                                        assertEquals(
                                                1,
                                                Stream.of(each.getKey().getDeclaredMethods())
                                                        .filter(own -> !own.isSynthetic())
                                                        .filter(own ->
                                                                own.getName()
                                                                        .equals(method.getName()))
                                                        .count(),
                                                () -> each.getKey() + " " + method)));
    }
}
