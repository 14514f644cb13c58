package org.anira.app.command;

import org.anira.app.console.Output;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.experiment.ModelRequest;
import org.anira.runtime.experiment.TrainedModel;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The options that choose the model of a run or file, and how it is computed. */
final class ModelOptions {

    private final Output output;

    @Mixin private final PluginFolders folders;

    @Option(names = "--checkpoint", paramLabel = "STEP", description = "The newest if not given.")
    private Long checkpoint;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            description = "Inference rule; see: anira describe halting NAME.")
    private String rule;

    @Option(
            names = "--backend",
            paramLabel = "BACKEND",
            completionCandidates = Candidates.Backends.class,
            description = "Another backend than the run's.")
    private String backend;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description =
                    "Sequences computed at once; fewer need less memory and give equal"
                            + " results.Sequences computed at once; fewer need less memory and give"
                            + " equal results.")
    private String batch;

    @Option(
            names = "--execution",
            paramLabel = "FORM",
            completionCandidates = Candidates.Executions.class,
            description = "auto, dense or skipping: equal results, different times.")
    private String execution;

    ModelOptions(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

    /**
     * Finds the model.
     *
     * @param path a run's folder, or a file that {@code anira export} wrote
     * @param settings overrides of the evaluation's settings; those of the options follow them
     */
    TrainedModel find(Path path, List<Assignment> settings) {
        return TrainedModel.find(
                path,
                new ModelRequest(
                        Optional.ofNullable(checkpoint),
                        Optional.ofNullable(rule),
                        Optional.ofNullable(backend),
                        Optional.ofNullable(batch),
                        Optional.ofNullable(execution)),
                settings,
                folders.open(),
                output);
    }
}
