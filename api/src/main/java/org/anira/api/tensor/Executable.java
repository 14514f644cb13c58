package org.anira.api.tensor;

import org.anira.api.BackendException;
import org.anira.api.Experimental;
import org.anira.api.PublicApi;

import java.util.List;

/** A program compiled for a session. */
@Experimental
@PublicApi(since = "0.1")
public interface Executable extends AutoCloseable {

    /**
     * Computes the outputs, without recording gradients.
     *
     * @param inputs tensors of the session, with the ranks, types and fixed sizes of the {@link
     *     Input}s compiled for
     * @return the outputs; they belong to the innermost open scope
     * @throws BackendException SHP-001 if an input does not fit, naming it
     */
    List<Tensor> run(List<Tensor> inputs);

    /**
     * Computes the outputs and adds the gradient of the first one, a float32 scalar, to the
     * gradient of every parameter. Gradients add up over calls until {@link Session#update} or
     * {@link Session#clearGradients}.
     *
     * @param inputs as for {@link #run}
     * @return the outputs, detached from the gradient graph; they belong to the innermost open
     *     scope
     * @throws BackendException BKD-002 if the backend lacks {@link Capability#TRAINING}; SHP-001 as
     *     for {@link #run}
     */
    List<Tensor> differentiate(List<Tensor> inputs);

    /** Frees the compiled program; closing twice does nothing. */
    @Override
    void close();
}
