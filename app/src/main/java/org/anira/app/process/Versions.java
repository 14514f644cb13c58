package org.anira.app.process;

import org.anira.api.ApiVersion;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;

/** The output of {@code --version}. An instance is made for each command, so it reads no files. */
public final class Versions implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "anira " + anira(),
            "api   " + ApiVersion.CURRENT,
            "JDK   %s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor"))
        };
    }

    /** Returns the version of the program, as its module says; {@code unknown} outside of a jar. */
    public static String anira() {
        return Versions.class.getModule().getDescriptor() == null
                ? "unknown"
                : Versions.class.getModule().getDescriptor().rawVersion().orElse("unknown");
    }

    /** Returns the commit that the distribution was built from, if it has a file that names it. */
    public static Optional<String> commit() {
        return Installation.home()
                .map(home -> home.resolve("commit"))
                .filter(Files::isReadable)
                .map(file -> {
                    try {
                        return Files.readString(file).strip();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
