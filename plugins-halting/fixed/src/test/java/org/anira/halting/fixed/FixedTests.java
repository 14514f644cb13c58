package org.anira.halting.fixed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.Noise;
import org.anira.api.task.CounterRandom;
import org.anira.testkit.HaltingInput;
import org.anira.testkit.HaltingPass;
import org.anira.testkit.reference.ReferenceBackend;
import org.anira.testkit.reference.ReferenceSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Every token takes the depth that was set. */
class FixedTests {

    private static final int WIDTH = 4;
    private static final int DEPTH = 6;

    private static HaltingMechanism fixed(int depth) {
        FixedProvider provider = new FixedProvider();
        Settings settings =
                Settings.of("halting.options", provider.options(), Map.of("depth", depth));
        return provider.create(WIDTH, DEPTH, settings);
    }

    private static HaltingPass run(HaltingPolicy policy) {
        HaltingInput input =
                HaltingInput.draw(
                        new CounterRandom(1, "fixed", 0),
                        new long[] {2, 3},
                        WIDTH,
                        DEPTH,
                        Noise.NONE);
        try (ReferenceSession session = ReferenceBackend.session()) {
            return HaltingPass.run(session, policy, DEPTH, input);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "5, 5", "6, 6", "0, 6"})
    void everyTokenTakesTheDepthThatWasSet(int depth, int steps) {
        HaltingMechanism mechanism = fixed(depth);
        for (HaltingPolicy policy : List.of(mechanism.training(), mechanism.inference("depth"))) {
            int[] depths = new int[6];
            Arrays.fill(depths, steps);
            assertArrayEquals(depths, run(policy).depths());
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 4", "0, 6"})
    void allProbabilityLiesThere(int depth, int steps) {
        double[] point = new double[DEPTH];
        point[steps - 1] = 1;
        assertArrayEquals(point, run(fixed(depth).training()).distribution(0), 1e-30);
    }

    @Test
    void thereIsNothingToLearn() {
        assertEquals(List.of(), fixed(3).parameters());
    }

    @Test
    void moreThanTheModelHasIsRefused() {
        SettingsException thrown = assertThrows(SettingsException.class, () -> fixed(7));
        assertEquals("CFG-003", thrown.code());
        assertEquals(
                "'halting.options.depth' is 7, above 'model.max-depth' 6; choose at most that, or"
                        + " 0",
                thrown.getMessage());
        assertEquals(List.of("depth"), thrown.settings());
    }
}
