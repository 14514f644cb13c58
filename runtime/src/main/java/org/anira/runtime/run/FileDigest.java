package org.anira.runtime.run;

import org.anira.runtime.hash.Sha256;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Size and hash, to verify that a file is complete and unchanged.
 *
 * @param bytes its size
 * @param sha256 of its contents, in lower-case hex
 */
record FileDigest(long bytes, String sha256) {

    FileDigest {
        Fields.count("bytes", bytes);
    }

    static FileDigest of(Path file) throws IOException {
        RegularFiles.require(file);
        return new FileDigest(Files.size(file), Sha256.of(file));
    }
}
