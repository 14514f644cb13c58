package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

class TokenLinesTests {

    private static TokenLines lines() {
        TokenLines lines = new TokenLines();
        lines.add(List.of("BOS", "OPEN(2)", "+", "1"), new int[] {4, 12, 1, 100});
        lines.mark("=>");
        lines.add(List.of("0"), new int[] {3});
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
}
