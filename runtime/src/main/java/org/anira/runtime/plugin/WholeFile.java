package org.anira.runtime.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Small text files that others may read while they are replaced. */
final class WholeFile {

    private WholeFile() {}

    /**
     * Puts a text in place of a file, or makes it: readers see the former or the new one, never a
     * part.
     *
     * @throws IOException if that fails; the file is as it was
     */
    static void write(Path file, String text) throws IOException {
        Path part =
                file.toAbsolutePath()
                        .resolveSibling(
                                ".%s-%d.part"
                                        .formatted(
                                                file.getFileName(), ProcessHandle.current().pid()));
        try {
            Files.writeString(part, text);
            Files.move(part, file.toAbsolutePath(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
