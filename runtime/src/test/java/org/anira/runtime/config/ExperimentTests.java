package org.anira.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Option;
import org.anira.api.task.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

class ExperimentTests {

    private static final String SMALLEST =
            "{task.name: sums, halting.name: clock, backend.name: engine}";

    private static Experiment read(String yaml, List<String> overrides) {
        Draft draft = Draft.read("config.yaml", yaml).with(overrides);
        return ResolvedExperiment.resolve(draft, new FakeProviders()).experiment();
    }

    /**
     * Returns an assignment of a value, drawn from the allowed ones, to every option of an
     * experiment.
     */
    private static List<String> drawn(int seed) {
        CounterRandom random = new CounterRandom(seed, "experiment", 0);
        List<String> overrides = new ArrayList<>();
        for (Section section : Section.values()) {
            for (Option option : section.options()) {
                // These three are bound to others; rules belong to the mechanism.
                if (!List.of("heads", "width", "decay-from", "rule").contains(option.name())) {
                    overrides.add(
                            section.key() + "." + option.name() + "=" + drawn(option, random));
                }
            }
        }
        return overrides;
    }

    private static String drawn(Option option, CounterRandom random) {
        return switch (option.type()) {
            case INTEGER, LONG ->
                    Long.toString(
                            (long) option.least()
                                    + random.nextInt((int) Math.min(option.most(), 1e6)));
            case NUMBER ->
                    Double.toString(
                            option.least()
                                    + (Math.min(option.most(), 1e6) - option.least())
                                            * random.nextDouble());
            case BOOLEAN -> Boolean.toString(random.nextBoolean());
            case CHOICE -> option.choices().get(random.nextInt(option.choices().size()));
            case TEXT -> throw new AssertionError(option);
        };
    }

    @Test
    void writesYamlThatReadsBackAsTheSameExperiment() {
        for (int seed = 0; seed < 50; seed++) {
            Experiment experiment = read(SMALLEST, drawn(seed));
            Experiment again = read(ExperimentYaml.of(experiment), List.of());
            assertEquals(experiment, again, "seed " + seed);
            assertEquals(experiment.hash(), again.hash(), "seed " + seed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "true", "1e3", "null", "~", "a: b", "#x", "a #b", "'", "\"", "\\",
                "ä\n\tb", "- a", "{", "@"
            })
    void writesAnyTextSoThatItReadsBack(String text) {
        String quoted = "'" + text.replace("'", "''").replace("\n", "\n\n") + "'";
        if (text.contains("\n")) {
            quoted = "\"ä\\n\\tb\"";
        }
        Experiment experiment = read(SMALLEST, List.of("task.options.prefix=" + quoted));
        assertEquals(text, experiment.task().options().get("prefix"));
        assertEquals(experiment, read(ExperimentYaml.of(experiment), List.of()));
    }

    @Test
    void writesEverySettingOnce() {
        Experiment experiment = read(SMALLEST, List.of());
        List<String> paths = List.copyOf(experiment.values().keySet());
        assertEquals(
                List.of("name", "seed", "task.name", "task.options.least"), paths.subList(0, 4));
        for (Section section : Section.values()) {
            for (Option option : section.options()) {
                assertTrue(
                        paths.contains(section.path(option.name())), section.path(option.name()));
            }
        }
    }

    @Test
    void hasAnOptionForEveryComponentOfASection() {
        for (Map.Entry<Class<?>, List<Option>> each :
                Map.<Class<?>, List<Option>>of(
                                ModelSettings.class, ModelSettings.OPTIONS,
                                TrainingSettings.class, TrainingSettings.OPTIONS,
                                EvaluationSettings.class, EvaluationSettings.OPTIONS)
                        .entrySet()) {
            assertEquals(each.getKey().getRecordComponents().length, each.getValue().size());
        }
        assertEquals(
                HaltingSettings.class.getRecordComponents().length - 1,
                HaltingSettings.OPTIONS.size());
    }

    @Test
    void hashesEverySettingButTheName() {
        Experiment experiment = read(SMALLEST, List.of());
        assertEquals(experiment.hash(), read(SMALLEST, List.of("name=other")).hash());
        List<String> changes =
                List.of(
                        "seed=2",
                        "model.width=64",
                        "task.options.most=5",
                        "halting.name=bell",
                        "training.clip=0.5");
        List<String> hashes =
                IntStream.range(0, changes.size())
                        .mapToObj(i -> read(SMALLEST, List.of(changes.get(i))).hash())
                        .toList();
        assertEquals(changes.size(), hashes.stream().distinct().count());
        hashes.forEach(hash -> assertNotEquals(experiment.hash(), hash));
    }

    @Test
    void hashesValuesNotTheirSpelling() {
        assertEquals(
                read(SMALLEST, List.of()).hash(),
                read(SMALLEST, List.of("training.learning-rate=1.0e-3", "model.width=256.0"))
                        .hash());
    }

    @Test
    void explainsEverySetting() {
        Experiment experiment = read(SMALLEST, List.of());
        String yaml = ExperimentYaml.explained(experiment, new FakeProviders());
        assertTrue(
                yaml.contains("    most: 4                             # Most digits (1 to 9)\n"),
                yaml);
        assertTrue(
                yaml.contains(
                        "  width: 256                            # Size W of a token's state (8 to"
                                + " 65536)\n"));
        assertEquals(experiment, read(yaml, List.of()));
    }

    @Test
    void writesASampleOfAProvidersSection() {
        assertEquals(
                """
                task:                                   # Which task, with its own options
                  name: sums                            # Sums of digits
                  options:
                    least: 2                            # Fewest digits (1 to 9)
                    most: 4                             # Most digits (1 to 9)
                    prefix: ''                          # What stands before each sum
                """,
                ExperimentYaml.sample(Section.TASK, new FakeProviders().task("sums")));
    }

    @Test
    void aSampleHasTheSectionsOwnSettingsToo() {
        List<String> lines =
                ExperimentYaml.sample(Section.HALTING, new FakeProviders().halting("clock"))
                        .lines()
                        .toList();

        assertEquals("  name: clock                           # Stops", lines.get(1));
        for (Option option : HaltingSettings.OPTIONS) {
            assertTrue(
                    lines.stream().anyMatch(line -> line.startsWith("  " + option.name() + ": ")),
                    option.name());
        }
        assertEquals(
                "    alarm: 0.5                          # When it rings (0.0 to 1.0)",
                lines.getLast());
    }
}
