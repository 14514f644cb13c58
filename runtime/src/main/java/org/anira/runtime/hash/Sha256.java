package org.anira.runtime.hash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 as 64 lower-case hexadecimal digits. */
public final class Sha256 {

    private static final int PIECE = 1 << 16;

    private Sha256() {}

    /** Returns the hash of a text in UTF-8. */
    public static String of(String text) {
        MessageDigest digest = digest();
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        return hex(digest);
    }

    /**
     * Returns the hash of a file's content.
     *
     * @throws IOException if the file cannot be read
     */
    public static String of(Path file) throws IOException {
        MessageDigest digest = digest();
        byte[] piece = new byte[PIECE];
        try (InputStream content = Files.newInputStream(file)) {
            for (int count = content.read(piece); count >= 0; count = content.read(piece)) {
                digest.update(piece, 0, count);
            }
        }
        return hex(digest);
    }

    /** Returns the hash of a digest's input so far, and resets the digest. */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns a new digest, for content in pieces. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
