package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
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
                        Optional.of("eager"),
                        Machine.current(),
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
    void readsARunOfBeforeUnitsWereNoted() throws IOException {
        RunFolder run = RunFolder.create(runs, "a");
        Files.writeString(
                run.provenance(),
                """
                {"anira": "0.1.0", "commit": null, "command": [], "plugins": [],
                 "backend": {"name": "some", "library": "libsome", "device": "cpu", "threads": 1},
                 "machine": {"host": "h", "system": "s", "processor": "p", "processors": 2,
                   "heap_bytes": 1, "java": "25", "java_vendor": "v"},
                 "seeds": {"run": 3}, "task_hash": "cd", "parent": null,
                 "start": "2026-01-02T03:04:05Z", "end": null}
                """);

        assertEquals(Optional.empty(), Provenance.read(run).units());
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        RunFolder run = RunFolder.create(runs, "a");
        Files.writeString(run.provenance(), "{}");

        Thrown.message("RUN-004", () -> Provenance.read(run), "provenance.json", "is damaged");
    }

    @Test
    void knowsTheMachine() {
        Machine machine = Machine.current();
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
