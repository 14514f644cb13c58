package org.anira.runtime.experiment;

import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;
import org.anira.runtime.config.Experiment;
import org.anira.runtime.config.Providers;
import org.anira.runtime.export.ExportedModel;
import org.anira.runtime.plugin.Kind;
import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.runtime.run.Provenance;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.UsedPlugin;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Compares the plug-ins of this process with those that a model was trained with. A missing one is
 * named, and so are both where another has taken its place.
 *
 * @param present the plug-ins of this process
 * @param model how messages name the model
 * @param then the plug-ins that it was trained with, as in provenance
 * @param backend the name of the backend it was trained on, where a change of it matters
 * @param unknown why the former plug-ins are unknown, if they are
 */
record TrainedPlugins(
        PluginProviders present,
        String model,
        List<?> then,
        Optional<String> backend,
        Optional<String> unknown)
        implements Providers {

    /**
     * Reads the plug-ins of a run from its provenance. If that cannot be read, they are unknown.
     */
    static TrainedPlugins of(RunFolder folder, PluginProviders present) {
        String model = "run '%s'".formatted(folder.path());
        try {
            Provenance provenance = Provenance.read(folder);
            return new TrainedPlugins(
                    present,
                    model,
                    provenance.plugins(),
                    Optional.of(provenance.backend().name()),
                    Optional.empty());
        } catch (DataException e) {
            return new TrainedPlugins(
                    present, model, List.of(), Optional.empty(), Optional.of(e.getMessage()));
        }
    }

    /** Reads the plug-ins of the run that a file was written from, from the file's metadata. */
    static TrainedPlugins of(ExportedModel file, PluginProviders present) {
        return new TrainedPlugins(
                present,
                "the model in '%s'".formatted(file.file()),
                file.plugins(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Reports and returns the plug-ins that changed.
     *
     * @param hashes as for {@link #changes}
     */
    List<PluginChange> tell(Messages messages, Experiment experiment, Map<String, String> hashes) {
        unknown.ifPresent(reason ->
                messages.say(
                        "Warning: cannot check that the plugins are those that %s was trained with: %s"
                                .formatted(model, reason)));
        List<PluginChange> changes = changes(experiment, hashes);
        changes.forEach(change -> messages.say("Warning: " + change.message()));
        return changes;
    }

    /**
     * Returns the plug-ins of task, mechanism and backend that changed. A backend that the run was
     * not trained on is a choice, not a change.
     *
     * @param hashes SHA-256 by id, in place of those in the provenance; a checkpoint's are more
     *     recent
     */
    List<PluginChange> changes(Experiment experiment, Map<String, String> hashes) {
        return Stream.of(
                        change(Kind.TASK, experiment.task().name(), hashes),
                        change(Kind.HALTING, experiment.halting().choice().name(), hashes),
                        change(Kind.BACKEND, experiment.backend().name(), hashes))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<PluginChange> change(Kind<?> kind, String name, Map<String, String> hashes) {
        Optional<UsedPlugin> used = used(kind, name);
        if (used.isEmpty()) {
            return Optional.empty();
        }
        String hash = hashes.getOrDefault(used.get().id(), "");
        UsedPlugin before = hash.isEmpty() ? used.get() : used.get().withHash(hash);
        List<PluginSnapshot> providing = present.pluginsOf(Map.of(kind, name));
        if (providing.isEmpty()) {
            return Optional.empty();
        }
        UsedPlugin now = UsedPlugin.of(providing.getFirst().map());
        if (before.sha256().isEmpty() || before.sha256().equals(now.sha256())) {
            return Optional.empty();
        }
        boolean setAside =
                present.plugins().stream()
                        .map(PluginSnapshot::sha256)
                        .anyMatch(before.sha256()::equals);
        String message =
                "%s '%s' is of plugin %s now, and %s was trained with plugin %s%s. Numbers may differ."
                        .formatted(
                                kind.noun(),
                                name,
                                now,
                                model,
                                before,
                                setAside
                                        ? ", which is there too, set aside for a lower ranking or"
                                                + " version"
                                        : "");
        return Optional.of(new PluginChange(kind, name, before, now, message));
    }

    private Optional<UsedPlugin> used(Kind<?> kind, String name) {
        return kind != Kind.BACKEND || backend.filter(name::equals).isPresent()
                ? UsedPlugin.providing(then, kind.key(), name)
                : Optional.empty();
    }

    @Override
    public TaskProvider task(String name) {
        return found(Kind.TASK, name, () -> present.task(name));
    }

    @Override
    public HaltingProvider halting(String name) {
        return found(Kind.HALTING, name, () -> present.halting(name));
    }

    @Override
    public BackendProvider backend(String name) {
        return found(Kind.BACKEND, name, () -> present.backend(name));
    }

    @Override
    public List<BackendProvider> backends() {
        return present.backends();
    }

    /**
     * Looks a provider up; if it is missing, the error names the plug-in that provided it, if that
     * is known.
     */
    private <P> P found(Kind<?> kind, String name, Supplier<P> search) {
        try {
            return search.get();
        } catch (PluginException e) {
            throw used(kind, name)
                    .map(used ->
                            new PluginException(
                                    e.code(),
                                    "%s%nFor %s it was of plugin %s. Put that into a folder of plugins, or name its folder with --plugins."
                                            .formatted(e.getMessage(), model, used),
                                    e))
                    .orElse(e);
        }
    }
}
