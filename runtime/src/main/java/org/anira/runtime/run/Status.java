package org.anira.runtime.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The status of a run: {@code status.json}.
 *
 * @param state running, or how it ended
 * @param step the last finished step, 0 before the first
 * @param exitCode of the process, once the run has ended
 * @param message a sentence for people, or empty
 * @param pid the process that trains, or trained
 * @param processStart when that process started; empty if the system does not say
 * @param host the machine it is on
 * @param changed when this was written
 */
public record Status(
        State state,
        long step,
        OptionalInt exitCode,
        String message,
        long pid,
        Optional<Instant> processStart,
        String host,
        Instant changed) {

    /** Checks the numbers. */
    public Status {
        Fields.count("step", step);
        Fields.count("pid", pid);
    }

    /**
     * Tolerance for start times: two processes read the start time of a third with different
     * rounding of the boot time.
     */
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    /** The state of a run; lower case in files. */
    public enum State {
        /** A process trains, or was killed while it did. */
        RUNNING,
        /** All steps are done. */
        DONE,
        /** It ended with an error. */
        FAILED,
        /** It was stopped, with a checkpoint. */
        INTERRUPTED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the status of a run that this process trains. */
    public static Status running(long step, String message) {
        return of(State.RUNNING, step, OptionalInt.empty(), message);
    }

    /** Returns the status of a run that this process ends. */
    public static Status ended(State state, long step, int exitCode, String message) {
        return of(state, step, OptionalInt.of(exitCode), message);
    }

    /**
     * Returns whether the status is running and the process is alive on this machine. The name does
     * not begin with {@code is}, since the JSON writer would take it for a property.
     */
    public boolean hasProcess() {
        return state == State.RUNNING
                && host.equals(Machine.hostName())
                && ProcessHandle.of(pid)
                        .filter(process -> process.isAlive() && startedAsNoted(process))
                        .isPresent();
    }

    private boolean startedAsNoted(ProcessHandle process) {
        Optional<Instant> start = process.info().startInstant();
        return start.isEmpty()
                || processStart.isEmpty()
                || Duration.between(start.get(), processStart.get())
                                .abs()
                                .compareTo(START_TOLERANCE)
                        <= 0;
    }

    private static Status of(State state, long step, OptionalInt exitCode, String message) {
        ProcessHandle process = ProcessHandle.current();
        return new Status(
                state,
                step,
                exitCode,
                message,
                process.pid(),
                process.info().startInstant(),
                Machine.hostName(),
                Instant.now());
    }
}
