package org.anira.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.Settings;
import org.anira.runtime.config.TrainingSettings.Decay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

/** Learning rate, γ and b by hand. */
class SchedulesTests {

    private static TrainingSettings training(Decay decay, double from, double last) {
        return TrainingSettings.of(
                Settings.of(
                        "training",
                        TrainingSettings.OPTIONS,
                        Map.of(
                                "steps",
                                100,
                                "learning-rate",
                                0.8,
                                "warmup",
                                0.1,
                                "decay",
                                KebabCase.of(decay),
                                "decay-from",
                                from,
                                "final-rate",
                                last)));
    }

    private static HaltingSettings halting(Map<String, Object> given) {
        return HaltingSettings.of(
                new Choice("clock", Map.of()),
                Settings.of("halting", HaltingSettings.OPTIONS, given));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0.08",
        "5, 0.4",
        "10, 0.8",
        "50, 0.8",
        "75, 0.4",
        "99, 0.016",
        "100, 0",
    })
    void theRateRisesStaysAndFallsInALine(long step, double expected) {
        assertEquals(expected, training(Decay.LINEAR, 0.5, 0).rateAt(step), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"10, 0.8", "55, 0.44", "100, 0.08"})
    void aCosineFallsFromTheWarmUpToTheLastRate(long step, double expected) {
        assertEquals(expected, training(Decay.COSINE, 0, 0.1).rateAt(step), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"10, 0.8", "100, 0.8"})
    void aConstantRateStays(long step, double expected) {
        assertEquals(expected, training(Decay.CONSTANT, 0, 0).rateAt(step), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.1, 0.015", "0.2, 0.03", "0.9, 0.03"})
    void gammaRisesFromZero(double share, double expected) {
        HaltingSettings settings = halting(Map.of("gamma", 0.03, "base", 1.5, "ramp", 0.2));
        assertEquals(expected, settings.gammaAt(share), 1e-12);
        assertEquals(1.5, settings.baseAt(share), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.1, 0.5", "0.4, 0.1, 0.5", "0.5, 0.06, 1", "0.6, 0.02, 2", "1, 0.02, 2"})
    void gammaAndBaseMoveFromTheirFirstToTheirLastValues(double share, double gamma, double base) {
        HaltingSettings settings =
                halting(
                        Map.of(
                                "gamma", 0.02,
                                "base", 2,
                                "ramp", 0.2,
                                "start", 0.4,
                                "start-gamma", 0.1,
                                "start-base", 0.5));
        assertEquals(gamma, settings.gammaAt(share), 1e-12);
        assertEquals(base, settings.baseAt(share), 1e-12);
    }

    @Test
    void withoutARampGammaIsWholeFromTheStart() {
        assertEquals(0.02, halting(Map.of("gamma", 0.02, "ramp", 0)).gammaAt(0), 1e-12);
    }
}
