package org.anira.app.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.anira.runtime.train.Progress;
import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

class ProgressLineTests {

    private final StringWriter err = new StringWriter();
    private final AtomicLong clock = new AtomicLong();

    private ProgressLine line(boolean terminal) {
        return new ProgressLine(new PrintWriter(err), terminal, clock::get);
    }

    private static Progress at(long step) {
        return new Progress(step, 1000, 0.51234, 2.345, 5, 12_345.6, Duration.ofSeconds(83));
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void itHasStepLossDepthSpeedAndTimeLeft() {
        assertEquals(
                "step 7/1000  loss 0.5123  depth 2.35 (p95 5)  12346 tokens/s  1 min 23 s left",
                ProgressLine.text(at(7)));
    }

    @Test
    void theLastStepIsFollowedByTheEvaluation() {
        assertEquals(
                "step 1000/1000  loss 0.5123  depth 2.35 (p95 5)  12346 tokens/s  evaluating",
                ProgressLine.text(at(1000)));
    }

    @Test
    void onATerminalTheLineIsRewrittenAndNotWrapped() {
        try (ProgressLine line = line(true)) {
            pass(Duration.ofSeconds(1));
            line.accept(at(1));
            pass(Duration.ofSeconds(1));
            line.accept(at(2));
        }

        assertEquals(
                "\r\033[?7l"
                        + ProgressLine.text(at(1))
                        + "\033[K\033[?7h\r\033[?7l"
                        + ProgressLine.text(at(2))
                        + "\033[K\033[?7h"
                        + System.lineSeparator(),
                err.toString());
    }

    @Test
    void onATerminalAtMostFiveLinesASecond() {
        try (ProgressLine line = line(true)) {
            for (int step = 1; step <= 100; step++) {
                pass(Duration.ofMillis(10));
                line.accept(at(step));
            }
        }

        assertEquals(5, err.toString().chars().filter(each -> each == '\r').count());
    }

    @Test
    void elsewhereALineEvery30Seconds() {
        try (ProgressLine line = line(false)) {
            for (int step = 1; step <= 100; step++) {
                pass(Duration.ofSeconds(1));
                line.accept(at(step));
            }
        }

        assertEquals(
                ProgressLine.text(at(30))
                        + System.lineSeparator()
                        + ProgressLine.text(at(60))
                        + System.lineSeparator()
                        + ProgressLine.text(at(90))
                        + System.lineSeparator(),
                err.toString());
    }

    @Test
    void elsewhereThereAreNoControlCharacters() {
        try (ProgressLine line = line(false)) {
            line.accept(at(1000));
        }

        assertFalse(err.toString().contains("\033"), err.toString());
        assertFalse(err.toString().replace("\r\n", "\n").contains("\r"), err.toString());
    }

    @Test
    void theLastStepIsAlwaysShown() {
        try (ProgressLine line = line(false)) {
            line.accept(at(1000));
        }

        assertEquals(ProgressLine.text(at(1000)) + System.lineSeparator(), err.toString());
    }

    @Test
    void nothingIsWrittenAtTheEndIfNothingWasBefore() {
        line(true).close();

        assertEquals("", err.toString());
    }

    @Test
    void durationsHaveTheirTwoLargestUnits() {
        assertEquals("0 s", ProgressLine.text(Duration.ZERO));
        assertEquals("59 s", ProgressLine.text(Duration.ofSeconds(59)));
        assertEquals("1 min 00 s", ProgressLine.text(Duration.ofMillis(59_700)));
        assertEquals("59 min 59 s", ProgressLine.text(Duration.ofSeconds(3599)));
        assertEquals("2 h 05 min", ProgressLine.text(Duration.ofMinutes(125)));
    }
}
