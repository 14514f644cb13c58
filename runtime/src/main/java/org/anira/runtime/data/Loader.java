package org.anira.runtime.data;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Draws the batches of the next steps on threads of its own while the present step is computed.
 * Batches and their order do not depend on the number of threads. Belongs to the thread that made
 * it; close it.
 */
public final class Loader implements AutoCloseable {

    private final TrainingData data;
    private final ExecutorService threads;
    private final Queue<Future<List<TrainingBatch>>> ahead = new ArrayDeque<>();
    private final long last;
    private long asked;

    /**
     * Starts drawing.
     *
     * @param first the first step, from 1
     * @param last the last step
     */
    public Loader(TrainingData data, long first, long last) {
        this.data = data;
        this.last = last;
        asked = first;
        int count = data.settings().dataThreads();
        threads =
                Executors.newFixedThreadPool(
                        count, Thread.ofPlatform().daemon().name("anira-data-", 1).factory());
        for (int i = 0; i <= count; i++) {
            ask();
        }
    }

    private void ask() {
        if (asked <= last) {
            long step = asked++;
            ahead.add(threads.submit(() -> data.batches(step)));
        }
    }

    /**
     * Returns the batches of the next step, waiting until they are drawn. An exception that a task
     * throws while drawing is rethrown here.
     */
    public List<TrainingBatch> next() {
        Future<List<TrainingBatch>> head = ahead.remove();
        ask();
        try {
            return head.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException thrown -> throw thrown;
                case Error thrown -> throw thrown;
                default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while samples were drawn", e);
        }
    }

    /** Stops drawing. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
