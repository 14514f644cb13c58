package org.anira.runtime.experiment;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.SettingsException;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.Execution;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.eval.Evaluator;
import org.anira.runtime.eval.Programs;
import org.anira.runtime.export.ExportedModel;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.SafeTensors.Entry;
import org.anira.runtime.train.Weights;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The trained model of a run or file, found and checked; no backend is opened yet.
 *
 * @param resolved its experiment, with the request's settings in place of its own
 * @param model the model
 * @param step how far it was trained
 * @param checkpoint the checkpoint, if it is of a run
 * @param exported the file, if it is of one
 * @param pluginChanges the plug-ins that differ from those it was trained with
 */
public record TrainedModel(
        ResolvedExperiment resolved,
        RecurrentTransformer model,
        long step,
        Optional<Checkpoint> checkpoint,
        Optional<ExportedModel> exported,
        List<PluginChange> pluginChanges) {

    static final String EXECUTION = "evaluation.execution";

    /**
     * Finds a model.
     *
     * @param path a run's folder, or a file that {@code anira export} wrote
     * @param request which model, and how it is to be computed
     * @param settings overrides of the evaluation's settings; those of the request follow them
     * @param messages receives warnings of plug-ins that have changed
     * @throws DataException RUN-003 or RUN-004 if there is no such run or checkpoint, EXP-001 if
     *     the file is no model
     * @throws SettingsException CFG-003 if the request does not fit the file, otherwise as {@link
     *     ResolvedExperiment#resolve}
     * @throws BackendException BKD-002 if the backend asked for does not read files
     */
    public static TrainedModel find(
            Path path,
            ModelRequest request,
            List<Assignment> settings,
            PluginProviders providers,
            Messages messages) {
        return Files.isRegularFile(path)
                ? ofFile(path, request, settings, providers, messages)
                : ofRun(new SavedRun(RunFolder.open(path), providers), request, settings, messages);
    }

    private static TrainedModel ofRun(
            SavedRun run, ModelRequest request, List<Assignment> settings, Messages messages) {
        ResolvedExperiment resolved = run.computable(request.ofRun(settings), messages);
        resolved.evaluationExecution(); // refused before weights are read
        Checkpoint from = run.checkpoint(request.checkpoint());
        return new TrainedModel(
                resolved,
                ExperimentModel.of(resolved),
                from.state().step(),
                Optional.of(from),
                Optional.empty(),
                run.tellChanges(resolved, from, messages));
    }

    private static TrainedModel ofFile(
            Path file,
            ModelRequest request,
            List<Assignment> settings,
            PluginProviders providers,
            Messages messages) {
        BackendProvider reader =
                ExportingBackend.find(
                        providers, request.backend(), "the file '%s'".formatted(file));
        ExportedModel exported = ExportedModel.read(file, reader.exporter().orElseThrow());
        refuse(file, "--checkpoint", request.checkpoint(), Long.toString(exported.step()));
        refuse(file, "--rule", request.rule(), exported.rule());
        refuse(file, "--execution", request.execution(), "skipping");
        settings.stream()
                .filter(each -> each.path().equals(EXECUTION))
                .forEach(each -> refuse(file, EXECUTION, Optional.of(each.value()), "skipping"));
        TrainedPlugins plugins = TrainedPlugins.of(exported, providers);
        ResolvedExperiment resolved =
                ResolvedExperiment.resolveSaved(
                        exported.draft(),
                        request.ofFile(settings, reader.name()),
                        plugins,
                        exported::damaged);
        RecurrentTransformer model = ExperimentModel.of(resolved);
        exported.requireProgramOf(model);
        return new TrainedModel(
                resolved,
                model,
                exported.step(),
                Optional.empty(),
                Optional.of(exported),
                plugins.tell(messages, resolved.experiment(), Map.of()));
    }

    /** Refuses an option whose value differs from the file's. */
    private static void refuse(Path file, String option, Optional<?> asked, String has) {
        if (asked.isPresent() && !asked.get().toString().equals(has)) {
            throw new SettingsException(
                    "CFG-003",
                    "%s is '%s', but '%s' holds one model with '%s'. Leave it out, or name the run."
                            .formatted(option, asked.get(), file, has));
        }
    }

    /** Opens the backend, with the weights; the caller closes the session. */
    public Session open() {
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

    /** Returns the programs that evaluate and continue sequences; the caller closes them. */
    public Programs programs(Session session) {
        boolean distributions = Evaluator.readsDistributions(resolved.task());
        return exported.map(file -> file.programs(session, model, distributions))
                .orElseGet(() ->
                        Programs.compile(
                                session, model, resolved.rule(), skipping(), distributions));
    }

    /** Returns whether only active tokens are computed. */
    public boolean skipping() {
        return resolved.evaluationExecution() == Execution.SKIPPING;
    }
}
