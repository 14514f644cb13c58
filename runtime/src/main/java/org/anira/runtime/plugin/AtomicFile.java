package org.anira.runtime.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Atomic replacement of small text files that others may be reading. */
final class AtomicFile {

    private AtomicFile() {}

    /**
     * Creates or replaces a file. Readers see the old text or the new one, never a part: the text
     * is first written to a new temporary file beside it.
     *
     * @throws IOException if that fails; the file is as it was
     */
    static void write(Path file, String text) throws IOException {
        Path target = file.toAbsolutePath();
        Path part =
                target.resolveSibling(
                        ".anira-%d-%d.part"
                                .formatted(ProcessHandle.current().pid(), System.nanoTime()));
        Files.writeString(part, "", StandardOpenOption.CREATE_NEW);
        try {
            Files.writeString(part, text);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
