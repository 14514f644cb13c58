package org.anira.app.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.io.IOException;

/** What is said of another process that cannot work. */
class WorkerProcessTests {

    @Test
    void whatKeepsAProcessFromWorkingIsSaidInItsWords() throws IOException {
        Process process =
                new ProcessBuilder(
                                "/bin/sh",
                                "-c",
                                "read order; echo '{\"obstacle\":\"BKD-005 no memory\"}'")
                        .start();
        try (WorkerProcess turns = new WorkerProcess("its", process)) {
            assertEquals(
                    "BKD-005 no memory",
                    assertThrows(
                                    WorkerProcess.Failure.class,
                                    () -> turns.measure("forward dense 1"))
                            .getMessage());
        }
    }
}
