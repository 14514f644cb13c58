package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

class FeatureLinesTests {

    private static FeatureLines lines() {
        FeatureLines lines = new FeatureLines(List.of("depth", "side"));
        lines.add("BOS", List.of("·", "·"));
        lines.add("+", List.of("0.25", "1"));
        lines.add("[", List.of());
        lines.add("17", List.of("3", "2"));
        lines.add("]", List.of());
        return lines;
    }

    @Test
    void numbersStandBelowTheirTokens() {
        assertEquals(
                """
                        BOS    + [ 17 ]
                  depth   · 0.25    3
                  side    ·    1    2

                """,
                lines().text(80).replace("\r", ""));
    }

    @Test
    void longLinesAreBroken() {
        assertEquals(
                """
                        BOS    +
                  depth   · 0.25
                  side    ·    1

                        [ 17 ]
                  depth    3
                  side     2

                """,
                lines().text(17).replace("\r", ""));
    }

    @Test
    void withoutNumbersTheTokensAreLinesOfText() {
        FeatureLines lines = new FeatureLines(List.of());
        List.of("BOS", "1", "[", "2", "]").forEach(token -> lines.add(token, List.of()));

        assertEquals("  BOS 1 [\n  2 ]\n", lines.text(9).replace("\r", ""));
    }
}
