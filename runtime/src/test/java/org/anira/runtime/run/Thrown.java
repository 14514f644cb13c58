package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.DataException;
import org.junit.jupiter.api.function.Executable;

/** Looks at errors as users see them. */
final class Thrown {

    private Thrown() {}

    /**
     * Runs what must fail; returns its message, after checking the code and that it contains these
     * parts.
     */
    static String message(String code, Executable failing, String... parts) {
        DataException thrown = assertThrows(DataException.class, failing);
        assertEquals(code, thrown.code(), thrown.getMessage());
        for (String part : parts) {
            assertTrue(
                    thrown.getMessage().contains(part),
                    () -> "'%s' lacks '%s'".formatted(thrown.getMessage(), part));
        }
        return thrown.getMessage();
    }
}
