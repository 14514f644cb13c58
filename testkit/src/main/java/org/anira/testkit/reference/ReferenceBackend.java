package org.anira.testkit.reference;

import org.anira.api.Experimental;
import org.anira.api.PublicApi;
import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;

import java.util.List;
import java.util.Set;

/**
 * The backend in plain Java. FLOAT32 tensors hold float64 numbers, and only {@link
 * ReferenceSession#floats} rounds them; BFLOAT16 tensors hold numbers rounded to the nearest
 * bfloat16, ties to even; INT64 tensors hold whole numbers up to 2⁵³. It has no {@link
 * Capability#TRAINING}.
 */
@Experimental
@PublicApi(since = "0.1")
public final class ReferenceBackend implements BackendProvider {

    /** The name of this backend. */
    public static final String NAME = "reference";

    /** Makes the provider. */
    public ReferenceBackend() {}

    /** Opens a session for the calling thread. */
    public static ReferenceSession session() {
        return new ReferenceSession();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "Plain Java in float64, forward only: the oracle of the contract tests";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.BFLOAT16);
    }

    @Override
    public Probe probe(Settings settings) {
        return new Probe(true, "Java " + Runtime.version() + ", float64");
    }

    @Override
    public ReferenceSession open(Settings settings) {
        return session();
    }

    /** Returns the settings of a session: there are none to choose. */
    public static Settings settings() {
        return Settings.defaults(List.of());
    }
}
