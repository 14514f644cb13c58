package org.anira.app.console;

import org.anira.runtime.train.Progress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The progress of a training in one line: rewritten on a terminal, otherwise written every 30
 * seconds.
 */
public final class ProgressLine implements Consumer<Progress>, AutoCloseable {

    private static final long TERMINAL_NANOS = Duration.ofMillis(200).toNanos();
    private static final long FILE_NANOS = Duration.ofSeconds(30).toNanos();

    /** Goes to the start of the line, and turns line wrapping off. */
    private static final String BEGIN = "\r\033[?7l";

    /** Clears the rest of the line, and turns line wrapping on. */
    private static final String END = "\033[K\033[?7h";

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier clock;
    private long last;
    private boolean open;

    /**
     * Makes one.
     *
     * @param err where it is written
     * @param terminal whether lines may be rewritten
     * @param clock nanoseconds from any origin
     */
    public ProgressLine(PrintWriter err, boolean terminal, LongSupplier clock) {
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
        write(text(progress));
    }

    /** Shows that a part of the work before the first step begins. */
    public void preparing(String work, int number, int total) {
        write("%s %d of %d".formatted(work, number, total));
    }

    private void write(String line) {
        if (terminal) {
            err.print(BEGIN + line + END);
            open = true;
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** Ends the line that was rewritten. */
    @Override
    public void close() {
        if (open) {
            err.println();
            err.flush();
            open = false;
        }
    }

    /** Returns the line; after the last step it says that the evaluation runs. */
    static String text(Progress progress) {
        return String.format(
                Locale.ROOT,
                "step %d/%d  loss %.4f  depth %.2f (p95 %d)  %.0f tokens/s  %s",
                progress.step(),
                progress.steps(),
                progress.loss(),
                progress.meanDepth(),
                progress.highDepth(),
                progress.tokensPerSecond(),
                progress.step() == progress.steps()
                        ? "evaluating"
                        : text(progress.left()) + " left");
    }

    /** Returns a duration as people say it, in its two largest units. */
    public static String text(Duration duration) {
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
