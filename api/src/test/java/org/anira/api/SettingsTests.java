package org.anira.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Settings are complete and within the ranges of their options, or refused. */
class SettingsTests {

    private static final List<Option> OPTIONS =
            List.of(
                    Option.integer("steps", 4, "Steps").between(1, 9),
                    Option.number("rate", 0.5, "Rate").atLeast(0),
                    Option.flag("loud", false, "Whether it is loud"),
                    Option.choice("rule", "mode", List.of("mode", "median"), "Rule"),
                    Option.text("title", "none", "Title"));

    private static Settings settings(Map<String, ?> given) {
        return Settings.of("some.options", OPTIONS, given);
    }

    private static String refusal(String code, Map<String, ?> given) {
        SettingsException thrown = assertThrows(SettingsException.class, () -> settings(given));
        assertEquals(code, thrown.code());
        return thrown.getMessage();
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        assertEquals(
                Map.of("steps", 4, "rate", 0.5, "loud", false, "rule", "mode", "title", "none"),
                Settings.defaults(OPTIONS).values());
    }

    @Test
    void numbersTakeTheTypeOfTheirOption() {
        Settings settings = settings(Map.of("steps", 3.0, "rate", 2, "title", 7));
        assertEquals(3, settings.integer("steps"));
        assertEquals(2.0, settings.number("rate"));
        assertEquals("7", settings.text("title"));
    }

    @Test
    void theEndsOfARangeBelongToIt() {
        assertEquals(1, settings(Map.of("steps", 1)).integer("steps"));
        assertEquals(9, settings(Map.of("steps", 9)).integer("steps"));
        assertEquals(0.0, settings(Map.of("rate", 0)).number("rate"));
    }

    static Stream<Arguments> misfits() {
        return Stream.of(
                Arguments.of("steps", 0, "a whole number (1 to 9)"),
                Arguments.of("steps", 10, "a whole number (1 to 9)"),
                Arguments.of("steps", 2.5, "a whole number (1 to 9)"),
                Arguments.of("steps", "'many'", "a whole number (1 to 9)"),
                Arguments.of("rate", Math.nextDown(0.0), "a number (at least 0.0)"),
                Arguments.of("rate", Double.NaN, "a number (at least 0.0)"),
                Arguments.of("rate", Double.POSITIVE_INFINITY, "a number (at least 0.0)"),
                Arguments.of("loud", "'maybe'", "true or false"),
                Arguments.of("rule", "'mean'", "one of mode, median"),
                Arguments.of("title", true, "a text"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void whatDoesNotFitIsRefused(String name, Object shown, String expected) {
        Object given = shown instanceof String text ? text.replace("'", "") : shown;
        assertEquals(
                "'some.options.%s' is %s, expected %s".formatted(name, shown, expected),
                refusal("CFG-003", Map.of(name, given)));
    }

    @Test
    void unknownKeysAreRefusedWithTheNearestKnownOne() {
        assertEquals(
                "unknown key 'some.options.stpes'. Did you mean 'steps'?"
                        + " (known: steps, rate, loud, rule, title)",
                refusal("CFG-001", Map.of("stpes", 3)));
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        assertEquals(
                List.of(
                        "unknown key 'some.options.volume'. (known: steps, rate, loud, rule,"
                                + " title)",
                        "'some.options.steps' is 0, expected a whole number (1 to 9)",
                        "'some.options.loud' is 1, expected true or false"),
                refusal("CFG-003", Map.of("volume", 1, "steps", 0, "loud", 1)).lines().toList());
    }

    @Test
    void anOptionIsReadAsItsType() {
        Settings settings = Settings.defaults(OPTIONS);
        assertThrows(IllegalArgumentException.class, () -> settings.integer("rate"));
        assertThrows(IllegalArgumentException.class, () -> settings.text("volume"));
    }

    @Test
    void numbersAreListedAndInRanges() {
        assertEquals(
                List.of(1, 2, 3, 16),
                settings(Map.of("title", "16, 1-3,2")).numbers("title", 1, 16));
        assertEquals(List.of(7), settings(Map.of("title", 7)).numbers("title", 1, 16));
        assertEquals(List.of(), settings(Map.of("title", " ")).numbers("title", 1, 16));
    }

    @Test
    void whatIsNoListOfNumbersIsNamed() {
        for (String part : List.of("x", "0", "17", "3-2", "3-", "", "1-17")) {
            SettingsException thrown =
                    assertThrows(
                            SettingsException.class,
                            () -> settings(Map.of("title", "4," + part)).numbers("title", 1, 16));
            assertEquals("CFG-003", thrown.code());
            assertEquals(
                    "'title' has '%s', expected a whole number from 1 to 16, or a range such as 3-16"
                            .formatted(part),
                    thrown.getMessage());
        }
    }
}
