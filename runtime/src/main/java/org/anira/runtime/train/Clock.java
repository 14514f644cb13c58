package org.anira.runtime.train;

import java.time.Duration;

/** Time since the training began or resumed. */
final class Clock {

    private final long start = System.nanoTime();
    private final long first;
    private final long steps;
    private long tokens;

    /** Starts it. @param first the first step @param steps the last */
    Clock(long first, long steps) {
        this.first = first;
        this.steps = steps;
    }

    /** Counts tokens fed. */
    void fed(long more) {
        tokens += more;
    }

    double seconds() {
        return (System.nanoTime() - start) * 1e-9;
    }

    double tokensPerSecond() {
        return tokens / seconds();
    }

    /** Returns the estimated time from the end of a step to the end of the training. */
    Duration left(long step) {
        return Duration.ofMillis((long) (1000 * seconds() / (step - first + 1) * (steps - step)));
    }
}
