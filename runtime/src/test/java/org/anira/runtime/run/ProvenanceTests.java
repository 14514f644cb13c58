package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class ProvenanceTests {

    @TempDir Path runs;

    @Test
    void readsBackWhatItWrote() {
        RunFolder run = RunFolder.create(runs, "a");
        Provenance provenance =
                new Provenance(
                        "0.1.0",
                        Optional.empty(),
                        List.of("train", "some.yaml", "seed=3"),
                        List.of(
                                Map.of(
                                        "id",
                                        "some-task",
                                        "version",
                                        "1.0",
                                        "sha256",
                                        "ab",
                                        "native",
                                        false)),
                        new Provenance.Backend("some", "libsome 1.2", "cpu", 2),
                        Machine.here(),
                        Map.of("run", 3L),
                        "cd",
                        Optional.of(Map.of("L", "operators")),
                        Optional.of("runs/a/000"),
                        Instant.parse("2026-01-02T03:04:05.678901Z"),
                        Optional.empty());
        provenance.write(run);
        assertEquals(provenance, Provenance.read(run));
        Provenance ended = provenance.endedAt(Instant.parse("2026-01-02T04:04:05Z"));
        ended.write(run);
        assertEquals(ended, Provenance.read(run));
    }

    @Test
    void knowsTheMachine() {
        Machine machine = Machine.here();
        assertEquals(Runtime.version().toString(), machine.java());
        assertEquals(Runtime.getRuntime().availableProcessors(), machine.processors());
        assertFalse(machine.processor().isBlank());
        assertFalse(machine.host().isBlank());
    }

    @Test
    void saysThatItIsMissing() {
        RunFolder run = RunFolder.create(runs, "a");
        Thrown.message("RUN-004", () -> Provenance.read(run), "provenance.json", "no such file");
    }
}
