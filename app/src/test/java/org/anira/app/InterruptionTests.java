package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class InterruptionTests {

    private final List<String> done = new ArrayList<>();
    private final Interruption interruption =
            new Interruption(() -> done.add("first"), () -> done.add("again"));

    @Test
    void nothingIsWishedAtFirst() {
        assertFalse(interruption.getAsBoolean());
    }

    @Test
    void theFirstSignalAsksForTheEnd() {
        interruption.hear("INT");

        assertTrue(interruption.getAsBoolean());
        assertEquals(List.of("first"), done);
    }

    @Test
    void theSameSignalAgainStopsAtOnce() {
        interruption.hear("INT");
        interruption.hear("INT");

        assertEquals(List.of("first", "again"), done);
    }

    @Test
    void anotherSignalIsTheSameWish() {
        interruption.hear("INT");
        interruption.hear("TERM");

        assertEquals(List.of("first"), done);
    }

    @Test
    void bothSignalsMayBeRepeated() {
        interruption.hear("INT");
        interruption.hear("TERM");
        interruption.hear("TERM");

        assertEquals(List.of("first", "again"), done);
    }
}
