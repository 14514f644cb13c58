package org.anira.app;

import org.anira.api.ApiVersion;
import org.anira.api.PluginException;

import picocli.CommandLine.IVersionProvider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code --version} prints. */
final class Versions implements IVersionProvider {

    @Override
    public String[] getVersion() {
        List<String> lines = new ArrayList<>();
        lines.add("anira " + anira());
        lines.add("api   " + ApiVersion.CURRENT);
        lines.add("JDK   %s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor")));
        try {
            Platform.open(List.of())
                    .registry()
                    .snapshot()
                    .forEach(plugin -> lines.add("plug-in " + PluginsCommand.line(plugin)));
        } catch (PluginException e) {
            lines.add("plug-ins: %s %s".formatted(e.code(), e.getMessage()));
        }
        return lines.toArray(String[]::new);
    }

    /** Returns the version of the program, as its module says; {@code unknown} outside of a jar. */
    static String anira() {
        return Versions.class.getModule().getDescriptor() == null
                ? "unknown"
                : Versions.class.getModule().getDescriptor().rawVersion().orElse("unknown");
    }

    /** Returns the commit that the distribution was built from, if it has a file that names it. */
    static Optional<String> commit() {
        return Platform.home()
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
