package org.anira.runtime.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads files that may have been damaged or replaced. Only regular files are read, since a pipe or
 * a device could block a command for ever, and only texts of bounded size.
 */
public final class RegularFiles {

    /** The largest text in bytes, far more than any file needs. */
    static final int LONGEST_TEXT = 1 << 26;

    private RegularFiles() {}

    /**
     * Opens a file for reading; the caller closes it.
     *
     * @throws IOException if it is missing, no regular file, or may not be read
     */
    public static FileChannel open(Path file) throws IOException {
        require(file);
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /**
     * Returns a file's text.
     *
     * @throws IOException as {@link #open}, if it is too long, or not UTF-8
     */
    public static String text(Path file) throws IOException {
        try (FileChannel channel = open(file)) {
            long size = channel.size();
            if (size > LONGEST_TEXT) {
                throw new FileSystemException(
                        file.toString(),
                        null,
                        "it has %d bytes, expected at most %d".formatted(size, LONGEST_TEXT));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // A read may be short.
            }
            return text(bytes.flip());
        }
    }

    /** Returns bytes as text. @throws IOException if they are not UTF-8 */
    static String text(ByteBuffer bytes) throws IOException {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }

    /**
     * Throws unless it is a regular file, or a link to one.
     *
     * @throws IOException if it is missing or something else
     */
    static void require(Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            return;
        }
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        throw new FileSystemException(
                file.toString(),
                null,
                Files.isDirectory(file) ? "it is a folder" : "it is no regular file");
    }
}
