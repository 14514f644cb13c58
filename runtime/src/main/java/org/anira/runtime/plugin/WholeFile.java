package org.anira.runtime.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small text files that others may read while they are replaced. */
final class WholeFile {

    private WholeFile() {}

    /**
     * Puts a text in place of a file, or makes it: readers see the former or the new one, never a
     * part. The text is first written beside it, under a name that was nobody's before.
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
