package org.anira.app;

import org.anira.runtime.train.Progress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** How a training stands, in one line: rewritten on a terminal, else written every 30 seconds. */
final class ProgressLine implements Consumer<Progress>, AutoCloseable {

    private static final long TERMINAL_NANOS = Duration.ofMillis(200).toNanos();
    private static final long FILE_NANOS = Duration.ofSeconds(30).toNanos();

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier clock;
    private long last;
    private int width;

    /**
     * Makes one.
     *
     * @param err where it is written
     * @param terminal whether lines may be rewritten
     * @param clock nanoseconds from any origin
     */
    ProgressLine(PrintWriter err, boolean terminal, LongSupplier clock) {
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
        last = clock.getAsLong();
    }

    @Override
    public void accept(Progress progress) {
        long now = clock.getAsLong();
        boolean end = progress.step() == progress.steps();
        if (!end && now - last < (terminal ? TERMINAL_NANOS : FILE_NANOS)) {
            return;
        }
        last = now;
        String line = text(progress);
        if (terminal) {
            err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            width = line.length();
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** Ends the line that was rewritten. */
    @Override
    public void close() {
        if (width > 0) {
            err.println();
            err.flush();
            width = 0;
        }
    }

    /** Returns the line. */
    static String text(Progress progress) {
        return String.format(
                Locale.ROOT,
                "step %d/%d  loss %.4f  depth %.2f (p95 %d)  %.0f tokens/s  %s left",
                progress.step(),
                progress.steps(),
                progress.loss(),
                progress.meanDepth(),
                progress.highDepth(),
                progress.tokensPerSecond(),
                text(progress.left()));
    }

    /** Returns a duration as people say it, in its two largest units. */
    static String text(Duration duration) {
        long seconds = Math.round(duration.toMillis() / 1000.0);
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return "%d min %02d s".formatted(seconds / 60, seconds % 60);
        }
        return "%d h %02d min".formatted(seconds / 3600, seconds % 3600 / 60);
    }
}
