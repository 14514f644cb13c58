package org.anira.testkit;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;

/** What the parts of the backend contract need to know. */
interface BackendTrial {

    /** Returns the provider that is tried. */
    BackendProvider provider();

    /** Returns the settings its sessions are opened with. */
    Settings settings();

    /** Returns whether the backend is expected to have a capability here. */
    boolean has(Capability capability);

    /** Returns how far a number may lie from the float64 one, times one plus its size. */
    double tolerance();

    /**
     * Returns how far a gradient may lie from the central difference in float64, times one plus its
     * size.
     */
    double gradientTolerance();

    /** Opens a session with a scope. */
    default Bench open() {
        return new Bench(provider().open(settings()));
    }
}
