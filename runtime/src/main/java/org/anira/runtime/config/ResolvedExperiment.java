package org.anira.runtime.config;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.task.Task;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An experiment whose providers were found: every setting checked, the task and the mechanism made.
 * No backend has been opened and no native library loaded.
 *
 * @param experiment all settings, the providers' options complete
 * @param values every setting by dotted path, in the order of a file, with where it comes from
 * @param task the task
 * @param halting the mechanism, for the model's width and depth
 * @param backend opens sessions
 * @param backendSettings what it is to be opened with
 */
public record ResolvedExperiment(
        Experiment experiment,
        Map<String, ResolvedValue> values,
        Task task,
        HaltingMechanism halting,
        BackendProvider backend,
        Settings backendSettings) {

    public ResolvedExperiment {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Finds the providers that a draft names, checks all settings and makes the task and the
     * mechanism.
     *
     * @throws SettingsException CFG-001 to CFG-003 with everything that is wrong with the settings
     * @throws PluginException PLG-001 if a provider does not exist and nothing else is wrong
     */
    public static ResolvedExperiment resolve(Draft draft, Providers providers) {
        return new Resolver(draft, providers).resolve();
    }

    /**
     * Resolves settings that were saved with a model, with others on top.
     *
     * @param saved the saved settings
     * @param overrides as for {@link Draft#assigning}
     * @param damaged makes the error for settings that are wrong without the overrides too
     * @throws DataException the error that {@code damaged} makes
     * @throws SettingsException as {@link #resolve}, if the overrides are wrong
     */
    public static ResolvedExperiment resolveSaved(
            Draft saved,
            List<Assignment> overrides,
            Providers providers,
            Function<SettingsException, DataException> damaged) {
        try {
            return resolve(saved.assigning(overrides), providers);
        } catch (SettingsException e) {
            try {
                resolve(saved, providers);
            } catch (SettingsException own) {
                throw damaged.apply(own);
            }
            throw e;
        }
    }

    /** Returns the inference rule: the one set, else the mechanism's default. */
    public String rule() {
        String rule = experiment.halting().rule();
        return rule.isEmpty() ? halting.rules().getFirst() : rule;
    }

    /**
     * Throws if the backend lacks a capability.
     *
     * @param neededBy what needs it, as the user knows it, such as {@code train}
     * @throws BackendException BKD-002 if it lacks it; the message names the backends that have it
     */
    public void require(Capability capability, String neededBy, Providers providers) {
        if (!backend.capabilities().contains(capability)) {
            List<String> able =
                    providers.backends().stream()
                            .filter(other -> other.capabilities().contains(capability))
                            .map(BackendProvider::name)
                            .toList();
            throw new BackendException(
                    "BKD-002",
                    "Backend '%s' has no capability %s, needed by '%s'. Backends with it: %s"
                            .formatted(
                                    backend.name(),
                                    capability,
                                    neededBy,
                                    able.isEmpty() ? "none" : String.join(", ", able)));
        }
    }

    /**
     * Throws if the halting mechanism does not allow a use.
     *
     * @param neededBy what needs it, as the user knows it, such as {@code 'generate'}
     * @throws PluginException PLG-014 if it does not; the message names the missing behaviour
     */
    public void require(Use use, String neededBy) {
        use.lacking(halting)
                .ifPresent(behaviour -> {
                    throw new PluginException(
                            "PLG-014",
                            "Halting mechanism '%s' is not %s, as %s needs: %s"
                                    .formatted(
                                            experiment.halting().choice().name(),
                                            Use.word(behaviour),
                                            neededBy,
                                            use.reason()));
                });
    }

    /** Returns, in sentences, how behaviours that the mechanism lacks limit this experiment. */
    public List<String> restrictions() {
        return Use.restrictions(experiment.halting().choice().name(), halting);
    }

    /**
     * Returns the form in which training computes the recurrence: as set, or for {@code AUTO}
     * skipping where tokens may stop before the last step and the mechanism allows it. How wide a
     * model is plays no part: see {@code docs/decisions/execution.md}.
     *
     * @throws PluginException PLG-014 if skipping is asked for and not allowed
     */
    public Execution trainingExecution() {
        boolean mayStop =
                halting.behaviours().contains(HaltingBehaviour.LEARNED)
                        && experiment.model().maxDepth() > 1;
        return form("training.execution", experiment.training().execution(), mayStop);
    }

    /**
     * Returns the form in which evaluations compute the recurrence: as set, or for {@code AUTO}
     * skipping where the mechanism allows it.
     *
     * @throws PluginException PLG-014 if skipping is asked for and not allowed
     */
    public Execution evaluationExecution() {
        return form("evaluation.execution", experiment.evaluation().execution(), true);
    }

    private Execution form(String setting, Execution asked, boolean worthwhile) {
        if (asked == Execution.SKIPPING) {
            require(Use.SKIPPING, "'%s=skipping'".formatted(setting));
        }
        return switch (asked) {
            case DENSE, SKIPPING -> asked;
            case AUTO ->
                    worthwhile && Use.SKIPPING.isAllowedBy(halting)
                            ? Execution.SKIPPING
                            : Execution.DENSE;
        };
    }

    /**
     * Opens the backend for the calling thread; the caller closes the session.
     *
     * @throws BackendException BKD-001 if it is not usable here
     */
    public Session open() {
        return backend.open(backendSettings);
    }
}
