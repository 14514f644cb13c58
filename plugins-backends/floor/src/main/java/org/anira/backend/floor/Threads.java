package org.anira.backend.floor;

import org.anira.api.BackendException;
import org.anira.api.Option;
import org.anira.api.Settings;

/**
 * The number of threads of one operation in a native library that has one setting per process: all
 * open sessions must agree on it.
 */
public final class Threads {

    /** The option with the number of threads. */
    public static final Option OPTION =
            Option.integer(
                            "threads",
                            0,
                            "Number of threads of one operation on the CPU; 0 for the number of"
                                    + " processors")
                    .between(0, 4096);

    private final String backend;
    private final String library;
    private int sessions;
    private int number;

    /** Starts without open sessions. @param library its name in messages */
    public Threads(String backend, String library) {
        this.backend = backend;
        this.library = library;
    }

    /** Returns the number of threads asked for. */
    public static int of(Settings settings) {
        int threads = settings.integer(OPTION.name());
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /**
     * Notes a session.
     *
     * @param wanted its number of threads
     * @throws BackendException BKD-001 if a session with another number is open
     */
    public synchronized void enter(int wanted) {
        if (sessions > 0 && number != wanted) {
            throw new BackendException(
                    "BKD-001",
                    ("Backend '%s' was asked for %d threads, but a session with %d is open, and %s"
                         + " has one number per process. Close that session first, or ask for the"
                         + " same number.")
                            .formatted(backend, wanted, number, library));
        }
        number = wanted;
        sessions++;
    }

    /** Unregisters a closed session. */
    public synchronized void leave() {
        sessions--;
    }
}
