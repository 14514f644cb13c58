package org.anira.runtime.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;

/**
 * The right to write into a run's folder; held while a process trains, and given back when it is
 * closed or ends.
 */
public final class RunLock implements AutoCloseable {

    private final FileChannel channel;

    RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Gives the right back. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
