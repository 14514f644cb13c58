package org.anira.app.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

class TokenLinesTests {

    private static TokenLines lines() {
        TokenLines lines = new TokenLines(List.of(""));
        lines.add("BOS", List.of("4"));
        lines.add("OPEN(2)", List.of("12"));
        lines.add("+", List.of("1"));
        lines.add("1", List.of("100"));
        lines.mark("=>");
        lines.add("0", List.of("3"));
        return lines;
    }

    @Test
    void depthsStandBelowTheirTokens() {
        assertEquals(
                """
                  BOS OPEN(2) +   1 => 0
                    4      12 1 100    3
                """,
                lines().text(80).replace("\r", ""));
    }

    @Test
    void longLinesAreBroken() {
        assertEquals(
                """
                  BOS OPEN(2)
                    4      12
                  +   1 => 0
                  1 100    3
                """,
                lines().text(13).replace("\r", ""));
    }

    @Test
    void aTokenWiderThanTheTerminalStandsAlone() {
        assertEquals(
                """
                  BOS
                    4
                  OPEN(2)
                       12
                  +
                  1
                    1
                  100
                  =>

                  0
                  3
                """,
                lines().text(3).replace("\r", ""));
    }

    private static TokenLines named() {
        TokenLines lines = new TokenLines(List.of("depth", "side"));
        lines.add("BOS", List.of("·", "·"));
        lines.add("+", List.of("0.25", "1"));
        lines.mark("[");
        lines.add("17", List.of("3", "2"));
        lines.mark("]");
        return lines;
    }

    @Test
    void namedNumbersStandBelowTheirTokens() {
        assertEquals(
                """
                        BOS    + [ 17 ]
                  depth   · 0.25    3
                  side    ·    1    2

                """,
                named().text(80).replace("\r", ""));
    }

    @Test
    void linesWithNamesAreBroken() {
        assertEquals(
                """
                        BOS    +
                  depth   · 0.25
                  side    ·    1

                        [ 17 ]
                  depth    3
                  side     2

                """,
                named().text(17).replace("\r", ""));
    }

    @Test
    void withoutNumbersTheTokensAreLinesOfText() {
        TokenLines lines = new TokenLines(List.of());
        List.of("BOS", "1", "[", "2", "]").forEach(token -> lines.add(token, List.of()));

        assertEquals("  BOS 1 [\n  2 ]\n", lines.text(9).replace("\r", ""));
    }
}
