package org.anira.runtime.config;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
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
        Map<String, Value> values,
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
     * @throws PluginException PLG-001 if the settings are right but for a provider that does not
     *     exist
     */
    public static ResolvedExperiment resolve(Draft draft, Providers providers) {
        return new Resolver(draft, providers).resolve();
    }

    /**
     * Resolves settings that were saved with a model, with others on top.
     *
     * @param saved what was saved
     * @param overrides as for {@link Draft#assigning}
     * @param damaged makes the error for settings that are wrong without the overrides too
     * @throws DataException that error
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
     * Does nothing if the backend has a capability.
     *
     * @param neededBy what needs it, as the user knows it, such as {@code train}
     * @throws BackendException BKD-002 if it has not; names the backends that have
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
     * Opens the backend for the calling thread; the caller closes the session.
     *
     * @throws BackendException BKD-001 if it is not usable here
     */
    public Session open() {
        return backend.open(backendSettings);
    }
}
