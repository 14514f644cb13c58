package org.anira.api.tensor;

import org.anira.api.Experimental;
import org.anira.api.Provider;
import org.anira.api.PublicApi;
import org.anira.api.Settings;

import java.util.Optional;
import java.util.Set;

/** Opens sessions on a tensor library. */
@Experimental
@PublicApi(since = "0.1")
public interface BackendProvider extends Provider {

    /** Returns the capabilities of its sessions when everything it needs is installed. */
    Set<Capability> capabilities();

    /**
     * Says whether a session could be opened, and on what. Loads natives, but no model; called by
     * {@code doctor} only.
     */
    Probe probe(Settings settings);

    /**
     * The answer of a probe.
     *
     * @param usable whether {@link #open} can be expected to work
     * @param detail versions and devices if usable, otherwise the reason and what to do
     */
    record Probe(boolean usable, String detail) {}

    /**
     * Opens a session for the calling thread.
     *
     * @param settings values for {@link #options()}
     * @throws org.anira.api.BackendException BKD-001 if the native library or the device is not
     *     usable here
     */
    Session open(Settings settings);

    /**
     * Returns the exporter, which writes programs as files; empty, the default, without {@link
     * Capability#EXPORT}.
     */
    default Optional<Exporter> exporter() {
        return Optional.empty();
    }
}
