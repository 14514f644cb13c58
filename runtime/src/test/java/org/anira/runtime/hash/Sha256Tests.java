package org.anira.runtime.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Against the examples of FIPS 180-2. */
class Sha256Tests {

    private static final String ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final String MILLION_A =
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

    @TempDir Path folder;

    @Test
    void hashesATextInUtf8() {
        assertEquals(ABC, Sha256.of("abc"));
    }

    @Test
    void hashesAFileLongerThanOnePiece() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "a".repeat(1_000_000));

        assertEquals(MILLION_A, Sha256.of(file));
    }
}
