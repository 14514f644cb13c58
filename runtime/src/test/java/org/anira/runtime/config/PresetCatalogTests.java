package org.anira.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Map;

class PresetCatalogTests {

    private static final String CATALOG =
            """
            mechanisms:
              early: {summary: 'Early on {experiment}', learnt: true, settings: {halting.name: clock}}
              never: {summary: All steps, settings: {halting.name: bell, model.tied: false}}
            bases:
              any:
                settings: {backend.name: engine, model: {width: 64, heads: 2}}
                if-learnt: {halting.gamma: 0.1}
                about: Any
              large:
                extends: any
                settings: {model.width: 512}
                if-learnt: {halting.options.alarm: 0.25}
                about: |
                  Large, and
                  of two lines
                notes: {model.width: As published}
            experiments:
              sums-small:
                extends: any
                summary: small sums
                settings: {task: {name: sums, options: {prefix: '3-40'}}}
                mechanisms: early
              sums:
                extends: large
                summary: sums
                settings: {training.learning-rate: 1.0e-4, task: {name: sums}}
                if-learnt: {halting.gamma: 0.2}
            """;

    private static PresetCatalog catalog() {
        return PresetCatalog.read("presets.yaml", CATALOG);
    }

    @Test
    void eachExperimentIsCombinedWithItsMechanisms() {
        assertEquals(
                List.of(
                        Map.entry("sums-small-early", "Early on small sums"),
                        Map.entry("sums-early", "Early on sums"),
                        Map.entry("sums-never", "All steps")),
                List.copyOf(catalog().summaries().entrySet()));
    }

    @Test
    void theLastSettingWinsAndAllStandInTheOrderOfAFile() {
        assertEquals(
                """
                # Early on sums
                # Large, and
                # of two lines
                name: sums-early
                task:
                  name: sums
                model:
                  width: 512                            # As published
                  heads: 2
                halting:
                  name: clock
                  options:
                    alarm: 0.25
                  gamma: 0.2
                training:
                  learning-rate: 1.0e-4
                backend:
                  name: engine
                """,
                catalog().yaml("sums-early"));
    }

    @Test
    void whatIsForLearntMechanismsIsLeftOutOfOthers() {
        assertEquals(
                """
                # All steps
                # Large, and
                # of two lines
                name: sums-never
                task:
                  name: sums
                model:
                  width: 512                            # As published
                  heads: 2
                  tied: false
                halting:
                  name: bell
                training:
                  learning-rate: 1.0e-4
                backend:
                  name: engine
                """,
                catalog().yaml("sums-never"));
    }

    @Test
    void aPresetIsAnExperimentFile() {
        Experiment experiment =
                ResolvedExperiment.resolve(
                                Draft.read("preset", catalog().yaml("sums-small-early")),
                                new FakeProviders())
                        .experiment();

        assertEquals("sums-small-early", experiment.name());
        assertEquals("3-40", experiment.task().options().get("prefix"));
        assertEquals(0.1, experiment.halting().gamma());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bases.any.setings.seed: 1 | presets.yaml:1:25 'bases.any.setings.seed' is 1",
                "bases.any.summary: x | presets.yaml:1:20 'bases.any.summary' is 'x'",
                "experiments.sums.settings: [] | presets.yaml:1:28 'experiments.sums.settings' is a"
                        + " list",
                "seed: 1 | presets.yaml:1:7 'seed' is 1"
            })
    void aKeyThatMeansNothingIsRefused(String yaml, String expected) {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> PresetCatalog.read("presets.yaml", yaml));
        assertEquals(expected + ", expected a part of a preset", e.getMessage());
    }

    @Test
    void aPathThatIsNoSettingIsRefused() {
        PresetCatalog wrong =
                PresetCatalog.read("presets.yaml", CATALOG.replace("model.width: 512", "widht: 1"));
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> wrong.yaml("sums-early"));
        assertEquals("there is no setting 'widht'", e.getMessage());
    }
}
