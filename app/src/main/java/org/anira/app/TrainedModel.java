package org.anira.app;

import org.anira.api.DataException;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.train.Weights;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;

/** How a user says which model of a run is meant, and how it is computed. */
final class TrainedModel {

    @Mixin private PluginFolders folders;

    @Option(names = "--checkpoint", paramLabel = "STEP", description = "The newest if not given.")
    private Long checkpoint;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            description = "Inference rule; see: anira describe halting NAME.")
    private String rule;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            completionCandidates = Candidates.Backends.class,
            description = "Another backend than the run's.")
    private String backend;

    @Option(
            names = "--execution",
            paramLabel = "FORM",
            description = "auto, dense or skipping: equal results, different times.")
    private String execution;

    /**
     * The model of a run, found and checked; no backend is opened yet.
     *
     * @param resolved the run's experiment, with what was asked for in place of its own
     * @param model the model
     * @param checkpoint its weights
     */
    record Found(ResolvedExperiment resolved, RecurrentTransformer model, Checkpoint checkpoint) {

        /** Opens the backend, with the weights; the caller closes the session. */
        Session open() {
            Session session = resolved.open();
            try {
                Weights.load(session, model.parameters(), checkpoint.model());
                return session;
            } catch (RuntimeException | Error e) {
                session.close();
                throw e;
            }
        }
    }

    /**
     * Finds the model.
     *
     * @param overrides settings that replace the run's, beside those of the options
     * @throws DataException RUN-004 if the run has no such checkpoint
     */
    Found find(Anira anira, RunFolder folder, List<String> overrides) {
        List<String> all = new ArrayList<>();
        ExperimentArguments.add(all, "halting.rule", rule);
        ExperimentArguments.add(all, "backend.name", backend);
        ExperimentArguments.add(all, "evaluation.execution", execution);
        all.addAll(overrides);
        Platform platform = folders.open(anira);
        ResolvedExperiment resolved =
                ResolvedExperiment.resolve(Draft.of(folder).with(all), platform);
        Checkpoint from = checkpoint(folder);
        return new Found(resolved, Models.of(resolved), from);
    }

    private Checkpoint checkpoint(RunFolder folder) {
        Checkpoints checkpoints = new Checkpoints(folder);
        if (checkpoint != null) {
            return checkpoints.at(checkpoint);
        }
        return checkpoints
                .newest()
                .orElseThrow(() ->
                        new DataException(
                                "RUN-004",
                                "Run '%s' has no checkpoint to evaluate. Train again: anira train %s"
                                        .formatted(folder.path(), folder.config())));
    }
}
