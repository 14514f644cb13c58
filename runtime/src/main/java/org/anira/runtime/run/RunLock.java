package org.anira.runtime.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;

/**
 * The exclusive lock for writing into a run's folder. A process holds it while it trains; it is
 * released when it is closed or the process ends.
 */
public final class RunLock implements AutoCloseable {

    private final FileChannel channel;

    RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
