package org.anira.runtime.experiment;

import org.anira.api.tensor.Parameter;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.model.RecurrentTransformer;

/** The model of an experiment, and its size. */
public final class ExperimentModel {

    /** Bytes of a parameter in training: value, gradient and two moments, each float32. */
    private static final int BYTES_PER_PARAMETER = 16;

    private ExperimentModel() {}

    /** Returns the model of an experiment, with positions for the longest sequence of its task. */
    public static RecurrentTransformer of(ResolvedExperiment resolved) {
        return new RecurrentTransformer(
                resolved.experiment().model(),
                resolved.task().vocabulary().size(),
                resolved.task().longest(),
                resolved.halting());
    }

    /** Returns the number of parameters. */
    public static long parameters(RecurrentTransformer model) {
        return model.parameters().stream().mapToLong(Parameter::size).sum();
    }

    /**
     * Returns about how many bytes a training takes: parameters with gradients and moments, and for
     * each token of a micro-batch the activations that the backward pass needs, about 8 W + 3 M + 2
     * H T floats for each layer passed.
     *
     * @param batch sequences of a micro-batch
     */
    public static long trainingBytes(RecurrentTransformer model, int batch) {
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
