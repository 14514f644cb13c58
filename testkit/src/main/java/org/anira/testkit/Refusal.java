package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.BackendException;

import java.util.List;

/** How a backend says no. */
enum Refusal {
    /** A capability that is not there. */
    BKD_002,
    /** A parameter that is unknown, or defined twice. */
    BKD_003,
    /** Shapes or types that do not fit. */
    SHP_001;

    /**
     * Fails unless a call is refused with this code, in a message that names all of {@code named}.
     */
    void of(List<String> named, Runnable call) {
        String code = name().replace('_', '-');
        BackendException thrown =
                assertThrows(BackendException.class, call::run, () -> "expected " + code);
        assertEquals(code, thrown.code(), thrown.getMessage());
        String message = thrown.getMessage().replace(" ", "");
        for (String part : named) {
            assertTrue(
                    message.contains(part.replace(" ", "")),
                    () -> "the message does not name %s: %s".formatted(part, thrown.getMessage()));
        }
    }
}
