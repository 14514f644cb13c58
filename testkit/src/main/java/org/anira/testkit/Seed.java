package org.anira.testkit;

import org.anira.api.task.CounterRandom;

/** The seed of all random tests of the kit: the system property {@code anira.seed}, or 1. */
final class Seed {

    /** The seed of this process. */
    static final long VALUE = Long.getLong("anira.seed", 1);

    static {
        System.out.println("Reproduce: -Danira.seed=" + VALUE);
    }

    private Seed() {}

    /** Returns the random numbers of a purpose. */
    static CounterRandom random(String purpose, long index) {
        return new CounterRandom(VALUE, purpose, index);
    }
}
