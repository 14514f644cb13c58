package org.anira.runtime.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.anira.api.BackendException;
import org.anira.api.tensor.Capability;
import org.junit.jupiter.api.Test;

class ResolvedExperimentTests {

    private static ResolvedExperiment on(String backend) {
        Draft draft =
                Draft.read(
                        "train.yaml",
                        "{task.name: sums, halting.name: clock, backend.name: %s}"
                                .formatted(backend));
        return ResolvedExperiment.resolve(draft, new FakeProviders());
    }

    @Test
    void refusesABackendWithoutANeededCapabilityAndNamesThoseThatHaveIt() {
        BackendException e =
                assertThrows(
                        BackendException.class,
                        () ->
                                on("abacus")
                                        .require(
                                                Capability.TRAINING, "train", new FakeProviders()));
        assertEquals("BKD-002", e.code());
        assertEquals(
                "Backend 'abacus' has no capability TRAINING, needed by 'train'. Backends with it:"
                        + " engine",
                e.getMessage());
    }

    @Test
    void acceptsABackendWithTheCapability() {
        assertDoesNotThrow(
                () -> on("engine").require(Capability.TRAINING, "train", new FakeProviders()));
    }
}
