package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;

class ShellWordsTests {

    @Test
    void wordsThatAShellLeavesAloneStayBare() {
        assertEquals(
                "anira train mine.yaml model.width=64 --out runs/a_1",
                ShellWords.join(
                        List.of(
                                "anira",
                                "train",
                                "mine.yaml",
                                "model.width=64",
                                "--out",
                                "runs/a_1")));
    }

    @Test
    void othersAreQuoted() {
        assertEquals(
                "'accuracy>=0.9' 'a b' '' '$x'",
                ShellWords.join(List.of("accuracy>=0.9", "a b", "", "$x")));
    }

    @Test
    void aQuoteIsQuotedToo() {
        assertEquals("'it'\\''s'", ShellWords.join(List.of("it's")));
    }
}
