package org.anira.runtime.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TableTests {

    private static String text(Table table) {
        return table.toString().replace("\r", "");
    }

    @Test
    void wordsStandToTheLeftAndNumbersToTheRight() {
        Table table = new Table("name", "n");
        table.row("long name", 5);
        table.row("x", "12,345");

        assertEquals(
                """
                name            n
                long name       5
                x          12,345
                """,
                text(table));
    }

    @Test
    void aCellStaysOnItsLine() {
        Table table = new Table("run", "state");
        table.row("two\nlines", "a\tb\u001b[1m");

        assertEquals("run        state\ntwo?lines  a?b?[1m\n", text(table));
    }

    @Test
    void aMissingNumberIsADash() {
        Table table = new Table("a", "b");
        table.row("–", "word");
        table.row("1.5", "–");

        assertEquals("  a  b\n  –  word\n1.5  –\n", text(table));
    }

    @Test
    void linesHaveNoBlanksAtTheirEnds() {
        Table table = new Table("a", "b");
        table.row("word", "");

        assertEquals("a     b\nword\n", text(table));
    }

    @Test
    void aTableWithoutRowsIsEmpty() {
        Table table = new Table("a");
        assertTrue(table.isEmpty());

        table.row("x");
        assertFalse(table.isEmpty());
    }
}
