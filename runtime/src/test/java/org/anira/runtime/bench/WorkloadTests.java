package org.anira.runtime.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.tensor.Session;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.train.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

class WorkloadTests {

    private static Workload workload(String mechanism, int depth, int batch, double mean) {
        HaltingProvider halting = BuiltIn.halting(mechanism);
        return new Workload(
                new RecurrentTransformer(
                        Workload.shape(64, depth, Precision.FLOAT32),
                        Workload.VOCABULARY,
                        12,
                        halting.create(64, depth, Settings.defaults(halting.options()))),
                batch,
                12,
                mean);
    }

    @ParameterizedTest
    @CsvSource({"6, 3", "6, 1.5", "6, 1", "6, 6", "6, 5.5", "14, 7", "14, 3.5", "1, 1"})
    void depthsHaveTheMeanAskedFor(int depth, double mean) {
        Workload workload = workload("anira-o", depth, 400, mean);

        double[] shares = workload.activeShares();
        assertEquals(depth, shares.length);
        assertEquals(1, shares[0]);
        assertEquals(mean, Arrays.stream(shares).sum(), 0.25);
        assertEquals((depth + 2) / (mean + 2), workload.idealSpeedUp(), 1e-12);
    }

    @Test
    void withoutAMeanTheMechanismDecides() {
        Workload workload = workload("anira-o", 3, 2, 0);

        assertEquals(3, Arrays.stream(workload.activeShares()).sum());
        assertEquals(1, workload.idealSpeedUp());
    }

    @ParameterizedTest
    @ValueSource(strings = {"anira-e", "anira-o", "fixed"})
    void stepsKeepNothing(String mechanism) {
        Workload workload = workload(mechanism, 3, 2, 1.5);
        try (Session session = BuiltIn.training()) {
            Weights.initialise(session, workload.model().parameters(), 1);
            for (boolean skipping : new boolean[] {false, true}) {
                Runnable training = workload.training(session, skipping);
                Runnable forward = workload.forward(session, skipping);
                training.run();
                forward.run();
                long live = session.liveTensors();
                training.run();
                forward.run();
                assertEquals(live, session.liveTensors());
            }
        }
    }
}
