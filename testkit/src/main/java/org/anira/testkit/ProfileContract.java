package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Profile;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Session;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** Measuring changes nothing, and what it says can be. */
interface ProfileContract extends BackendTrial {

    /** A profile begins at zero, holds no more than the time that passed, and ends when stopped. */
    @Test
    default void aProfileIsOfTheTimeThatPassed() {
        Program program = (_, x) -> List.of(x.get(0).matmul(x.get(1)).tanh());
        try (Bench bench = open()) {
            Session session = bench.session;
            assertEquals(Optional.empty(), session.stopProfile(), "none was started");
            Executable executable =
                    session.compile(
                            program,
                            List.of(
                                    Input.of("a", DType.FLOAT32, 2, 3),
                                    Input.of("b", DType.FLOAT32, 3, 2)));
            float[] before = product(session, executable);
            session.startProfile();
            product(session, executable);
            session.startProfile();
            long begun = System.nanoTime();
            float[] during = product(session, executable);
            Optional<Profile> profile = session.stopProfile();
            long passed = System.nanoTime() - begun;
            assertArrayEquals(before, during, "numbers under a profile");
            profile.ifPresent(each -> {
                assertTrue(!each.entries().isEmpty(), "an empty profile of a product");
                assertTrue(
                        each.nanoseconds() <= passed,
                        () ->
                                "%d ns in %s, but %d passed"
                                        .formatted(each.nanoseconds(), each, passed));
            });
            assertEquals(Optional.empty(), session.stopProfile(), "it was stopped");
        }
    }

    private static float[] product(Session session, Executable executable) {
        return session.floats(
                executable
                        .run(
                                List.of(
                                        session.tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
                                        session.tensor(new float[] {1, 0, -1, 2, .5f, 3}, 3, 2)))
                        .getFirst());
    }
}
