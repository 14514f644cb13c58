package org.anira.runtime.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a training holds does not grow with its length. */
class MemoryTests {

    private static final Path STATUS = Path.of("/proc/self/status");

    /**
     * Room for what is not the training's: the compiler's code, the collector's regions and the
     * allocator's caches still settle after the first quarter. A leak of one scalar per operation
     * would be ten times as much over the steps that follow.
     */
    private static final long ALLOWANCE_KIB = 48 * 1024;

    @TempDir Path temporary;

    @ParameterizedTest
    @ValueSource(strings = {"anira-e", "anira-o", "fixed"})
    void liveTensorsAreTheSameAfterEachStep(String halting) {
        List<Long> live = new ArrayList<>();
        new Training(
                        temporary.resolve("flat"),
                        "halting.name=" + halting,
                        "training.steps=200",
                        "training.checkpoint-every=50",
                        "training.evaluate-every=50")
                .run(Long.MAX_VALUE, session -> live.add(session.liveTensors()));
        assertEquals(200, live.size());
        assertEquals(1, live.stream().distinct().count(), live::toString);
    }

    @Test
    void residentMemoryIsFlat() {
        assumeTrue(Files.isReadable(STATUS), "no /proc here: resident memory cannot be read");
        List<Long> resident = new ArrayList<>();
        new Training(
                        temporary.resolve("flat"),
                        "training.steps=2000",
                        "training.log-every=100",
                        "training.checkpoint-every=500",
                        "training.keep-checkpoints=1",
                        "training.evaluate-every=0")
                .run(Long.MAX_VALUE, _ -> resident.add(residentKib()));
        long early = most(resident.subList(400, 600));
        long late = most(resident.subList(1800, 2000));
        assertTrue(
                late - early < ALLOWANCE_KIB,
                "resident memory rose from %d KiB to %d KiB".formatted(early, late));
    }

    private static long most(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    private static long residentKib() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
