package org.anira.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.math.BigInteger;
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
                    Option.text("title", "none", "Title"),
                    Option.longInteger("seed", 1, "Seed").atLeast(0));

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
                Map.of(
                        "steps", 4, "rate", 0.5, "loud", false, "rule", "mode", "title", "none",
                        "seed", 1L),
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
    void aLongWholeNumberIsExact() {
        for (long seed : new long[] {0, 1L << 53 | 1, Long.MAX_VALUE}) {
            assertEquals(seed, settings(Map.of("seed", seed)).longInteger("seed"));
            assertEquals(
                    seed, settings(Map.of("seed", BigInteger.valueOf(seed))).longInteger("seed"));
        }
        assertEquals(1L << 40, settings(Map.of("seed", 0x1p40)).longInteger("seed"));
    }

    @Test
    void aWholeNumberSaysBothEndsOfItsRange() {
        assertEquals("1 to 2147483647", Option.integer("n", 1, "N").atLeast(1).range());
        assertEquals("-2147483648 to 2147483647", Option.integer("n", 1, "N").range());
    }

    @Test
    void aRefusalCarriesThePathsOfWhatIsWrong() {
        SettingsException thrown =
                assertThrows(
                        SettingsException.class, () -> settings(Map.of("steps", 0, "rule", "max")));
        assertEquals(List.of("some.options.steps", "some.options.rule"), thrown.settings());

        thrown = assertThrows(SettingsException.class, () -> settings(Map.of("step", 1)));
        assertEquals(List.of("some.options.step"), thrown.settings());

        Settings settings = settings(Map.of("title", "3-x"));
        thrown = assertThrows(SettingsException.class, () -> settings.numbers("title", 1, 9));
        assertEquals(List.of("title"), thrown.settings());
    }

    @Test
    void aPathHasNoDotWhereThereIsNoSection() {
        SettingsException thrown =
                assertThrows(
                        SettingsException.class,
                        () -> Settings.of("", OPTIONS, Map.of("steps", 0)));
        assertEquals("'steps' is 0, expected a whole number (1 to 9)", thrown.getMessage());
        assertEquals(List.of("steps"), thrown.settings());
    }

    @Test
    void aTextHasALongestLength() {
        String longest = "x".repeat(Option.LONGEST_TEXT);
        assertEquals(longest, settings(Map.of("title", longest)).text("title"));
        assertEquals(
                "'some.options.title' is '%s'… (4097 characters), expected a text of at most 4096 characters"
                        .formatted("x".repeat(200)),
                refusal("CFG-003", Map.of("title", longest + "x")));
    }

    @Test
    void aShownValueHasNoControlCharacters() {
        assertEquals("'a\\u0000\\u001b[31m'", Settings.shown("a\0\033[31m"));
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
                Arguments.of("title", true, "a text of at most 4096 characters"),
                Arguments.of("seed", -1, "a whole number (0 to 9223372036854775807)"),
                Arguments.of("seed", 0.5, "a whole number (0 to 9223372036854775807)"),
                Arguments.of("seed", 0x1p63, "a whole number (0 to 9223372036854775807)"),
                Arguments.of(
                        "seed",
                        BigInteger.TWO.pow(63),
                        "a whole number (0 to 9223372036854775807)"));
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
                        + " (known: steps, rate, loud, rule, title, seed)",
                refusal("CFG-001", Map.of("stpes", 3)));
    }

    @Test
    void allProblemsAreNamedAtOnce() {
        assertEquals(
                List.of(
                        "unknown key 'some.options.volume'. (known: steps, rate, loud, rule,"
                                + " title, seed)",
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
