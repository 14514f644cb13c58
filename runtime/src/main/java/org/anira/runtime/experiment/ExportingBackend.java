package org.anira.runtime.experiment;

import org.anira.api.BackendException;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.runtime.config.Providers;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds a backend that writes and reads models as files. */
public final class ExportingBackend {

    private ExportingBackend() {}

    /**
     * Finds one.
     *
     * @param name its name; empty for the first one that can
     * @param neededBy what needs it, as the user knows it
     * @throws BackendException BKD-002 if there is none, or the named one cannot
     */
    public static BackendProvider find(
            Providers providers, Optional<String> name, String neededBy) {
        List<BackendProvider> able =
                providers.backends().stream().filter(ExportingBackend::exports).toList();
        return name.map(providers::backend)
                .map(Stream::of)
                .orElseGet(able::stream)
                .filter(ExportingBackend::exports)
                .findFirst()
                .orElseThrow(() ->
                        new BackendException(
                                "BKD-002",
                                "%s no capability EXPORT, needed by %s. Backends with it: %s"
                                        .formatted(
                                                name.map("Backend '%s' has"::formatted)
                                                        .orElse("The backends here have"),
                                                neededBy,
                                                able.isEmpty() ? "none" : names(able))));
    }

    private static boolean exports(BackendProvider backend) {
        return backend.capabilities().contains(Capability.EXPORT);
    }

    private static String names(List<BackendProvider> backends) {
        return backends.stream().map(BackendProvider::name).collect(Collectors.joining(", "));
    }
}
