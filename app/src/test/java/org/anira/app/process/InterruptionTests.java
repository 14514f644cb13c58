package org.anira.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class InterruptionTests {

    private final List<String> done = new ArrayList<>();
    // Near the end of its range, as a clock of any origin may be.
    private Duration now = Duration.ofNanos(Long.MAX_VALUE - 1);
    private final Interruption interruption =
            new Interruption(
                    () -> done.add("first"),
                    () -> done.add("again"),
                    () -> now.getSeconds() * 1_000_000_000 + now.getNano());

    private void hearAfter(long milliseconds) {
        now = now.plusMillis(milliseconds);
        interruption.hear();
    }

    @Test
    void nothingIsWishedAtFirst() {
        assertFalse(interruption.getAsBoolean());
    }

    @Test
    void theFirstSignalAsksForTheEnd() {
        hearAfter(0);

        assertTrue(interruption.getAsBoolean());
        assertEquals(List.of("first"), done);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1000, 2000})
    void anotherOneSoonAfterIsTheSameWish(long milliseconds) {
        hearAfter(0);
        hearAfter(milliseconds);

        assertEquals(List.of("first"), done);
    }

    @Test
    void aLaterOneStopsAtOnce() {
        hearAfter(0);
        hearAfter(2001);

        assertEquals(List.of("first", "again"), done);
    }

    @Test
    void timeIsCountedFromTheFirst() {
        hearAfter(0);
        hearAfter(1500);
        hearAfter(1500);

        assertEquals(List.of("first", "again"), done);
    }
}
