package org.anira.runtime.config;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.anira.api.BackendException;
import org.anira.api.PluginException;
import org.anira.api.tensor.Capability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ResolvedExperimentTests {

    private static ResolvedExperiment on(String backend, String... overrides) {
        Draft draft =
                Draft.read(
                        "train.yaml",
                        "{task.name: sums, halting.name: bell, backend.name: %s}"
                                .formatted(backend));
        return ResolvedExperiment.resolve(draft.with(List.of(overrides)), new FakeProviders());
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

    /** The only mechanism here promises nothing. */
    @Test
    void withoutRowWiseDecisionsAllIsComputedDensely() {
        assertEquals(Execution.DENSE, on("engine").trainingExecution());
        assertEquals(Execution.DENSE, on("engine").evaluationExecution());
    }

    @ParameterizedTest
    @ValueSource(strings = {"training", "evaluation"})
    void withoutRowWiseDecisionsSkippingIsRefused(String section) {
        ResolvedExperiment skipping = on("engine", section + ".execution=skipping");

        PluginException e =
                assertThrows(
                        PluginException.class,
                        () -> {
                            skipping.evaluationExecution();
                            skipping.trainingExecution();
                        });
        assertEquals("PLG-014", e.code());
        assertEquals(
                "Halting mechanism 'bell' is not row-wise, as '%s.execution=skipping' needs: the decision for a token would miss those that have left. Choose auto or dense."
                        .formatted(section),
                e.getMessage());
    }

    @Test
    void whatFollowsFromLackingBehavioursIsSaid() {
        assertEquals(
                List.of(
                        "Halting mechanism 'bell' is not row-wise: every token is computed in every"
                                + " step (dense form), rows are not packed, nothing is decoded or"
                                + " exported, and results may depend on the batch.",
                        "Halting mechanism 'bell' is not causal: nothing is decoded, and how deep a"
                                + " token goes may depend on later tokens, in an evaluation too."),
                on("engine").restrictions());
    }

    @Test
    void acceptsABackendWithTheCapability() {
        assertDoesNotThrow(
                () -> on("engine").require(Capability.TRAINING, "train", new FakeProviders()));
    }
}
