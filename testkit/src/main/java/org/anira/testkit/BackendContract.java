package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.PublicApi;
import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Session;
import org.junit.jupiter.api.Test;

/**
 * All that {@code org.anira.api.tensor} promises of a backend. A subclass says which:
 *
 * <pre>{@code
 * class ExampleBackendTests extends BackendContract {
 *     @Override
 *     public BackendProvider provider() {
 *         return new ExampleBackend();
 *     }
 * }
 * }</pre>
 *
 * <p>Everything is computed on the {@linkplain org.anira.testkit.reference.ReferenceBackend
 * reference} too, in float64, and gradients are compared with its central differences. What a
 * backend does not have is tried as well: it must be refused.
 */
@PublicApi(since = "0.1")
public abstract class BackendContract
        implements ProviderContract,
                OperationContract,
                ProgramContract,
                TrainingContract,
                SlotContract,
                OwnershipContract,
                ExportContract,
                ProfileContract,
                RefusalContract {

    /** For subclasses. */
    protected BackendContract() {}

    @Override
    public abstract BackendProvider provider();

    @Override
    public Settings settings() {
        return Settings.defaults(provider().options());
    }

    /**
     * Returns whether the provider declares the capability; override where a machine lacks what it
     * takes.
     */
    @Override
    public boolean has(Capability capability) {
        return provider().capabilities().contains(capability);
    }

    /** Returns 1e-5: what float32 gives, with room for the order of sums. */
    @Override
    public double tolerance() {
        return 1e-5;
    }

    /** Returns 1e-4. */
    @Override
    public double gradientTolerance() {
        return 1e-4;
    }

    /** A probe says what it found, and agrees with {@link BackendProvider#open}. */
    @Test
    public void theProbeSaysWhatIsUsable() {
        BackendProvider.Probe probe = provider().probe(settings());
        assertTrue(probe.usable(), probe.detail());
        assertTrue(!probe.detail().isBlank(), "the probe has no detail");
    }

    /** Provenance needs the library, the device and the number of threads. */
    @Test
    public void aSessionSaysWhatComputes() {
        try (Session session = provider().open(settings())) {
            Session.Info info = session.info();
            assertTrue(!info.library().isBlank() && !info.device().isBlank(), info::toString);
            assertTrue(info.threads() >= 1, info::toString);
            assertEquals(info, session.info());
        }
    }
}
