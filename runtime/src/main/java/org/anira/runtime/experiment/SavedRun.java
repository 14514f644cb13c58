package org.anira.runtime.experiment;

import org.anira.api.DataException;
import org.anira.api.SettingsException;
import org.anira.api.tensor.Capability;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.Provenance;
import org.anira.runtime.run.RunFolder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An existing run: its experiment, resolved with the plug-ins of this process, and its checkpoints.
 */
public final class SavedRun {

    private final RunFolder folder;
    private final TrainedPlugins plugins;

    /**
     * Opens a run from its folder.
     *
     * @param providers the providers of this process
     */
    public SavedRun(RunFolder folder, PluginProviders providers) {
        this.folder = folder;
        plugins = TrainedPlugins.of(folder, providers);
    }

    /** Returns its folder. */
    public RunFolder folder() {
        return folder;
    }

    /**
     * Resolves its experiment as it was trained.
     *
     * @throws DataException RUN-004 if its settings are damaged
     */
    public ResolvedExperiment experiment() {
        return ResolvedExperiment.resolveSaved(
                Draft.of(folder), List.of(), plugins, Draft::damaged);
    }

    /**
     * Resolves its experiment for inference. If the backend has no bfloat16, the precision becomes
     * float32, with a message.
     *
     * @param overrides settings in place of the run's
     * @throws DataException RUN-004 if its settings are damaged
     * @throws SettingsException as {@link ResolvedExperiment#resolve}, if the overrides are wrong
     */
    public ResolvedExperiment computable(List<Assignment> overrides, Messages messages) {
        Draft draft = Draft.of(folder);
        ResolvedExperiment resolved =
                ResolvedExperiment.resolveSaved(draft, overrides, plugins, Draft::damaged);
        if (resolved.experiment().model().precision() == Precision.FLOAT32
                || resolved.backend().capabilities().contains(Capability.BFLOAT16)) {
            return resolved;
        }
        messages.say(
                "Backend '%s' has no bfloat16: the model is computed in float32."
                        .formatted(resolved.backend().name()));
        return ResolvedExperiment.resolve(
                draft.assigning(overrides).with(List.of("model.precision=float32")), plugins);
    }

    /**
     * Returns a checkpoint for inference.
     *
     * @param step of the checkpoint; empty for the newest
     * @throws DataException RUN-004 if there is none
     */
    public Checkpoint checkpoint(Optional<Long> step) {
        return checkpoint(step, "Run '%s' has no checkpoint. Train again: anira train %s");
    }

    /**
     * Returns a checkpoint to resume from.
     *
     * @param step of the checkpoint; empty for the newest
     * @throws DataException RUN-004 if there is none
     */
    public Checkpoint resumable(Optional<Long> step) {
        return checkpoint(
                step, "Run '%s' has no checkpoint to go on from. Begin again: anira train %s");
    }

    private Checkpoint checkpoint(Optional<Long> step, String none) {
        Checkpoints checkpoints = new Checkpoints(folder);
        return step.map(checkpoints::at)
                .or(checkpoints::newest)
                .orElseThrow(() ->
                        new DataException(
                                "RUN-004", none.formatted(folder.path(), folder.config())));
    }

    /**
     * Reports and returns the plug-ins that differ from those the run was trained with.
     *
     * @param resolved its experiment, resolved here
     * @param from the checkpoint that is used
     */
    public List<PluginChange> tellChanges(
            ResolvedExperiment resolved, Checkpoint from, Messages messages) {
        return plugins.tell(messages, resolved.experiment(), from.state().plugins());
    }

    /**
     * Returns the origin of its model, for the metadata of an exported file.
     *
     * @param version of the program that exports
     * @throws DataException RUN-004 if the run's provenance is missing or damaged
     */
    public Map<String, Object> exportedBy(String version) {
        Provenance provenance = Provenance.read(folder);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("run", folder.path().toString());
        map.put("trained-by", provenance.anira());
        map.put("exported-by", version);
        map.put("plugins", provenance.plugins());
        map.put("backend", provenance.backend());
        map.put("seeds", provenance.seeds());
        map.put("task-hash", provenance.taskHash());
        return map;
    }
}
