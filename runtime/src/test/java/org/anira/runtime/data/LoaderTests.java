package org.anira.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Settings;
import org.anira.api.halting.Noise;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.TrainingSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** Threads draw ahead; what a step is given is what {@link TrainingData} says. */
class LoaderTests {

    private static TrainingData data(Task task, int threads) {
        Settings settings =
                Settings.of(
                        "training",
                        TrainingSettings.OPTIONS,
                        Map.of("batch", 8, "data-threads", threads, "micro-batch", 3));
        return new TrainingData(task, 5, TrainingSettings.of(settings), Noise.UNIFORM, 6);
    }

    private static Task mano() {
        TaskProvider mano = BuiltIn.task("mano");
        return mano.create(Settings.defaults(mano.options()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void stepsComeInOrderWhateverTheNumberOfThreads(int threads) {
        TrainingData data = data(mano(), threads);
        try (Loader loader = new Loader(data, 4, 23)) {
            for (int step = 4; step <= 23; step++) {
                List<TrainingBatch> expected = data.batches(step);
                List<TrainingBatch> given = loader.next();
                assertEquals(3, given.size());
                for (int i = 0; i < 3; i++) {
                    assertArrayEquals(
                            expected.get(i).batch().tokens(), given.get(i).batch().tokens());
                    assertArrayEquals(expected.get(i).noise(), given.get(i).noise());
                }
            }
            assertThrows(NoSuchElementException.class, loader::next);
        }
    }

    @Test
    void whatATaskThrowsIsThrownWhereItIsWaitedFor() {
        IllegalStateException thrown = new IllegalStateException("no samples today");
        Task broken =
                (Task)
                        Proxy.newProxyInstance(
                                Task.class.getClassLoader(),
                                new Class<?>[] {Task.class},
                                (_, _, _) -> {
                                    throw thrown;
                                });
        try (Loader loader = new Loader(data(broken, 2), 1, 10)) {
            assertSame(thrown, assertThrows(IllegalStateException.class, loader::next));
        }
    }

    @Test
    void itsThreadsEndWithIt() throws InterruptedException {
        Loader loader = new Loader(data(mano(), 3), 1, 1000);
        loader.next();
        loader.close();
        for (int i = 0; i < 1000 && alive() > 0; i++) {
            Thread.sleep(10);
        }
        assertTrue(alive() == 0, "threads are left behind");
    }

    private static long alive() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("anira-data-"))
                .count();
    }
}
