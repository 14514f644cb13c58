package org.anira.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A folder that looks like a JDK to the launcher. Its {@code java} prints its home, its arguments
 * and what the launcher put into the environment; asked for a startup cache it writes its arguments
 * there.
 */
final class FakeJdk {

    private FakeJdk() {}

    /** Makes a JDK that says it has a version; returns its folder. */
    static Path make(Path folder, String version) {
        try {
            Files.createDirectories(folder.resolve("bin"));
            Files.writeString(
                    folder.resolve("release"),
                    """
                    IMPLEMENTOR="Nobody"
                    JAVA_RUNTIME_VERSION="%1$s+1"
                    JAVA_VERSION="%1$s"
                    OS_ARCH="x86_64"
                    """
                            .formatted(version));
            script(
                    folder.resolve("bin/java"),
                    """
                    #!/bin/bash
                    for argument in "$@"; do
                      case $argument in
                        -XX:AOTCacheOutput=*) echo "$@" >"${argument#*=}"; exit 0 ;;
                      esac
                    done
                    echo "java of %s"
                    echo "OMP_WAIT_POLICY=$OMP_WAIT_POLICY"
                    echo "LC_ALL=$LC_ALL"
                    printf '<%%s>\\n' "$@"
                    """
                            .formatted(folder));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes an executable script. */
    static Path script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
