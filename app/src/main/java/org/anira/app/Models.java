package org.anira.app;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Parameter;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.config.Providers;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.RunFolder;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The model of an experiment, and its size. */
final class Models {

    /** Of a parameter: value, gradient and two moments, each a float32. */
    private static final int BYTES_PER_PARAMETER = 16;

    private Models() {}

    /** Returns the model of an experiment, with positions for the longest sequence of its task. */
    static RecurrentTransformer of(ResolvedExperiment resolved) {
        return new RecurrentTransformer(
                resolved.experiment().model(),
                resolved.task().vocabulary().size(),
                resolved.task().longest(),
                resolved.halting());
    }

    /**
     * Resolves the experiment of a run whose model is to be computed, not trained: in float32 where
     * the backend has no bfloat16, and says so.
     *
     * @param overrides settings in place of the run's
     * @throws DataException RUN-004 if the run's settings are damaged
     */
    static ResolvedExperiment computable(
            Anira anira, RunFolder run, List<Assignment> overrides, Providers providers) {
        Draft draft = Draft.of(run);
        ResolvedExperiment resolved =
                ResolvedExperiment.resolveSaved(draft, overrides, providers, Draft::damaged);
        if (resolved.experiment().model().precision() == Precision.FLOAT32
                || resolved.backend().capabilities().contains(Capability.BFLOAT16)) {
            return resolved;
        }
        anira.say(
                "Backend '%s' has no bfloat16: the model is computed in float32."
                        .formatted(resolved.backend().name()));
        return ResolvedExperiment.resolve(
                draft.assigning(overrides).with(List.of("model.precision=float32")), providers);
    }

    /**
     * Returns a backend that writes and reads models as files.
     *
     * @param name its name; null for the first that can
     * @param neededBy what needs it, as the user knows it
     * @throws BackendException BKD-002 if it cannot
     */
    static BackendProvider exporting(Platform platform, String name, String neededBy) {
        List<BackendProvider> able =
                platform.backends().stream()
                        .filter(backend -> backend.capabilities().contains(Capability.EXPORT))
                        .toList();
        return (name == null ? able.stream() : Stream.of(platform.backend(name)))
                .filter(backend -> backend.capabilities().contains(Capability.EXPORT))
                .findFirst()
                .orElseThrow(() ->
                        new BackendException(
                                "BKD-002",
                                "%s no capability EXPORT, needed by %s. Backends with it: %s"
                                        .formatted(
                                                name == null
                                                        ? "The backends here have"
                                                        : "Backend '%s' has".formatted(name),
                                                neededBy,
                                                able.isEmpty()
                                                        ? "none"
                                                        : able.stream()
                                                                .map(BackendProvider::name)
                                                                .collect(
                                                                        Collectors.joining(
                                                                                ", ")))));
    }

    /** Returns the number of parameters. */
    static long parameters(RecurrentTransformer model) {
        return model.parameters().stream().mapToLong(Parameter::size).sum();
    }

    /**
     * Returns about how many bytes a training takes: parameters with gradients and moments, and for
     * each token of a micro-batch the states that the backward pass needs, about 8 W + 3 M + 2 H T
     * floats for each layer passed.
     */
    static long trainingBytes(RecurrentTransformer model, int batch) {
        ModelSettings settings = model.settings();
        long layers =
                settings.prelude()
                        + (long) settings.maxDepth() * settings.recurrent()
                        + settings.coda();
        long perLayer =
                8L * settings.width()
                        + 3L * settings.mlp()
                        + 2L * settings.heads() * model.length();
        long activations = Float.BYTES * (long) batch * model.length() * layers * perLayer;
        return BYTES_PER_PARAMETER * parameters(model) + activations;
    }
}
