package org.anira.backend.floor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.tensor.Profile;
import org.anira.api.tensor.Profile.Category;
import org.anira.api.tensor.Profile.Entry;
import org.anira.backend.floor.Operation.Along;
import org.anira.backend.floor.Operation.Attention;
import org.anira.backend.floor.Operation.Plain;
import org.anira.backend.floor.Operation.Reshape;
import org.anira.backend.floor.Operation.RmsNorm;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a profile holds of the work between its start and its stop. */
class ProfilerTests {

    private final Profiler profiler = new Profiler();

    private void work(Operation.Primitive operation) {
        profiler.end(profiler.begin(), operation);
    }

    @Test
    void nothingIsNotedUnlessItWasStarted() {
        work(Plain.ADD);
        assertEquals(Optional.empty(), profiler.stop());
    }

    @Test
    void aStartForgetsWhatWasBefore() {
        profiler.start();
        work(Plain.ADD);
        profiler.start();
        assertEquals(new Profile(List.of()), profiler.stop().orElseThrow());
    }

    @Test
    void callsOfANameAreOneEntry() {
        profiler.start();
        work(Plain.LINEAR);
        work(new Reshape(List.of(2L)));
        work(Plain.LINEAR);
        work(new Reshape(List.of(-1L)));
        profiler.end(profiler.begin(), Category.COMPILED, "body forward");
        List<Entry> entries = profiler.stop().orElseThrow().entries();
        assertEquals(
                Set.of("PRODUCT linear 2", "SHAPE reshape 2", "COMPILED body forward 1"),
                entries.stream()
                        .map(each ->
                                "%s %s %d".formatted(each.category(), each.name(), each.calls()))
                        .collect(Collectors.toSet()));
    }

    @Test
    void operationsAreNamedWithoutTheirArguments() {
        profiler.start();
        work(new Along(Along.Kind.SOFTMAX, 3));
        work(new RmsNorm(1e-5));
        work(new Attention(true));
        work(new Attention(false));
        work(Plain.PUT_ROWS);
        assertEquals(
                Set.of("softmax", "rmsNorm", "attention", "putRows"),
                profiler.stop().orElseThrow().entries().stream()
                        .map(Entry::name)
                        .collect(Collectors.toSet()));
    }

    @Test
    void theTimeIsThatBetweenBeginAndEnd() {
        profiler.start();
        long before = System.nanoTime();
        long begun = profiler.begin();
        long after = System.nanoTime();
        while (System.nanoTime() - after < 1_000_000) {
            Thread.onSpinWait();
        }
        profiler.end(begun, Plain.ADD);
        long passed = System.nanoTime() - before;
        long noted = profiler.stop().orElseThrow().nanoseconds();
        assertTrue(1_000_000 <= noted && noted <= passed, noted + " of " + passed);
    }
}
