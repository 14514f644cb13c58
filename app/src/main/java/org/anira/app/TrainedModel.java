package org.anira.app;

import org.anira.api.DataException;
import org.anira.api.SettingsException;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.eval.Programs;
import org.anira.runtime.export.ExportedModel;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.SafeTensors.Entry;
import org.anira.runtime.train.Weights;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a user says which model of a run or file is meant, and how it is computed. */
final class TrainedModel {

    private static final String EXECUTION = "evaluation.execution";

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
            paramLabel = "BACKEND",
            completionCandidates = Candidates.Backends.class,
            description = "Another backend than the run's.")
    private String backend;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Sequences computed at once: equal results, less memory if fewer.")
    private String batch;

    @Option(
            names = "--execution",
            paramLabel = "FORM",
            completionCandidates = Candidates.Executions.class,
            description = "auto, dense or skipping: equal results, different times.")
    private String execution;

    /**
     * A model, found and checked; no backend is opened yet.
     *
     * @param resolved its experiment, with what was asked for in place of its own
     * @param model the model
     * @param step how far it was trained
     * @param checkpoint of a run
     * @param exported the file, if it is in one
     * @param pluginChanges its plug-ins that are others than it was trained with, for a document
     */
    record Found(
            ResolvedExperiment resolved,
            RecurrentTransformer model,
            long step,
            Optional<Checkpoint> checkpoint,
            Optional<ExportedModel> exported,
            List<Map<String, Object>> pluginChanges) {

        /** Opens the backend, with the weights; the caller closes the session. */
        Session open() {
            try (Arena arena = Arena.ofConfined()) {
                // Mapped first: while a backend is opened, a training may delete the checkpoint.
                Optional<Map<String, Entry>> weights = checkpoint.map(from -> from.model(arena));
                Session session = resolved.open();
                try {
                    weights.ifPresent(values -> Weights.load(session, model.parameters(), values));
                    return session;
                } catch (RuntimeException | Error e) {
                    session.close();
                    throw e;
                }
            }
        }

        /** Returns what evaluates and continues sequences; the caller closes it. */
        Programs programs(Session session) {
            return exported.map(file -> file.programs(session))
                    .orElseGet(() -> Programs.compile(session, model, resolved.rule(), skipping()));
        }

        /** Returns whether only active tokens are computed. */
        boolean skipping() {
            return resolved.evaluationExecution() == Execution.SKIPPING;
        }
    }

    /**
     * Finds the model.
     *
     * @param path a run's folder, or a file that {@code anira export} wrote
     * @param overrides of evaluation settings, before those of the options
     * @throws DataException RUN-003 or RUN-004 if there is no such run or checkpoint, EXP-001 if
     *     the file is no model
     */
    Found find(Anira anira, Path path, List<Assignment> overrides) {
        Platform platform = folders.open(anira);
        return Files.isRegularFile(path)
                ? ofFile(anira, path, overrides, platform)
                : ofRun(anira, RunFolder.open(path), overrides, platform);
    }

    private Found ofRun(
            Anira anira, RunFolder folder, List<Assignment> overrides, Platform platform) {
        List<Assignment> all = new ArrayList<>(overrides);
        ExperimentArguments.add(all, "--rule", "halting.rule", rule);
        ExperimentArguments.add(all, "--backend", "backend.name", backend);
        ExperimentArguments.add(all, "--batch", "evaluation.batch", batch);
        ExperimentArguments.add(all, "--execution", EXECUTION, execution);
        RunPlugins plugins = RunPlugins.of(folder, platform);
        ResolvedExperiment resolved = Models.computable(anira, folder, all, plugins);
        resolved.evaluationExecution(); // refused before weights are read
        Checkpoint from = checkpoint(folder, checkpoint);
        return new Found(
                resolved,
                Models.of(resolved),
                from.state().step(),
                Optional.of(from),
                Optional.empty(),
                plugins.tell(anira, resolved.experiment(), from.state().plugins()));
    }

    private Found ofFile(Anira anira, Path file, List<Assignment> overrides, Platform platform) {
        BackendProvider reader =
                Models.exporting(platform, backend, "the file '%s'".formatted(file));
        ExportedModel exported = ExportedModel.read(file, reader.exporter().orElseThrow());
        refuse(file, "--checkpoint", checkpoint, Long.toString(exported.step()));
        refuse(file, "--rule", rule, exported.rule());
        refuse(file, "--execution", execution, "skipping");
        overrides.stream()
                .filter(each -> each.path().equals(EXECUTION))
                .forEach(each -> refuse(file, EXECUTION, each.value(), "skipping"));
        List<Assignment> all = new ArrayList<>(overrides);
        ExperimentArguments.add(all, "--backend", "backend.name", reader.name());
        ExperimentArguments.add(all, "--batch", "evaluation.batch", batch);
        RunPlugins plugins = RunPlugins.of(exported, platform);
        ResolvedExperiment resolved =
                ResolvedExperiment.resolveSaved(exported.draft(), all, plugins, exported::damaged);
        RecurrentTransformer model = Models.of(resolved);
        exported.requireProgramOf(model);
        return new Found(
                resolved,
                model,
                exported.step(),
                Optional.empty(),
                Optional.of(exported),
                plugins.tell(anira, resolved.experiment(), Map.of()));
    }

    /** Refuses an option that asks for something else than the file has. */
    private static void refuse(Path file, String option, Object asked, String has) {
        if (asked != null && !asked.toString().equals(has)) {
            throw new SettingsException(
                    "CFG-003",
                    "%s is '%s', but '%s' holds one model with '%s'. Leave it out, or name the run."
                            .formatted(option, asked, file, has));
        }
    }

    /**
     * Returns a checkpoint of a run. @param step null for the newest
     *
     * @throws DataException RUN-004 if there is none
     */
    static Checkpoint checkpoint(RunFolder folder, Long step) {
        Checkpoints checkpoints = new Checkpoints(folder);
        if (step != null) {
            return checkpoints.at(step);
        }
        return checkpoints
                .newest()
                .orElseThrow(() ->
                        new DataException(
                                "RUN-004",
                                "Run '%s' has no checkpoint. Train again: anira train %s"
                                        .formatted(folder.path(), folder.config())));
    }
}
