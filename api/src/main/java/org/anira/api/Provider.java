package org.anira.api;

import java.util.List;

/**
 * A named factory, found with {@link java.util.ServiceLoader}. Its constructor is cheap, loads
 * nothing native and never throws; the work is in what it creates. The command line lists,
 * describes and validates from these methods alone.
 *
 * <p>A provider has no mutable state and may be asked from any thread.
 */
@PublicApi(since = "0.1")
public interface Provider {

    /**
     * Returns the name users type: kebab case, {@code [a-z][a-z0-9-]{0,62}}. It is written into run
     * folders and so never reused with another meaning; an algorithm that changes gets a new name.
     */
    String name();

    /** Returns one line that says what it is, for lists; no final period. */
    String summary();

    /**
     * Returns the options it accepts, important ones first. Settings with other keys are refused by
     * the host.
     */
    default List<Option> options() {
        return List.of();
    }
}
